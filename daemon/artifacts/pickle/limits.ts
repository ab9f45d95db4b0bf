// The budgets of the pickle reader. All are checked before anything is allocated for what they limit.

export interface PickleLimits {
  /** Bytes of the file, and of what a container unpacks to. */
  readonly maxBytes: number;
  /** A container may unpack to this many times its size, or to `minUnpacked`, whichever is more. */
  readonly maxUnpackRatio: number;
  readonly minUnpacked: number;
  readonly maxOpcodes: number;
  /** Lists, dicts, calls and other values that need memory (about 100 bytes each). */
  readonly maxObjects: number;
  readonly maxMemo: number;
  /** Open MARKs at one time. */
  readonly maxMarks: number;
  /** Bytes of a binary integer; a textual one may have as many digits as that stands for. */
  readonly maxIntegerBytes: number;
  /** Distinct globals, calls and external references that are reported one by one; the rest is counted. */
  readonly maxFacts: number;
}

const MB = 1024 * 1024;

/**
 * The limits for a file of this many bytes (after unpacking). Up to 16 MB they let through whatever Python itself writes, of which lists of
 * empty lists are the densest: an object for two bytes, and its place in a list. Above, a file must be less dense.
 */
export function limitsFor(bytes: number): PickleLimits {
  const dense = Math.min(bytes, 16 * MB);
  return {
    maxBytes: 256 * MB,
    maxUnpackRatio: 40,
    minUnpacked: 10 * MB,
    maxOpcodes: 4 * bytes + 1024,
    maxObjects: 20_000 + Math.floor((5 * dense) / 8 + (bytes - dense) / 16),
    maxMemo: 100_000 + Math.floor(dense / 2 + (bytes - dense) / 4),
    maxMarks: 100_000,
    maxIntegerBytes: 4096,
    maxFacts: 1000,
  };
}
