// bzip2: Burrows-Wheeler blocks behind Huffman codes, as Python's bz2 and joblib write them.

import { BitReader } from "./bit-reader.ts";
import { bzip2Crc } from "./bzip2-crc.ts";
import { HuffmanTable } from "./bzip2-huffman.ts";
import type { GrowingOutput } from "./growing-output.ts";
import { UnpackFault } from "./unpack-fault.ts";

/** Symbols that share one Huffman table. */
const GROUP = 50;
const MAX_CODE_LENGTH = 20;

/** What the blocks of one stream share. */
interface Workspace {
  /** Low byte: the symbol; the rest: the next place of the inverse transform. Grows with the blocks. */
  links: Uint32Array;
  readonly counts: Int32Array;
  /** Symbols that a block may have. */
  readonly most: number;
}

/** Makes room for `needed` symbols. */
function reserve(work: Workspace, needed: number, offset: number): Uint32Array {
  if (needed > work.most) throw new UnpackFault("a block is longer than its stream allows", offset);
  if (needed > work.links.length) {
    const larger = new Uint32Array(Math.min(work.most, Math.max(needed, 4 * work.links.length)));
    larger.set(work.links);
    work.links = larger;
  }
  return work.links;
}

/**
 * Unpacks all streams of a bzip2 file into `output`; bytes behind the last one that are no stream are ignored, as Python does.
 * Throws an UnpackFault. Format: bzip2 1.0.8's decompress.c.
 */
export function unpackBzip2(bytes: Uint8Array, output: GrowingOutput): void {
  let at = 0;
  do at = unpackStream(bytes, at, output);
  while (isHeader(bytes, at));
}

function isHeader(bytes: Uint8Array, at: number): boolean {
  const level = bytes[at + 3] ?? 0;
  return bytes[at] === 0x42 && bytes[at + 1] === 0x5a && bytes[at + 2] === 0x68 && level >= 0x31 && level <= 0x39;
}

function unpackStream(bytes: Uint8Array, at: number, output: GrowingOutput): number {
  if (!isHeader(bytes, at)) throw new UnpackFault("it has no bzip2 header", at);
  const blockSize = 100_000 * ((bytes[at + 3] ?? 0x30) - 0x30);
  const work: Workspace = { links: new Uint32Array(8192), counts: new Int32Array(257), most: blockSize };
  const bits = new BitReader(bytes, at + 4);
  let combined = 0;
  for (;;) {
    const high = bits.read(24);
    const low = bits.read(24);
    const crc = bits.read32();
    if (high === 0x177245 && low === 0x385090) {
      if (crc !== combined >>> 0) throw new UnpackFault("its checksum does not match", bits.offset);
      return bits.align();
    }
    if (high !== 0x314159 || low !== 0x265359) throw new UnpackFault("a bzip2 block has no header", bits.offset);
    const begin = output.length;
    const { length, origin } = readSymbols(bits, work);
    writeBlock(work, length, origin, output);
    if (bzip2Crc(output.bytes, begin, output.length) !== crc) throw new UnpackFault("the checksum of a block does not match", bits.offset);
    combined = ((combined << 1) | (combined >>> 31)) ^ crc;
  }
}

/** Which of the 256 bytes occur in the block. */
function readAlphabet(bits: BitReader): Uint8Array {
  const ranges = bits.read(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const members = bits.read(16);
    for (let i = 0; i < 16; i++) if ((members & (0x8000 >> i)) !== 0) used.push(16 * range + i);
  }
  if (used.length === 0) throw new UnpackFault("a block has no symbols", bits.offset);
  return Uint8Array.from(used);
}

/** Brings the member at `place` to the front and returns it. */
function toFront(list: Uint8Array, place: number): number {
  const value = list[place] ?? 0;
  for (let i = place; i > 0; i--) list[i] = list[i - 1] ?? 0;
  list[0] = value;
  return value;
}

function readSelectors(bits: BitReader, tables: number): Uint8Array {
  const count = bits.read(15);
  if (count === 0) throw new UnpackFault("a block has no selectors", bits.offset);
  const order = Uint8Array.from({ length: tables }, (_, i) => i);
  const selectors = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= tables) throw new UnpackFault("a selector is out of range", bits.offset);
    selectors[i] = toFront(order, place);
  }
  return selectors;
}

function readTable(bits: BitReader, symbols: number): HuffmanTable {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let i = 0; i < symbols; i++) {
    for (;;) {
      if (length < 1 || length > MAX_CODE_LENGTH) throw new UnpackFault("a code length is out of range", bits.offset);
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[i] = length;
  }
  return new HuffmanTable(lengths);
}

/** Reads a block's symbols into `work.links` and counts them; the inverse transform begins at `origin`. */
function readSymbols(bits: BitReader, work: Workspace): { readonly length: number; readonly origin: number } {
  if (bits.read(1) === 1) throw new UnpackFault("a block of the obsolete randomised kind", bits.offset);
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const tableCount = bits.read(3);
  if (tableCount < 2 || tableCount > 6) throw new UnpackFault("a block has no usable number of tables", bits.offset);
  const selectors = readSelectors(bits, tableCount);
  const tables = Array.from({ length: tableCount }, () => readTable(bits, alphabet.length + 2));
  const length = decodeSymbols(bits, work, alphabet, selectors, tables);
  if (origin >= length) throw new UnpackFault("a block begins outside itself", bits.offset);
  return { length, origin };
}

function decodeSymbols(
  bits: BitReader,
  work: Workspace,
  order: Uint8Array,
  selectors: Uint8Array,
  tables: readonly HuffmanTable[],
): number {
  const { counts } = work;
  let { links } = work;
  const last = order.length + 1;
  counts.fill(0);
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group++) {
    const table = tables[selectors[group] ?? 255];
    if (table === undefined) throw new UnpackFault("a block has more symbols than selectors", bits.offset);
    for (let i = 0; i < GROUP; i++) {
      const symbol = table.decode(bits);
      if (symbol <= 1) {
        // A run of the front byte, in base 2 with the digits 1 and 2.
        run += weight << symbol;
        weight <<= 1;
        if (run > work.most) throw new UnpackFault("a block is longer than its stream allows", bits.offset);
        continue;
      }
      if (run > 0) {
        links = reserve(work, length + run, bits.offset);
        const byte = order[0] ?? 0;
        links.fill(byte, length, length + run);
        counts[byte + 1] = (counts[byte + 1] ?? 0) + run;
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === last) return length;
      if (length >= links.length) links = reserve(work, length + 1, bits.offset);
      const byte = toFront(order, symbol - 1);
      counts[byte + 1] = (counts[byte + 1] ?? 0) + 1;
      links[length++] = byte;
    }
  }
}

/** Undoes the transform and the run-length code in front of it: four equal bytes are followed by how many more there are. */
function writeBlock(work: Workspace, length: number, origin: number, output: GrowingOutput): void {
  const { links, counts } = work;
  for (let i = 1; i < 257; i++) counts[i] = (counts[i] ?? 0) + (counts[i - 1] ?? 0);
  for (let i = 0; i < length; i++) {
    const byte = (links[i] ?? 0) & 0xff;
    const place = counts[byte] ?? 0;
    counts[byte] = place + 1;
    links[place] = (links[place] ?? 0) | (i << 8);
  }
  let link = (links[origin] ?? 0) >>> 8;
  let previous = -1;
  let equal = 0;
  for (let i = 0; i < length; i++) {
    const entry = links[link] ?? 0;
    const byte = entry & 0xff;
    link = entry >>> 8;
    if (equal === 4) {
      output.reserve(byte);
      output.bytes.fill(previous, output.length, output.length + byte);
      output.length += byte;
      equal = 0;
      previous = -1;
      continue;
    }
    equal = byte === previous ? equal + 1 : 1;
    previous = byte;
    if (output.length >= output.bytes.length) output.reserve(1);
    output.bytes[output.length++] = byte;
  }
}
