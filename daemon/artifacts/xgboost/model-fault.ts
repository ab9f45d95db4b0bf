// How the checks of a model document give up; caught by checkModel and turned into a text.

import type { JsonValue } from "../json/json-value.ts";

/** Thrown inside the check only. */
export class ModelFault extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ModelFault";
  }
}

/** A member of the document as a message shows it. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return "missing";
  return typeof value === "object" && value !== null ? "no number" : String(value).slice(0, 60);
}

/** Gives up with a reason that names the place in the document. */
export function modelFault(reason: string): never {
  throw new ModelFault(reason);
}
