// Stack, marks and memo of the scan: integers in typed arrays, bounded, and forgiving: what is not there reads as a plain value.

import { PLAIN, UNSET } from "./tokens.ts";

/** Values on the stack that are told apart; those above count as plain. */
const MAX_STACK = 8 * 1024 * 1024;
const MAX_MARKS = 1024 * 1024;
const MAX_MEMO = 8 * 1024 * 1024;
/** Memo entries far beyond the others: a few bytes may name any index. */
const MAX_FAR = 65_536;

/** A longer copy. */
function grown(array: Int32Array, atLeast: number, most: number, fill: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.min(most, Math.max(atLeast, array.length + (array.length >> 1))));
  larger.set(array);
  larger.fill(fill, array.length);
  return larger;
}

/** The state between two opcodes. The walk's loop keeps copies of these fields, and writes them back before it calls anything here. */
export class ScanState {
  stack = new Int32Array(1024).fill(PLAIN);
  height = 0;
  memo = new Int32Array(1024).fill(UNSET);
  /** Entries of the memo. */
  entries = 0;
  #marks = new Int32Array(256);
  #markCount = 0;
  readonly #far = new Map<number, number>();
  /** Some of the state was left out because there was too much of it. */
  overflowed = false;

  push(token: number): void {
    if (this.height === this.stack.length) {
      if (this.stack.length < MAX_STACK) this.stack = grown(this.stack, 0, MAX_STACK, PLAIN);
      else {
        // Replaces the topmost value: those below keep their places.
        this.overflowed = true;
        this.height--;
      }
    }
    this.stack[this.height++] = token;
  }

  pop(): number {
    return this.height === 0 ? PLAIN : (this.stack[--this.height] ?? PLAIN);
  }

  top(): number {
    return this.height === 0 ? PLAIN : (this.stack[this.height - 1] ?? PLAIN);
  }

  /** MARK at the present height. */
  mark(height: number): void {
    if (this.#markCount === this.#marks.length) {
      if (this.#markCount >= MAX_MARKS) {
        this.overflowed = true;
        return;
      }
      this.#marks = grown(this.#marks, 0, MAX_MARKS, 0);
    }
    this.#marks[this.#markCount++] = height;
  }

  /** Removes the last MARK; returns the height that it lay at, `height` at most. */
  unmark(height: number): number {
    return this.#markCount === 0 ? 0 : Math.min(height, this.#marks[--this.#markCount] ?? 0);
  }

  /** Takes everything down to the last MARK away; returns the token that lay directly above it. */
  dropToMark(): number {
    const height = this.unmark(this.height);
    const first = height < this.height ? (this.stack[height] ?? PLAIN) : PLAIN;
    this.height = height;
    return first;
  }

  /** True when a MARK lies on top of this many values. */
  isMarkAt(height: number): boolean {
    return this.#markCount > 0 && this.#marks[this.#markCount - 1] === height;
  }

  /** POP takes a MARK away when one is on top. */
  popOrUnmark(): void {
    if (this.isMarkAt(this.height)) this.#markCount--;
    else this.pop();
  }

  put(index: number): void {
    if (index >= this.memo.length && index < Math.min(MAX_MEMO, 2 * this.entries + 4096)) this.#growMemo(index + 1);
    if (index < this.memo.length) {
      if (this.memo[index] === UNSET) this.entries++;
      this.memo[index] = this.top();
    } else if (this.#far.size < MAX_FAR || this.#far.has(index)) {
      if (!this.#far.has(index)) this.entries++;
      this.#far.set(index, this.top());
    } else {
      this.overflowed = true;
      this.entries++;
    }
  }

  get(index: number): number {
    const token = (index < this.memo.length ? this.memo[index] : this.#far.get(index)) ?? UNSET;
    return token === UNSET ? PLAIN : token;
  }

  #growMemo(atLeast: number): void {
    this.memo = grown(this.memo, atLeast, MAX_MEMO, UNSET);
    for (const [index, token] of this.#far) {
      if (index >= this.memo.length) continue;
      this.memo[index] = token;
      this.#far.delete(index);
    }
  }
}
