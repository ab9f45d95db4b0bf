// The line breaks of a model document as clients get it: CRLF and CR become LF, every other byte stays.

const LF = 0x0a;
const CR = 0x0d;

/** True when the bytes hold a carriage return, so that the served document differs from the stored one. */
export function hasCarriageReturn(bytes: Buffer): boolean {
  return bytes.includes(CR);
}

/** How many bytes of `bytes[from, to)` are left once its line breaks are LF: the CR of each CRLF goes away, also one cut off at `to`. */
export function normalisedLength(bytes: Uint8Array, from: number, to: number): number {
  let length = to - from;
  for (let at = from; at < to; at++) {
    if (bytes[at] === CR && bytes[at + 1] === LF) length--;
  }
  return length;
}

/**
 * Copies `source[from, to)` to `target` at `offset` with LF line breaks: the CR of a CRLF is dropped, a lone CR becomes LF.
 * Slices may be cut anywhere, also inside a CRLF. Returns the offset after the last byte written.
 */
export function copyNormalised(source: Uint8Array, from: number, to: number, target: Uint8Array, offset: number): number {
  let written = offset;
  for (let at = from; at < to; at++) {
    const byte = source[at];
    if (byte === undefined) break;
    if (byte !== CR) target[written++] = byte;
    else if (source[at + 1] !== LF) target[written++] = LF;
  }
  return written;
}
