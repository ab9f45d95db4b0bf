// How the parts of the pickle reader give up; caught by readPickle and turned into a value.

/** Thrown inside the reader only. */
export class PickleFault extends Error {
  readonly offset: number;
  /** Name of the budget that ran out, if one did. */
  readonly limit: string | undefined;
  constructor(reason: string, offset: number, limit?: string) {
    super(reason);
    this.name = "PickleFault";
    this.offset = offset;
    this.limit = limit;
  }
}
