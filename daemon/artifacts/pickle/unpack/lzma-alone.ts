// The old `.lzma` format (joblib's "lzma"): thirteen bytes of header and one LZMA stream.

import type { GrowingOutput } from "./growing-output.ts";
import { LzmaDecoder } from "./lzma-decoder.ts";
import { RangeDecoder } from "./range-decoder.ts";
import { UnpackFault } from "./unpack-fault.ts";

const HEADER = 13;

/** Unpacks into `output`. Throws an UnpackFault. A dictionary size in the header costs nothing: the output is the dictionary. */
export function unpackLzmaAlone(bytes: Uint8Array, output: GrowingOutput): void {
  if (bytes.length < HEADER) throw new UnpackFault("the file ends in its header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const low = view.getUint32(5, true);
  const high = view.getUint32(9, true);
  const unknown = low === 0xffffffff && high === 0xffffffff;
  const size = unknown ? Number.POSITIVE_INFINITY : high * 2 ** 32 + low;
  const range = new RangeDecoder(bytes);
  const decoder = new LzmaDecoder(range, output);
  if (!decoder.setProperties(bytes[0] ?? 255)) throw new UnpackFault("its properties are out of range", 0);
  decoder.resetState();
  range.start(HEADER, bytes.length);
  const marked = decoder.decode(size);
  if (marked && !unknown) throw new UnpackFault("the compressed data ends before its size", range.offset);
  // A known size may be followed by an end mark.
  if (!marked && !range.isFinished && !decoder.endMark())
    throw new UnpackFault("the compressed data goes on behind its size", range.offset);
  if (!range.isFinished) throw new UnpackFault("the compressed data has no proper end", range.offset);
}
