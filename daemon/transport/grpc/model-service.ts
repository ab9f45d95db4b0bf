// The rpcs of our service and what answers each: an rpc that the operation table names and nobody answers does not compile.

import type { Rpc } from "../../../shared/contract/operations.ts";
import { type Door, serveStream, serveUnary } from "./calls.ts";
import { getModel, getModelBytes } from "./get-model.ts";
import type { PackageDefinition, Server, ServiceDefinition, UntypedServiceImplementation } from "./grpc-js.ts";
import { listSymbols } from "./list-symbols.ts";
import { SERVICE_NAME } from "./messages.ts";
import { rememberDecoded } from "./remember-decoded.ts";
import { reportLoaded } from "./report-loaded.ts";
import { watchModels } from "./watch-models.ts";

/** Adds our service to a server. Throws when the proto file and the handlers do not have the same rpcs. */
export function addModelService(server: Server, definitions: PackageDefinition, door: Door): void {
  const handlers = {
    GetModel: serveUnary(door, getModel),
    ListSymbols: serveUnary(door, listSymbols),
    GetModelBytes: serveStream(door, getModelBytes, { headersFirst: false }),
    WatchModels: serveStream(door, watchModels, { headersFirst: true }),
    ReportLoaded: serveUnary(door, reportLoaded),
  } satisfies Record<Rpc, UntypedServiceImplementation[string]>;
  server.addService(encodedResponses(definitions, new Set(Object.keys(handlers))), handlers);
}

/** Our service with requests decoded by the library, each once, and responses that are encoded already. */
function encodedResponses(definitions: PackageDefinition, handled: ReadonlySet<string>): ServiceDefinition {
  const service = definitions[SERVICE_NAME];
  if (service === undefined || "format" in service) throw new Error(`the proto file defines no service ${SERVICE_NAME}`);
  const differing = [...new Set(Object.keys(service)).symmetricDifference(handled)];
  if (differing.length > 0) throw new Error(`the proto file and this daemon differ in these rpcs: ${differing.join(", ")}`);
  return Object.fromEntries(
    Object.entries(service).map(([name, method]) => [
      name,
      { ...method, requestDeserialize: rememberDecoded(method.requestDeserialize), responseSerialize: (message: Buffer) => message },
    ]),
  );
}
