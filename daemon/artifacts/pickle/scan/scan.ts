// The structural walk: the facts of a pickle (names, calls, references, lengths, STOP) without its values, at a fraction of their cost.
// It goes on where the reader gives up, so that nothing in a file can hide behind a fault or a flood.

import { Buffer } from "node:buffer";
import type { FactRecorder } from "../facts.ts";
import { NameTable } from "./name-table.ts";
import { DROP_TO_MARK, DUP, GET, KINDS, MARK, MEMOIZE, POP, PUSH, PUT, SHORT_BYTES, SHORT_TEXT, SIZES, TUPLE } from "./opcode-kinds.ts";
import { ScanState } from "./scan-state.ts";
import { STEPS } from "./steps.ts";
import { inTuple, PLAIN, UNSET } from "./tokens.ts";

/** Where and why the walk ended: behind STOP, at an opcode that is none or is cut off, or at raw bytes of joblib that it cannot measure. */
export type ScanEnd = "stop" | "cut" | "unknown opcode" | "raw bytes";

/** One walk over one stream. */
export class Scan {
  readonly bytes: Buffer;
  readonly state = new ScanState();
  readonly names: NameTable;
  readonly #facts: FactRecorder;
  /** Place of the next byte. */
  at = 0;
  /** Place of the opcode at hand. */
  opcodeAt = 0;
  opcodes = 0;
  protocol = 0;
  end: ScanEnd | undefined;

  constructor(bytes: Uint8Array, facts: FactRecorder) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.names = new NameTable(this.bytes, facts);
    this.#facts = facts;
  }

  /** Walks to the end and notes what the stream as a whole is like. Never throws; needs a few bytes for each value on the stack or in the memo. */
  run(): ScanEnd {
    const { bytes } = this;
    while (this.end === undefined) {
      this.#stretch();
      if (this.at >= bytes.length) break;
      this.opcodeAt = this.at;
      const step = STEPS[bytes[this.at++] ?? 0];
      if (step === undefined) this.end = "unknown opcode";
      else step(this);
      this.opcodes++;
    }
    this.end ??= "cut";
    const facts = this.#facts;
    facts.protocol = Math.max(facts.protocol, this.protocol);
    facts.opcodes = Math.max(facts.opcodes, this.opcodes);
    if (this.state.overflowed) facts.limit("scan state");
    if (this.end === "stop") {
      facts.consumed = this.at;
      facts.trailing = bytes.length - this.at;
    }
    return this.end;
  }

  /** Walks over frequent opcodes, up to one that is none or needs more room. Stack and memo stay where they are meanwhile, which makes it fast. */
  #stretch(): void {
    const { bytes, state } = this;
    const { stack, memo } = state;
    const size = bytes.length;
    const room = stack.length;
    let { height, entries } = state;
    let { at, opcodes } = this;
    while (at < size) {
      const opcode = bytes[at] ?? 0;
      const kind = KINDS[opcode] ?? 0;
      let next = at + 1;
      let token = PLAIN;
      if (kind === PUSH) next = at + (SIZES[opcode] ?? 1);
      else if (kind === SHORT_TEXT) {
        next += 1 + (bytes[next] ?? 0);
        token = at;
      } else if (kind === SHORT_BYTES) next += 1 + (bytes[next] ?? 0);
      else if (kind === GET) {
        token = memo[bytes[next++] ?? 0] ?? PLAIN;
        if (token === UNSET) token = PLAIN;
      } else if (kind === TUPLE && height >= 3 && height < room) {
        height -= SIZES[opcode] ?? 1;
        token = inTuple(stack[height] ?? PLAIN);
      } else if (kind === DUP && height > 0) token = stack[height - 1] ?? PLAIN;
      else {
        if (kind === MARK) state.mark(height);
        else if (kind === DROP_TO_MARK) height = state.unmark(height);
        else if (kind === POP && height > 0 && !state.isMarkAt(height)) height--;
        else if ((kind === MEMOIZE || kind === PUT) && height > 0) {
          const index = kind === PUT ? (bytes[next++] ?? 0) : entries;
          if (index >= memo.length) break;
          if (memo[index] === UNSET) entries++;
          memo[index] = stack[height - 1] ?? PLAIN;
        } else break;
        at = next;
        opcodes++;
        continue;
      }
      if (height >= room) break;
      stack[height++] = token;
      at = next;
      opcodes++;
    }
    state.height = height;
    state.entries = entries;
    this.at = at;
    this.opcodes = opcodes;
  }
}
