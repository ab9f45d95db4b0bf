// Operations that bring versions into the registry, and the datasets that they are held against.

import { createDatasets } from "./datasets.ts";
import type { Handlers } from "./doors.ts";
import type { HandlerParts } from "./handlers.ts";
import { createRegister } from "./register-version.ts";

type Registrar = Pick<Handlers, "registry.register" | "dataset.set" | "dataset.list" | "compat.check">;

/** Handlers over the catalog and its stores. */
export function createRegistrar(parts: HandlerParts): Registrar {
  return { "registry.register": createRegister(parts), ...createDatasets(parts) };
}
