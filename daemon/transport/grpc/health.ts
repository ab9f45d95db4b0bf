// The standard health service, with streams that end when the daemon stops (the library's own would hold up the stop).

import { HealthImplementation, type handleServerStreamingCall, type Server } from "./grpc-js.ts";
import { SERVICE_NAME } from "./messages.ts";
import type { OpenCalls } from "./open-calls.ts";
import { STOPPING } from "./status.ts";

/** The health service of one server. */
export interface Health {
  /** SERVING or NOT_SERVING, for the server as a whole and for our service; watchers are told. */
  setServing(serving: boolean): void;
}

const NAMES = ["", SERVICE_NAME] as const;

/** Adds the health service; it says NOT_SERVING until told otherwise. */
export function addHealthService(server: Server, calls: OpenCalls): Health {
  const health = new HealthImplementation(Object.fromEntries(NAMES.map((name) => [name, "NOT_SERVING"])));
  health.addToServer({
    addService: (definition, { watch, ...others }) => server.addService(definition, { ...others, watch: untilStop(watch, calls) }),
  });
  return {
    setServing(serving) {
      for (const name of NAMES) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
    },
  };
}

/** The library's `watch`, ended by us when the daemon stops. */
function untilStop(watch: unknown, calls: OpenCalls): handleServerStreamingCall<object, object> {
  if (typeof watch !== "function") throw new Error("the health library has no watch");
  return (call) => {
    const open = calls.begin(call);
    const end = () => {
      open[Symbol.dispose]();
      if (!call.cancelled) call.emit("error", STOPPING);
    };
    if (open.signal.aborted) return end();
    open.signal.addEventListener("abort", end, { once: true });
    Reflect.apply(watch, undefined, [call]);
  };
}
