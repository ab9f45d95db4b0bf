// What an entry of the closed table of names can do: turn recorded arguments into data, purely.

import type { GlobalValue, ObjectValue, PickleValue } from "../values.ts";

/** Says that the record of a call is its best description: name and arguments are those of benign files. */
export const KEPT = Symbol("kept");

/** Counts memory against the reader's budget before it is taken: a short stream may make the same long call often. */
export type Charge = (bytes: number) => void;

/** Data from the arguments of a call, or KEPT; undefined when they are not of the shape that benign files have (the call then stays unknown). */
export type Rebuild = (args: readonly PickleValue[], origin: GlobalValue, charge: Charge) => PickleValue | typeof KEPT | undefined;

/** One name that benign files hold. Nothing is ever looked up or run under it. */
export interface Constructor {
  /** REDUCE, INST, OBJ. */
  readonly call?: Rebuild;
  /** NEWOBJ. */
  readonly create?: Rebuild;
  /** A call of what a known call gave: `getattr(ZoneInfo, "_unpickle")(key)`. */
  readonly callAgain?: (record: ObjectValue, args: readonly PickleValue[], charge: Charge) => PickleValue | undefined;
}

/** Rows of a table: module, name, entry. */
export type ConstructorRows = readonly (readonly [module: string, name: string, entry: Constructor])[];

/** The same entry under several modules and names. */
export function rows(modules: readonly string[], names: readonly string[], entry: Constructor): ConstructorRows {
  return modules.flatMap((module) => names.map((name) => [module, name, entry] as const));
}
