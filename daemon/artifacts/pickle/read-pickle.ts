// Reads any pickle of protocols 0 to 5 without running anything: bytes in, inert values or a refusal out.

import { rejected, type Rejected } from "../rejected.ts";
import { containerOf, unpack } from "./container.ts";
import { FactRecorder, type PickleFacts } from "./facts.ts";
import { limitsFor, type PickleLimits } from "./limits.ts";
import { Machine } from "./machine.ts";
import { CALL_OPCODES } from "./opcodes-calls.ts";
import { SCALAR_OPCODES, type Opcode } from "./opcodes-scalars.ts";
import { STRUCTURE_OPCODES } from "./opcodes-structure.ts";
import { PickleFault } from "./pickle-fault.ts";
import type { PickleValue } from "./values.ts";

/** A value, or a refusal; the facts are there in both cases. */
export type PickleResult =
  { readonly ok: true; readonly value: PickleValue; readonly facts: PickleFacts } | (Rejected & { readonly facts: PickleFacts });

const OPCODES: readonly (Opcode | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => SCALAR_OPCODES.get(byte) ?? STRUCTURE_OPCODES.get(byte) ?? CALL_OPCODES.get(byte),
);

/**
 * Reads one pickle (a zlib or gzip container around it is unpacked first). Never throws, runs nothing, resolves no name;
 * time and memory are bounded by `limits`, which default to what the size of the file warrants.
 * The value holds views of `bytes`. Format: CPython's Lib/pickletools.py.
 */
export function readPickle(bytes: Uint8Array, limits: Partial<PickleLimits> = {}): PickleResult {
  const outer: PickleLimits = { ...limitsFor(bytes.length), ...limits };
  const facts = new FactRecorder(outer.maxFacts);
  if (bytes.length === 0) return { ...rejected("the file is empty"), facts: facts.facts() };
  if (bytes.length > outer.maxBytes) {
    facts.limit("bytes");
    return { ...rejected(`the file has ${bytes.length} bytes; at most ${outer.maxBytes} are read`), facts: facts.facts() };
  }
  facts.container = containerOf(bytes);
  const stream = unpack(bytes, facts.container, outer);
  if (!stream.ok) {
    if (stream.tooLong) facts.limit("unpacked bytes");
    return { ok: false, offset: stream.offset, reason: stream.reason, facts: facts.facts() };
  }
  const machine = new Machine(stream.bytes, { ...limitsFor(stream.bytes.length), ...limits }, facts);
  try {
    const value = run(machine);
    if (machine.frameFault !== undefined) throw machine.frameFault;
    return { ok: true, value, facts: facts.facts() };
  } catch (error) {
    if (!(error instanceof PickleFault)) throw error;
    const fault = machine.frameFault ?? error;
    if (error.limit !== undefined) facts.limit(error.limit);
    return { ...rejected(fault.message, fault.offset), facts: facts.facts() };
  }
}

function run(machine: Machine): PickleValue {
  const { bytes, facts, limits } = machine;
  while (!machine.stopped) {
    const at = machine.at;
    machine.opcodeAt = at;
    if (at >= bytes.length) machine.fail("the file ends before STOP");
    const byte = bytes[at] ?? 0;
    const opcode = OPCODES[byte];
    if (opcode === undefined) machine.fail(`0x${byte.toString(16).padStart(2, "0")} is no opcode`);
    if (facts.opcodes++ >= limits.maxOpcodes) machine.fail(`more than ${limits.maxOpcodes} opcodes`, "opcodes");
    machine.at = at + 1;
    opcode(machine);
  }
  facts.consumed = machine.at;
  facts.trailing = bytes.length - machine.at;
  return machine.top();
}
