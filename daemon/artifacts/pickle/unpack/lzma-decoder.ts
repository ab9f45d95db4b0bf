// LZMA: matches and literals behind a range coder. The output so far is the dictionary, so none is allocated.

import type { GrowingOutput } from "./growing-output.ts";
import {
  ALIGN,
  freshModels,
  IS_MATCH,
  IS_REP,
  IS_REP0,
  IS_REP0_LONG,
  IS_REP1,
  IS_REP2,
  LENGTH_HIGH,
  LENGTH_LOW,
  LENGTH_MIDDLE,
  LITERAL,
  MATCH_LENGTH,
  POSITION_SLOT,
  POSITION_SPECIAL,
  REP_LENGTH,
} from "./lzma-models.ts";
import type { RangeDecoder } from "./range-decoder.ts";
import { UnpackFault } from "./unpack-fault.ts";

/** The distance that stands for the end of the data. */
const END_MARK = 0xffffffff;

/** Decodes one LZMA stream, or the chunks of LZMA2. Format: lzma-specification.txt of the LZMA SDK (public domain). */
export class LzmaDecoder {
  readonly #range: RangeDecoder;
  readonly #output: GrowingOutput;
  /** Where in the output the dictionary begins: nothing before it may be copied. */
  #dictionary: number;
  #literalContext = 0;
  #literalPosition = 0;
  #positionMask = 0;
  #models: Uint16Array = freshModels(0);
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;

  constructor(range: RangeDecoder, output: GrowingOutput) {
    this.#range = range;
    this.#output = output;
    this.#dictionary = output.length;
  }

  /** Forgets the output so far. */
  resetDictionary(): void {
    this.#dictionary = this.#output.length;
  }

  /** Takes the byte of properties (`(pb × 5 + lp) × 9 + lc`); false when it is out of range. */
  setProperties(properties: number): boolean {
    if (properties >= 9 * 5 * 5) return false;
    this.#literalContext = properties % 9;
    const rest = (properties - this.#literalContext) / 9;
    this.#literalPosition = rest % 5;
    this.#positionMask = (1 << ((rest - this.#literalPosition) / 5)) - 1;
    return true;
  }

  /** Starts over with the properties as they are; what was learnt is lost. */
  resetState(): void {
    this.#models = freshModels(this.#literalContext + this.#literalPosition);
    this.#state = 0;
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  /** Decodes until `end` bytes of output are there; true when an end mark came before. */
  decode(end: number): boolean {
    const output = this.#output;
    while (output.length < end) {
      const position = (output.length - this.#dictionary) & this.#positionMask;
      if (this.#range.bit(this.#models, IS_MATCH + (this.#state << 4) + position) === 0) {
        this.#literal();
        continue;
      }
      const length = this.#range.bit(this.#models, IS_REP + this.#state) === 0 ? this.#match(position) : this.#repeat(position);
      if (length === 0) return true;
      if (this.#rep0 >= output.length - this.#dictionary) throw new UnpackFault("a copy begins before the data", this.#range.offset);
      if (length > end - output.length) throw new UnpackFault("a copy is longer than the data", this.#range.offset);
      output.repeat(this.#rep0 + 1, length);
    }
    return false;
  }

  /** True when an end mark is what follows. */
  endMark(): boolean {
    const position = (this.#output.length - this.#dictionary) & this.#positionMask;
    return (
      this.#range.bit(this.#models, IS_MATCH + (this.#state << 4) + position) === 1 &&
      this.#range.bit(this.#models, IS_REP + this.#state) === 0 &&
      this.#match(position) === 0
    );
  }

  #literal(): void {
    const output = this.#output;
    if (output.length >= output.bytes.length) output.reserve(1);
    const { bytes, length } = output;
    const place = length - this.#dictionary;
    const before = place === 0 ? 0 : (bytes[length - 1] ?? 0);
    const context = ((place & ((1 << this.#literalPosition) - 1)) << this.#literalContext) + (before >> (8 - this.#literalContext));
    const start = LITERAL + 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) {
      if (this.#rep0 >= place) throw new UnpackFault("a copy begins before the data", this.#range.offset);
      // After a match, the byte that would have continued it helps to guess.
      let guess = bytes[length - this.#rep0 - 1] ?? 0;
      while (symbol < 0x100) {
        const expected = (guess >> 7) & 1;
        guess <<= 1;
        const bit = this.#range.bit(this.#models, start + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (bit !== expected) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#range.bit(this.#models, start + symbol);
    bytes[length] = symbol;
    output.length = length + 1;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** A match at a new distance, which it leaves in `rep0`; returns its length, 0 for the end mark. */
  #match(position: number): number {
    this.#rep3 = this.#rep2;
    this.#rep2 = this.#rep1;
    this.#rep1 = this.#rep0;
    const length = this.#length(MATCH_LENGTH, position);
    this.#state = this.#state < 7 ? 7 : 10;
    this.#rep0 = this.#distance(length);
    return this.#rep0 === END_MARK ? 0 : length;
  }

  /** A match at one of the last four distances; returns its length. */
  #repeat(position: number): number {
    const state = this.#state;
    const range = this.#range;
    const models = this.#models;
    if (range.bit(models, IS_REP0 + state) === 0) {
      if (range.bit(models, IS_REP0_LONG + (state << 4) + position) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let distance = this.#rep1;
      if (range.bit(models, IS_REP1 + state) === 1) {
        if (range.bit(models, IS_REP2 + state) === 0) distance = this.#rep2;
        else {
          distance = this.#rep3;
          this.#rep3 = this.#rep2;
        }
        this.#rep2 = this.#rep1;
      }
      this.#rep1 = this.#rep0;
      this.#rep0 = distance;
    }
    this.#state = state < 7 ? 8 : 11;
    return this.#length(REP_LENGTH, position);
  }

  /** 2 to 273. */
  #length(coder: number, position: number): number {
    const range = this.#range;
    const models = this.#models;
    if (range.bit(models, coder) === 0) return 2 + range.tree(models, coder + LENGTH_LOW + (position << 3), 3);
    if (range.bit(models, coder + 1) === 0) return 10 + range.tree(models, coder + LENGTH_MIDDLE + (position << 3), 3);
    return 18 + range.tree(models, coder + LENGTH_HIGH, 8);
  }

  /** The distance minus one, as an unsigned 32-bit number. */
  #distance(length: number): number {
    const range = this.#range;
    const models = this.#models;
    const slot = range.tree(models, POSITION_SLOT + (Math.min(length - 2, 3) << 6), 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return base + range.reverseTree(models, POSITION_SPECIAL + base - slot, bits);
    return base + range.direct(bits - 4) * 16 + range.reverseTree(models, ALIGN, 4);
  }
}
