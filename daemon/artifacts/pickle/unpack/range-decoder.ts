// The range coder below LZMA: one bit at a time, each with an adaptive model.

import { UnpackFault } from "./unpack-fault.ts";

/** Reads bits from a part of the file. Numbers are kept as unsigned 32-bit values in int32 arithmetic. */
export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #end = 0;
  #at = 0;
  #range = 0;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Byte of the file that is read next. */
  get offset(): number {
    return this.#at;
  }

  /** True when the coder has come to its end: nothing is left in it. */
  get isFinished(): boolean {
    return this.#code === 0;
  }

  /** Starts at `at`; nothing at `end` or behind it is read. */
  start(at: number, end: number): void {
    if (end - at < 5 || this.#bytes[at] !== 0) throw new UnpackFault("the compressed data has no beginning", at);
    this.#end = end;
    this.#at = at + 5;
    this.#range = -1;
    this.#code = 0;
    for (let i = at + 1; i < at + 5; i++) this.#code = (this.#code << 8) | (this.#bytes[i] ?? 0);
  }

  #refill(): void {
    if (this.#at >= this.#end) throw new UnpackFault("the compressed data ends in the middle", this.#at);
    this.#range <<= 8;
    this.#code = (this.#code << 8) | (this.#bytes[this.#at++] ?? 0);
  }

  /** One bit by the model at `index`, which learns from it. */
  bit(models: Uint16Array, index: number): number {
    const model = models[index] ?? 0;
    const bound = (this.#range >>> 11) * model;
    let bit = 0;
    if (this.#code >>> 0 < bound) {
      this.#range = bound | 0;
      models[index] = model + ((2048 - model) >> 5);
    } else {
      this.#range = (this.#range - bound) | 0;
      this.#code = (this.#code - bound) | 0;
      models[index] = model - (model >> 5);
      bit = 1;
    }
    if (this.#range >>> 24 === 0) this.#refill();
    return bit;
  }

  /** `bits` bits by a tree of models, the highest first. */
  tree(models: Uint16Array, start: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(models, start + node);
    return node - (1 << bits);
  }

  /** `bits` bits by a tree of models, the lowest first. */
  reverseTree(models: Uint16Array, start: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(models, start + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** `bits` bits without a model, the highest first. */
  direct(bits: number): number {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      this.#range >>>= 1;
      const one = this.#code >>> 0 >= this.#range >>> 0;
      if (one) this.#code = (this.#code - this.#range) | 0;
      value = value * 2 + Number(one);
      if (this.#range >>> 24 === 0) this.#refill();
    }
    return value;
  }
}
