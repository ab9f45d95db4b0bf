// The answer of a reader to bytes that it cannot use: a value, never an exception.

/** Why bytes were refused, and where. */
export interface Rejected {
  readonly ok: false;
  /** Byte offset of the fault; 0 when it concerns the whole. */
  readonly offset: number;
  /** Plain text that names the fault; holds no path. */
  readonly reason: string;
}

/** Makes a refusal. */
export function rejected(reason: string, offset = 0): Rejected {
  return { ok: false, offset, reason };
}

/** `reason (at byte N)`: how a refusal is shown. */
export function rejectionText(fault: Rejected): string {
  return fault.offset > 0 ? `${fault.reason} (at byte ${fault.offset})` : fault.reason;
}
