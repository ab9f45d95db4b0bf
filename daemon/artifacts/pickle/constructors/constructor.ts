// What an entry of the closed table of names can do: turn recorded arguments into data, purely.

import type { GlobalValue, PickleValue } from "../values.ts";

/** Data from the arguments of a call; undefined when they are not of the shape that benign files have (the call then stays unknown). */
export type Rebuild = (args: readonly PickleValue[], origin: GlobalValue, charge: Charge) => PickleValue | undefined;

/** Counts memory against the reader's budget before it is taken: a short stream may make the same long call often. */
export type Charge = (bytes: number) => void;

/** One name that benign files hold. Nothing is ever looked up or run under it. */
export interface Constructor {
  /** REDUCE, INST, OBJ. */
  readonly call?: Rebuild;
  /** NEWOBJ. */
  readonly create?: Rebuild;
  /** Calls and instances stay records that count as known (pandas objects, read later by views; and things only described). */
  readonly record?: true;
}

/** Rows of a table: module, name, entry. */
export type ConstructorRows = readonly (readonly [module: string, name: string, entry: Constructor])[];
