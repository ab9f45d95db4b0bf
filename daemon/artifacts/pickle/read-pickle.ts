// Reads any pickle of protocols 0 to 5 without running anything: bytes in, inert values or a refusal out.

import { rejected, type Rejected } from "../rejected.ts";
import { containerOf } from "./container.ts";
import { FactRecorder, type PickleFacts } from "./facts.ts";
import { limitsFor, type PickleLimits } from "./limits.ts";
import { Machine } from "./machine.ts";
import { PickleFault } from "./pickle-fault.ts";
import { run } from "./run.ts";
import { Scan } from "./scan/scan.ts";
import { unpack } from "./unpack/unpack.ts";
import type { PickleValue } from "./values.ts";

/** A value, or a refusal; the facts are there in both cases. */
export type PickleResult =
  { readonly ok: true; readonly value: PickleValue; readonly facts: PickleFacts } | (Rejected & { readonly facts: PickleFacts });

/**
 * Reads one pickle (a container around it is unpacked first). Never throws, runs nothing, resolves no name;
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
    scanRest(stream.partial, facts, 0);
    return { ok: false, offset: stream.offset, reason: stream.reason, facts: facts.facts() };
  }
  const machine = new Machine(stream.bytes, { ...limitsFor(stream.bytes.length), ...limits }, facts);
  try {
    const value = run(machine);
    if (machine.frameFault !== undefined) throw machine.frameFault;
    facts.consumed = machine.at;
    facts.trailing = stream.bytes.length - machine.at;
    facts.opcodes = machine.shared.opcodes;
    return { ok: true, value, facts: facts.facts() };
  } catch (error) {
    if (!(error instanceof PickleFault)) throw error;
    if (error.limit !== undefined) facts.limit(error.limit);
    facts.opcodes = machine.shared.opcodes;
    scanRest(stream.bytes, facts, machine.opcodeAt);
    const fault = machine.frameFault ?? error;
    return { ...rejected(fault.message, fault.offset), facts: facts.facts() };
  }
}

/** Facts of what lies behind the opcode at which the reader gave up: nothing can hide there. */
function scanRest(stream: Uint8Array, facts: FactRecorder, place: number): void {
  facts.continueFrom(place);
  new Scan(stream, facts).run();
}
