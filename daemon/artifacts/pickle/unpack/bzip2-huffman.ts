// Huffman codes of a bzip2 block: short codes by table, the rest bit by bit.

import type { BitReader } from "./bit-reader.ts";
import { UnpackFault } from "./unpack-fault.ts";

const MAX_LENGTH = 20;
/** Codes up to this length are found in one look. */
const QUICK = 10;

/** A canonical code given by the length of each symbol's code. */
export class HuffmanTable {
  /** `symbol << 5 | length` under each prefix of a short code; 0 for the longer ones. */
  readonly #quick = new Uint16Array(1 << QUICK);
  readonly #symbols: Uint16Array;
  /** By length: the first code, its place in `#symbols`, and how many there are. */
  readonly #first = new Int32Array(MAX_LENGTH + 1);
  readonly #place = new Int32Array(MAX_LENGTH + 1);
  readonly #count = new Int32Array(MAX_LENGTH + 1);

  /** Lengths are 1 to 20; they may fit more codes than there is room for (a damaged file), the later ones are then never found. */
  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length);
    for (const length of lengths) this.#count[length] = (this.#count[length] ?? 0) + 1;
    let code = 0;
    let place = 0;
    for (let length = 1; length <= MAX_LENGTH; length++) {
      this.#first[length] = code;
      this.#place[length] = place;
      for (let symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.#symbols[place++] = symbol;
        if (length <= QUICK) this.#quick.fill((symbol << 5) | length, code << (QUICK - length), (code + 1) << (QUICK - length));
        code++;
      }
      code <<= 1;
    }
  }

  /** The next symbol. Throws when the bits are no code. */
  decode(bits: BitReader): number {
    const entry = this.#quick[bits.peek(QUICK)] ?? 0;
    if (entry !== 0) {
      bits.skip(entry & 31);
      return entry >>> 5;
    }
    const window = bits.peek(MAX_LENGTH);
    for (let length = QUICK + 1; length <= MAX_LENGTH; length++) {
      const index = (window >>> (MAX_LENGTH - length)) - (this.#first[length] ?? 0);
      if (index < 0 || index >= (this.#count[length] ?? 0)) continue;
      bits.skip(length);
      return this.#symbols[(this.#place[length] ?? 0) + index] ?? 0;
    }
    throw new UnpackFault("bits that are no code", bits.offset);
  }
}
