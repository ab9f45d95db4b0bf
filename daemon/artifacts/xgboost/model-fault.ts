// How the readers and checks of models give up; turned into a text, or a Rejected, where they are entered.

import type { DocumentValue } from "./document-value.ts";

/** Thrown inside the readers only. `offset` counts bytes; 0 when the fault concerns the whole or stands in a parsed document. */
export class ModelFault extends Error {
  readonly offset: number;
  constructor(reason: string, offset = 0) {
    super(reason);
    this.name = "ModelFault";
    this.offset = offset;
  }
}

/** A member of the document as a message shows it. */
export function shown(value: DocumentValue | undefined): string {
  if (value === undefined) return "missing";
  return typeof value === "object" && value !== null ? "no number" : String(value).slice(0, 60);
}

/** Gives up with a reason that names the place in the model. */
export function modelFault(reason: string, offset = 0): never {
  throw new ModelFault(reason, offset);
}
