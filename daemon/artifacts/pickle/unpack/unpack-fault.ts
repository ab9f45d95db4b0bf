// How the decoders give up; caught by unpack and turned into a value.

/** Thrown inside the decoders only. */
export class UnpackFault extends Error {
  /** Byte of the packed file. */
  readonly offset: number;
  /** The output would be longer than its bound. */
  readonly tooLong: boolean;
  constructor(reason: string, offset: number, tooLong = false) {
    super(reason);
    this.name = "UnpackFault";
    this.offset = offset;
    this.tooLong = tooLong;
  }
}
