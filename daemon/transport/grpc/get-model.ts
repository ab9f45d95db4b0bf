// GetModel and GetModelBytes: one answer of the application, whole or in slices.

import { AppError } from "../../../shared/contract/errors.ts";
import type { CallInput } from "../../../shared/contract/operations.ts";
import { clientName } from "./caller.ts";
import type { Caller, Door, StreamWork, UnaryWork } from "./calls.ts";
import type { GetModelRequest } from "./messages.ts";

/** Old clients look for these first two words. */
export const INTERNAL_MESSAGE = "internal error: the daemon's log has the details";

/** Well below the 1 MiB that the wire promises, and large enough that its overhead does not show. */
const SLICE_BYTES = 256 * 1024;

/** Status OK whatever happens: a model that cannot be had is `ok = false` with the reason, and so is a failure of ours. */
export const getModel: UnaryWork<GetModelRequest> = (request, caller, door) => {
  try {
    const payload = door.application.modelAtHand(inputOf(request), caller.context);
    if (payload === undefined) return findAnswer(request, caller, door);
    door.application.clientSeen(clientName(request.client_id, caller.peer), caller.peer, false);
    return door.messages.modelFound(payload);
  } catch (error) {
    return door.messages.modelRefused(oldMessage(door, error, "GetModel"));
  }
};

async function findAnswer(request: GetModelRequest, caller: Caller, door: Door): Promise<Buffer> {
  try {
    const answer = await door.application.model(inputOf(request), caller.context);
    door.application.clientSeen(clientName(request.client_id, caller.peer), caller.peer, false);
    if (answer.outcome === "refused") return door.messages.modelRefused(answer.message);
    if (answer.outcome === "not_modified") return door.messages.modelNotModified();
    return door.messages.modelFound(await answer.payload());
  } catch (error) {
    return door.messages.modelRefused(oldMessage(door, error, "GetModel"));
  }
}

/** The same answer: metadata first, then slices of the document. A document that the client has already is a first message with its sha256 alone. */
export const getModelBytes: StreamWork<GetModelRequest> = async (request, caller, send, door) => {
  const answer = await door.application.model(inputOf(request), caller.context);
  door.application.clientSeen(clientName(request.client_id, caller.peer), caller.peer, false);
  if (answer.outcome === "refused") throw new AppError(answer.code ?? "not_found", answer.message);
  if (answer.outcome === "not_modified") return send(door.messages.chunkNotModified(answer.sha256));
  const { metadata, dimFactors, document } = await answer.parts();
  await send(door.messages.chunkHead(metadata, dimFactors, document.length));
  for (let from = 0; from < document.length; from += SLICE_BYTES) {
    await send(door.messages.chunkData(document.subarray(from, from + SLICE_BYTES)));
  }
};

/** The reason that the two old rpcs give: a refusal's own text, or the constant one for a bug, which is logged unless the application did. */
export function oldMessage(door: Door, error: unknown, rpc: string): string {
  if (error instanceof AppError) return error.code === "internal" ? INTERNAL_MESSAGE : error.message;
  door.log.error({ err: error, rpc }, "an rpc failed");
  return INTERNAL_MESSAGE;
}

function inputOf(request: GetModelRequest): CallInput<"model.get"> {
  return {
    source: request.model_name,
    symbol: request.symbol,
    group_key: request.group_key,
    version: request.version,
    xgboost_version: request.xgboost_version,
    known_sha256: request.known_sha256,
    client_id: request.client_id,
  };
}
