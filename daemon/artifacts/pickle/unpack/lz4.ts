// LZ4 frames, as joblib writes them.

import type { GrowingOutput } from "./growing-output.ts";
import { UnpackFault } from "./unpack-fault.ts";
import { xxhash32 } from "./xxhash.ts";

const MAGIC = 0x184d2204;
const SKIPPABLE = 0x184d2a50;

/** What a frame's header says. */
interface Frame {
  readonly isIndependent: boolean;
  readonly blockChecksums: boolean;
  readonly contentChecksum: boolean;
  readonly blockSize: number;
  readonly size: number | undefined;
  /** Where the blocks begin. */
  readonly at: number;
}

/** Unpacks all frames of a file into `output`. Throws an UnpackFault. Format: lz4_Frame_format.md of LZ4, 1.6.3. */
export function unpackLz4(bytes: Uint8Array, output: GrowingOutput): void {
  let at = 0;
  do at = unpackFrame(bytes, at, output);
  while (at + 4 <= bytes.length && isMagic(word(bytes, at)));
}

function isMagic(value: number): boolean {
  return value === MAGIC || isSkippable(value);
}

function isSkippable(value: number): boolean {
  return (value & 0xfffffff0) === SKIPPABLE;
}

/** The little-endian 32-bit number at `at`. */
function word(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new UnpackFault("the file ends in the middle", bytes.length);
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}

function readHeader(bytes: Uint8Array, start: number): Frame {
  const flags = bytes[start + 4] ?? 0;
  const descriptor = bytes[start + 5] ?? 0;
  const hasSize = (flags & 8) !== 0;
  const end = start + 6 + (hasSize ? 8 : 0);
  if (end >= bytes.length) throw new UnpackFault("the file ends in its header", bytes.length);
  const sizeClass = (descriptor >> 4) & 7;
  if ((flags & 0xc3) !== 0x40 || (descriptor & 0x8f) !== 0 || sizeClass < 4)
    throw new UnpackFault("the frame has a form that this reader does not unpack", start);
  if (((xxhash32(bytes.subarray(start + 4, end)) >>> 8) & 0xff) !== bytes[end])
    throw new UnpackFault("the checksum of the frame's header does not match", start);
  return {
    isIndependent: (flags & 0x20) !== 0,
    blockChecksums: (flags & 0x10) !== 0,
    contentChecksum: (flags & 4) !== 0,
    blockSize: 4 ** (sizeClass + 4),
    size: hasSize ? (word(bytes, start + 6) >>> 0) + (word(bytes, start + 10) >>> 0) * 2 ** 32 : undefined,
    at: end + 1,
  };
}

function unpackFrame(bytes: Uint8Array, start: number, output: GrowingOutput): number {
  const magic = word(bytes, start);
  if (isSkippable(magic)) return Math.min(bytes.length, start + 8 + (word(bytes, start + 4) >>> 0));
  if (magic !== MAGIC) throw new UnpackFault("it has no LZ4 header", start);
  const frame = readHeader(bytes, start);
  const begin = output.length;
  let at = frame.at;
  for (let size = word(bytes, at); size !== 0; size = word(bytes, at)) {
    const length = size & 0x7fffffff;
    at += 4;
    if (length > frame.blockSize) throw new UnpackFault("a block is longer than the frame allows", at);
    const block = bytes.subarray(at, at + length);
    const before = output.length;
    if (size < 0) output.append(block);
    else unpackBlock(block, at, frame.isIndependent ? before : begin, output);
    // Of a file that is cut off, what is there has been unpacked.
    if (length > bytes.length - at) throw new UnpackFault("the file ends in the middle", bytes.length);
    if (output.length - before > frame.blockSize) throw new UnpackFault("a block is longer than the frame allows", at);
    at += length;
    if (frame.blockChecksums) {
      if (xxhash32(block) !== word(bytes, at) >>> 0) throw new UnpackFault("the checksum of a block does not match", at);
      at += 4;
    }
  }
  at += 4;
  if (frame.size !== undefined && frame.size !== output.length - begin)
    throw new UnpackFault("the frame has another size than it states", start);
  if (!frame.contentChecksum) return at;
  if (xxhash32(output.written().subarray(begin)) !== word(bytes, at) >>> 0)
    throw new UnpackFault("the checksum of the frame does not match", at);
  return at + 4;
}

/** Unpacks one block; copies may reach back to `dictionary`, and 64 KB at most. */
function unpackBlock(block: Uint8Array, place: number, dictionary: number, output: GrowingOutput): void {
  let at = 0;
  const length = (nibble: number): number => {
    let value = nibble;
    if (nibble !== 15) return value;
    for (;;) {
      const byte = block[at++];
      if (byte === undefined) throw new UnpackFault("a block ends in the middle", place + at);
      value += byte;
      if (byte !== 255) return value;
    }
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = length(token >> 4);
    output.append(block.subarray(at, at + literals));
    if (literals > block.length - at) throw new UnpackFault("a block ends in the middle", place + at);
    at += literals;
    // The last sequence has literals only.
    if (at === block.length) return;
    if (at + 2 > block.length) throw new UnpackFault("a block ends in the middle", place + at);
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    at += 2;
    if (distance === 0 || distance > output.length - dictionary) throw new UnpackFault("a copy begins before the data", place + at);
    output.repeat(distance, length(token & 15) + 4);
  }
}
