// WatchModels: what is live, then every change, pushed as fast as the client takes it.

import { AppError } from "../../../shared/contract/errors.ts";
import type { CallInput } from "../../../shared/contract/operations.ts";
import type { LiveChange } from "../../app/doors.ts";
import { clientName } from "./caller.ts";
import type { Door, StreamWork } from "./calls.ts";
import type { WatchModelsRequest } from "./messages.ts";

/** Ends when the client leaves or the daemon stops. The client is listed as watching meanwhile. */
export const watchModels: StreamWork<WatchModelsRequest> = async (request, caller, send, door) => {
  const { application, messages } = door;
  const left = application.clientSeen(clientName(request.client_id, caller.peer), caller.peer, true);
  try {
    for await (const change of application.watchLive(inputOf(request), caller.context)) {
      await send(messages.change(change, await payloadOf(change, door)));
    }
  } finally {
    left();
  }
  // Changes never run out by themselves: the application is closing.
  throw new AppError("unavailable", "the daemon is stopping");
};

/** A model whose bytes cannot be had must not end the stream over and over: the change is sent without, and GetModel tells why. */
async function payloadOf(change: LiveChange, door: Door): Promise<Buffer | undefined> {
  try {
    return await change.payload?.();
  } catch (error) {
    door.log.warn(
      { err: error, source: change.source, group: change.group_key, version: change.version },
      "a change is sent without its model",
    );
    return undefined;
  }
}

function inputOf(request: WatchModelsRequest): CallInput<"live.watch"> {
  return {
    source: request.model_name,
    symbols: [...request.symbols],
    after_sequence: exactSequence(request.after_sequence),
    include_payload: request.include_payload,
    xgboost_version: request.xgboost_version,
    client_id: request.client_id,
  };
}

/** Our sequence numbers fit a double; one from elsewhere keeps its digits, so that it is seen to lie in the future. */
function exactSequence(digits: string): number | bigint {
  const exact = BigInt(digits);
  const small = Number(exact);
  return Number.isSafeInteger(small) ? small : exact;
}
