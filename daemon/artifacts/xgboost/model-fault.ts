// How the checks of a model document give up; caught by checkModel and turned into a text.

/** Thrown inside the check only. */
export class ModelFault extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "ModelFault";
  }
}

/** Gives up with a reason that names the place in the document. */
export function modelFault(reason: string): never {
  throw new ModelFault(reason);
}
