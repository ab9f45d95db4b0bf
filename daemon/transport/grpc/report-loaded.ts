// ReportLoaded: a client says which version it runs now.

import { clientName } from "./caller.ts";
import type { UnaryWork } from "./calls.ts";
import type { ReportLoadedRequest } from "./messages.ts";

/** Records the report. A client without a name is known by its address. */
export const reportLoaded: UnaryWork<ReportLoadedRequest> = async (request, caller, door) => {
  const input = {
    client_id: request.client_id.trim() === "" ? clientName("", caller.peer) : request.client_id,
    source: request.model_name,
    group_key: request.group_key,
    version: request.version,
    sha256: request.sha256,
  };
  return door.messages.loaded(await door.application.invoke("client.report", input, caller.context));
};
