// One pass over JSON bytes that says how deep it nests and whether JSON.parse would read it exactly.

export interface JsonScan {
  readonly depth: number;
  /** Offset at which the depth limit was exceeded; -1 when it was not. */
  readonly tooDeepAt: number;
  /** Bare NaN, Infinity: XGBoost and Python write them, JSON.parse refuses them. */
  readonly nonFinite: boolean;
  /** An integer of 16 or more digits: a double may round it. */
  readonly longInteger: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Scans without checking the grammar. */
export function scanJson(bytes: Uint8Array, maxDepth: number): JsonScan {
  let depth = 0;
  let deepest = 0;
  let nonFinite = false;
  let longInteger = false;
  const length = bytes.length;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) {
      i = stringEnd(bytes, i + 1);
    } else if (byte >= 0x30 && byte <= 0x39) {
      const end = numberEnd(bytes, i);
      if (end - i >= 16 && isLongInteger(bytes, i, end)) longInteger = true;
      i = end - 1;
    } else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepest) {
        deepest = depth;
        if (depth > maxDepth) return { depth, tooDeepAt: i, nonFinite, longInteger };
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    } else if (byte === 0x4e || byte === 0x49) {
      nonFinite = true;
    }
  }
  return { depth: deepest, tooDeepAt: -1, nonFinite, longInteger };
}

/** Place of the closing quote; the end of the bytes without one. */
function stringEnd(bytes: Uint8Array, from: number): number {
  let i = from;
  while (i < bytes.length) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    i += byte === BACKSLASH ? 2 : 1;
  }
  return i;
}

/** First byte that belongs to no number. */
function numberEnd(bytes: Uint8Array, from: number): number {
  let i = from + 1;
  for (;;) {
    const byte = bytes[i];
    if (byte === undefined) return i;
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x65 || byte === 0x45 || byte === 0x2d || byte === 0x2b) i++;
    else return i;
  }
}

function isLongInteger(bytes: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}
