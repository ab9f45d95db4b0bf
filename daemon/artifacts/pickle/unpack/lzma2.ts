// LZMA2: chunks that are LZMA or plain bytes, with resets in between.

import type { GrowingOutput } from "./growing-output.ts";
import { LzmaDecoder } from "./lzma-decoder.ts";
import { RangeDecoder } from "./range-decoder.ts";
import { UnpackFault } from "./unpack-fault.ts";

/** Unpacks the chunks from `at` on; returns the place behind them. Throws an UnpackFault. Format: liblzma's lzma2_decoder.c. */
export function unpackLzma2(bytes: Uint8Array, at: number, output: GrowingOutput): number {
  const range = new RangeDecoder(bytes);
  const decoder = new LzmaDecoder(range, output);
  let place = at;
  // What the next chunk must bring along before anything can be decoded.
  let needsDictionary = true;
  let needsProperties = true;
  for (;;) {
    const control = bytes[place];
    if (control === undefined) throw new UnpackFault("the file ends in the middle", place);
    if (control === 0) return place + 1;
    if (control === 1 || control >= 0xe0) {
      needsDictionary = false;
      needsProperties = true;
      decoder.resetDictionary();
    } else if (needsDictionary) throw new UnpackFault("the first chunk does not reset the dictionary", place);
    if (control < 0x80) {
      if (control > 2) throw new UnpackFault("a chunk of an unknown kind", place);
      const size = word(bytes, place + 1) + 1;
      place += 3;
      output.append(bytes.subarray(place, place + size));
      if (size > bytes.length - place) throw new UnpackFault("the file ends in the middle", bytes.length);
      place += size;
      continue;
    }
    const unpacked = ((control & 0x1f) << 16) + word(bytes, place + 1) + 1;
    const packed = word(bytes, place + 3) + 1;
    place += 5;
    if (control >= 0xc0) {
      if (!takeProperties(decoder, bytes[place++] ?? 255)) throw new UnpackFault("a chunk's properties are out of range", place - 1);
      needsProperties = false;
    } else if (needsProperties) throw new UnpackFault("a chunk has no properties", place);
    if (control >= 0xa0) decoder.resetState();
    decodeChunk(decoder, range, { from: place, to: place + packed, unpacked }, bytes, output);
    place += packed;
  }
}

/** LZMA2 allows fewer bits of literal context than LZMA. */
function takeProperties(decoder: LzmaDecoder, properties: number): boolean {
  const context = properties % 9;
  return context + (((properties - context) / 9) % 5) <= 4 && decoder.setProperties(properties);
}

function decodeChunk(
  decoder: LzmaDecoder,
  range: RangeDecoder,
  chunk: { readonly from: number; readonly to: number; readonly unpacked: number },
  bytes: Uint8Array,
  output: GrowingOutput,
): void {
  // Of a file that is cut off, what is there is decoded.
  range.start(chunk.from, Math.min(chunk.to, bytes.length));
  if (decoder.decode(output.length + chunk.unpacked) || range.offset !== chunk.to || !range.isFinished)
    throw new UnpackFault("a chunk has other sizes than it states", chunk.from);
}

function word(bytes: Uint8Array, at: number): number {
  if (at + 2 > bytes.length) throw new UnpackFault("the file ends in the middle", bytes.length);
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
