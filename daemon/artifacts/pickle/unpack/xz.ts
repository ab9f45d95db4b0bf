// The xz format: blocks of LZMA2 with checksums, and an index that must agree with them.

import type { GrowingOutput } from "./growing-output.ts";
import { unpackLzma2 } from "./lzma2.ts";
import { UnpackFault } from "./unpack-fault.ts";
import { CHECK_SIZES, checkOf } from "./xz-checks.ts";
import { XzReader } from "./xz-reader.ts";

const HEADER_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const LZMA2 = 0x21;

/** Sizes of a block as the index states them. */
interface BlockSizes {
  readonly unpadded: number;
  readonly unpacked: number;
}

/** Unpacks all streams of a file into `output`. Throws an UnpackFault. Format: The .xz File Format 1.2.1. */
export function unpackXz(bytes: Uint8Array, output: GrowingOutput): void {
  const reader = new XzReader(bytes);
  do unpackStream(reader, output);
  while (findNext(reader));
}

function isHeader(reader: XzReader): boolean {
  return HEADER_MAGIC.every((byte, i) => reader.bytes[reader.at + i] === byte);
}

/** Moves over zero bytes to the next stream; bytes that are none are ignored, as Python does. */
function findNext(reader: XzReader): boolean {
  while (reader.left > 0 && reader.bytes[reader.at] === 0) reader.at++;
  return isHeader(reader);
}

function unpackStream(reader: XzReader, output: GrowingOutput): void {
  const start = reader.at;
  reader.need(12);
  if (!isHeader(reader)) throw new UnpackFault("a stream has no header", start);
  reader.at = start + 6;
  const flags = reader.uint16();
  reader.expectCrc(start + 6, start + 8, "the stream's header");
  const checkSize = CHECK_SIZES[flags >> 8];
  if ((flags & 0xff) !== 0 || checkSize === undefined) throw new UnpackFault("the stream has flags that are not known", start + 6);
  const blocks: BlockSizes[] = [];
  while (reader.peek() !== 0) blocks.push(unpackBlock(reader, flags >> 8, checkSize, output));
  const indexSize = readIndex(reader, blocks);
  const footer = reader.at;
  reader.need(12);
  reader.expectCrc(footer + 4, footer + 10, "the stream's footer", footer);
  const backward = reader.uint32();
  if (backward !== indexSize / 4 - 1 || reader.uint16() !== flags || reader.uint16() !== 0x5a59)
    throw new UnpackFault("the stream's footer does not match its header", footer);
}

/** The block's header: its length with it, and the sizes that it states. */
function readBlockHeader(reader: XzReader): { readonly packed: number | undefined; readonly unpacked: number | undefined } {
  const start = reader.at;
  const size = 4 * (reader.peek() + 1);
  reader.need(size);
  const end = start + size - 4;
  reader.at = start + 1;
  const flags = reader.uint8();
  const packed = (flags & 0x40) === 0 ? undefined : reader.variable();
  const unpacked = (flags & 0x80) === 0 ? undefined : reader.variable();
  if ((flags & 0x3f) !== 0 || reader.variable() !== LZMA2 || reader.variable() !== 1)
    throw new UnpackFault("a block is packed in a way that this reader does not unpack (only LZMA2 is)", start);
  if (reader.uint8() > 40) throw new UnpackFault("a block's dictionary size is out of range", start);
  if (reader.at > end || reader.bytes.subarray(reader.at, end).some((byte) => byte !== 0))
    throw new UnpackFault("a block's header has a wrong length", start);
  reader.at = end;
  reader.expectCrc(start, end, "a block's header");
  return { packed, unpacked };
}

function unpackBlock(reader: XzReader, check: number, checkSize: number, output: GrowingOutput): BlockSizes {
  const start = reader.at;
  const stated = readBlockHeader(reader);
  const data = reader.at;
  const begin = output.length;
  reader.at = unpackLzma2(reader.bytes, data, output);
  const packed = reader.at - data;
  const unpacked = output.length - begin;
  if ((stated.packed ?? packed) !== packed || (stated.unpacked ?? unpacked) !== unpacked)
    throw new UnpackFault("a block has other sizes than its header states", start);
  const unpadded = reader.at - start + checkSize;
  for (; (reader.at - data) % 4 !== 0;) if (reader.uint8() !== 0) throw new UnpackFault("a block's padding is not empty", reader.at);
  reader.need(checkSize);
  const stored = reader.bytes.subarray(reader.at, reader.at + checkSize);
  const expected = checkOf(check, output.bytes.subarray(begin, output.length));
  if (expected?.some((byte, i) => byte !== stored[i]) === true) throw new UnpackFault("the checksum of a block does not match", reader.at);
  reader.at += checkSize;
  return { unpadded, unpacked };
}

/** Compares the index with the blocks; returns its length. */
function readIndex(reader: XzReader, blocks: readonly BlockSizes[]): number {
  const start = reader.at;
  reader.at = start + 1;
  if (reader.variable() !== blocks.length) throw new UnpackFault("the index counts other blocks than there are", start);
  for (const block of blocks) {
    if (reader.variable() !== block.unpadded || reader.variable() !== block.unpacked)
      throw new UnpackFault("the index states other sizes than the blocks have", start);
  }
  for (; (reader.at - start) % 4 !== 0;) if (reader.uint8() !== 0) throw new UnpackFault("the index's padding is not empty", reader.at);
  reader.expectCrc(start, reader.at, "the index");
  return reader.at - start;
}
