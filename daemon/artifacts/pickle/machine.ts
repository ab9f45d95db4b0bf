// The state of the pickle virtual machine: a bounded stack, marks, memo and cursor. Opcodes work on it; nothing here runs code from the file.

import { Buffer } from "node:buffer";
import type { FactRecorder } from "./facts.ts";
import type { PickleLimits } from "./limits.ts";
import { PickleFault } from "./pickle-fault.ts";
import { readUtf8 } from "./text-operands.ts";
import type { GlobalValue, PickleValue } from "./values.ts";

/** What one stream and the streams nested in it (joblib's object arrays) use up together. */
interface Shared {
  objects: number;
  opcodes: number;
  /** By module, then by name: joined to one key, two different pairs could be the same text. */
  readonly globals: Map<string, Map<string, GlobalValue>>;
}

/** One run over one stream. */
export class Machine {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly limits: PickleLimits;
  readonly facts: FactRecorder;
  readonly shared: Shared;
  /** The stream lies inside another one. */
  readonly isNested: boolean;
  /** Next byte to read. */
  at = 0;
  /** Offset of the opcode that is being run. */
  opcodeAt = 0;
  readonly stack: PickleValue[] = [];
  /** Stack heights at which a MARK lies. */
  readonly marks: number[] = [];
  stopped = false;
  /** A FRAME that reaches beyond the end: the file is refused once the rest has been looked at. */
  frameFault: PickleFault | undefined;
  /** Runs the pickle that begins at the cursor and leaves the cursor behind its STOP; set by `run`. */
  nested: () => PickleValue = () => this.fail("a stream inside the stream");
  #fence = 0;
  readonly #memo: PickleValue[] = [];
  readonly #sparse = new Map<number, PickleValue>();

  constructor(bytes: Uint8Array, limits: PickleLimits, facts: FactRecorder, outer?: Machine) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
    this.facts = facts;
    this.shared = outer?.shared ?? { objects: 0, opcodes: 0, globals: new Map() };
    this.isNested = outer !== undefined;
    this.at = outer?.at ?? 0;
  }

  /** Gives up, naming the place of the current opcode. */
  fail(reason: string, limit?: string): never {
    throw new PickleFault(reason, this.opcodeAt, limit);
  }

  /** Counts `count` values that need memory, before they are made. */
  spend(count = 1): void {
    this.shared.objects += count;
    if (this.shared.objects > this.limits.maxObjects) this.fail(`more than ${this.limits.maxObjects} objects`, "objects");
  }

  // ── cursor ──

  /** Moves over `length` bytes and returns where they begin. Any length is checked against the bytes left. */
  take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) this.#beyond(length);
    this.at = start + length;
    return start;
  }

  #beyond(length: number): never {
    this.fail(
      length > 2 ** 53
        ? "a length is beyond the end of the file"
        : `${length} bytes are announced, ${this.bytes.length - this.at} are left`,
    );
  }

  uint8(): number {
    return this.bytes[this.take(1)] ?? 0;
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** A 64-bit length, unsigned; above 2^53 it is only good for being too long. */
  uint64(): number {
    const start = this.take(8);
    return this.view.getUint32(start, true) + this.view.getUint32(start + 4, true) * 2 ** 32;
  }

  /** The text of a line of Latin-1 bytes, without its line feed. */
  line(): string {
    const start = this.at;
    return this.bytes.toString("latin1", start, this.#lineEnd());
  }

  /** The text of a line of UTF-8. */
  textLine(): string {
    const start = this.at;
    return readUtf8(this, start, this.#lineEnd() - start);
  }

  /** A line that is a whole number of at most 15 digits, without a sign or spaces; undefined, with the cursor where it was, for any other. */
  digitLine(): number | undefined {
    const { bytes } = this;
    let at = this.at;
    let value = 0;
    for (; ; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = 10 * value + digit;
    }
    if (bytes[at] !== 10 || at === this.at || at - this.at > 15) return undefined;
    this.at = at + 1;
    return value;
  }

  /** Moves behind the line feed and returns where it is. */
  #lineEnd(): number {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) this.fail("a line has no end");
    this.at = end + 1;
    return end;
  }

  // ── stack ──

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.length > this.#fence ? this.stack.pop() : undefined;
    return value === undefined ? this.fail("the stack is empty here") : value;
  }

  /** The value on top, left in place. */
  top(): PickleValue {
    const value = this.stack.length > this.#fence ? this.stack[this.stack.length - 1] : undefined;
    return value === undefined ? this.fail("the stack is empty here") : value;
  }

  mark(): void {
    if (this.marks.length >= this.limits.maxMarks) this.fail(`more than ${this.limits.maxMarks} open marks`, "depth");
    this.marks.push(this.stack.length);
    this.#fence = this.stack.length;
  }

  /** Removes the last MARK and returns the height it lay at; what is above it stays on the stack. */
  unmark(): number {
    const height = this.marks.pop();
    if (height === undefined) this.fail("no MARK is open here");
    this.#fence = this.marks[this.marks.length - 1] ?? 0;
    return height;
  }

  /** Removes the last MARK and everything above it, which is returned. */
  popMark(): PickleValue[] {
    const height = this.unmark();
    const values = this.stack.slice(height);
    this.stack.length = height;
    return values;
  }

  // ── memo ──

  remember(index: number): void {
    const value = this.top();
    const memo = this.#memo;
    if (index < memo.length) {
      memo[index] = value;
      return;
    }
    if (memo.length + this.#sparse.size >= this.limits.maxMemo) this.fail(`more than ${this.limits.maxMemo} memo entries`, "memo");
    if (index === memo.length) {
      memo.push(value);
      this.#sparse.delete(index);
    } else {
      this.#sparse.set(index, value);
    }
  }

  /** MEMOIZE: the next free index is the number of entries. */
  rememberNext(): void {
    this.remember(this.#memo.length + this.#sparse.size);
  }

  recall(index: number): void {
    const value = index < this.#memo.length ? this.#memo[index] : this.#sparse.get(index);
    if (value === undefined) this.fail(`memo entry ${index} was never stored`);
    this.stack.push(value);
  }

  // ── names ──

  /** The inert record of a name; one per name, so a flood of them costs little. */
  global(module: string, name: string): GlobalValue {
    let names = this.shared.globals.get(module);
    if (names === undefined) {
      names = new Map();
      this.shared.globals.set(module, names);
    }
    let value = names.get(name);
    if (value === undefined) {
      this.facts.global(module, name, this.opcodeAt);
      this.spend(4);
      value = { kind: "global", module, name };
      names.set(name, value);
    }
    return value;
  }
}
