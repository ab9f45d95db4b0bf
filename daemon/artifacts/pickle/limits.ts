// The budgets of the pickle reader. All are checked before anything is allocated for what they limit.

export interface PickleLimits {
  /** Bytes of the file, and of what a container unpacks to. */
  readonly maxBytes: number;
  /** A container may unpack to this many times its size, or to `minUnpacked`, whichever is more. */
  readonly maxUnpackRatio: number;
  readonly minUnpacked: number;
  readonly maxOpcodes: number;
  /** Lists, dicts, calls and other values that need memory. */
  readonly maxObjects: number;
  readonly maxMemo: number;
  /** Open MARKs at one time. */
  readonly maxMarks: number;
  /** Bytes of a binary integer; digits of a textual one are limited to twice that. */
  readonly maxIntegerBytes: number;
  /** Distinct globals, calls and external references that are reported one by one; the rest is counted. */
  readonly maxFacts: number;
}

/** The limits for a file of this many bytes (after unpacking). */
export function limitsFor(bytes: number): PickleLimits {
  return {
    maxBytes: 256 * 1024 * 1024,
    maxUnpackRatio: 40,
    minUnpacked: 16 * 1024 * 1024,
    maxOpcodes: 4 * bytes + 1024,
    maxObjects: 250_000 + Math.floor(bytes / 4),
    maxMemo: 250_000 + Math.floor(bytes / 2),
    maxMarks: 100_000,
    maxIntegerBytes: 4096,
    maxFacts: 1000,
  };
}
