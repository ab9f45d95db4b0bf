// Opcodes that name, call or restore objects. A call is recorded; only the closed table turns some of them into data.

import { build } from "./build.ts";
import { KEPT } from "./constructors/constructor.ts";
import { constantOf, constructorOf } from "./constructors/table.ts";
import { makesInstances } from "./copyreg.ts";
import type { Machine } from "./machine.ts";
import type { Opcode } from "./opcodes-scalars.ts";
import { PickleFault } from "./pickle-fault.ts";
import { isNode, type CallOpcode, type GlobalValue, type ObjectValue, type PickleValue, type TupleValue } from "./values.ts";

function pushGlobal(machine: Machine): void {
  const module = machine.textLine();
  pushName(machine, module, machine.textLine());
}

function pushName(machine: Machine, module: string, name: string): void {
  const value = machine.global(module, name);
  machine.push(constantOf(module, name) ?? value);
}

function stackGlobal(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== "string" || typeof module !== "string") machine.fail("STACK_GLOBAL needs two texts");
  pushName(machine, module, name);
}

/** EXT1, EXT2, EXT4: a code of Python's extension registry, which we do not have. */
function extension(machine: Machine, code: number): void {
  const value = machine.global("copyreg", `extension_${code}`);
  if (code < 1) machine.fail(`extension code ${code} is below 1`);
  machine.push(value);
}

/** Something that can be called in a stream: a name, or the record of an earlier call. */
function calleeOf(machine: Machine, value: PickleValue, opcode: string): GlobalValue | ObjectValue {
  if (isNode(value) && (value.kind === "global" || value.kind === "object")) return value;
  return machine.fail(`${opcode} on a value that is no name`);
}

function tupleOf(machine: Machine, value: PickleValue, opcode: string): TupleValue {
  if (isNode(value) && value.kind === "tuple") return value;
  return machine.fail(`the arguments of ${opcode} are no tuple`);
}

/** Data for a call that the closed table knows; KEPT when its record is known; undefined for any other. */
function rebuilt(
  machine: Machine,
  opcode: CallOpcode,
  callee: GlobalValue | ObjectValue,
  args: readonly PickleValue[],
): PickleValue | typeof KEPT | undefined {
  const entry = constructorOf(callee.module, callee.name);
  if (entry === undefined) return undefined;
  const charge = (bytes: number): void => machine.spend(bytes >> 5);
  if (callee.kind === "object") return callee.known && opcode === "REDUCE" ? entry.callAgain?.(callee, args, charge) : undefined;
  return opcode === "NEWOBJ" || opcode === "NEWOBJ_EX" ? entry.create?.(args, callee, charge) : entry.call?.(args, callee, charge);
}

/** Notes the call and pushes what it stands for: data, or its record. */
function invoke(
  machine: Machine,
  opcode: CallOpcode,
  callee: GlobalValue | ObjectValue,
  args: readonly PickleValue[],
  kwargs: PickleValue = null,
): void {
  const { module, name } = callee;
  const value = kwargs === null ? rebuilt(machine, opcode, callee, args) : undefined;
  const known = value !== undefined;
  machine.facts.call(opcode, module, name, machine.opcodeAt, known);
  machine.spend();
  if (known && value !== KEPT) machine.push(value);
  else machine.push({ kind: "object", opcode, module, name, args, kwargs, known, state: undefined, items: undefined, flat: undefined });
}

function reduce(machine: Machine): void {
  const args = tupleOf(machine, machine.pop(), "REDUCE");
  const callee = calleeOf(machine, machine.pop(), "REDUCE");
  const [cls, ...rest] = args.items;
  if (callee.kind !== "global" || !makesInstances(callee.module, callee.name) || !isNode(cls) || cls.kind !== "global") {
    invoke(machine, "REDUCE", callee, args.items);
    return;
  }
  machine.facts.call("REDUCE", callee.module, callee.name, machine.opcodeAt, true);
  const plain = callee.name === "_reconstructor" && rest[1] === null;
  invoke(machine, "NEWOBJ", cls, plain ? [] : rest);
}

function newObject(machine: Machine): void {
  const args = tupleOf(machine, machine.pop(), "NEWOBJ");
  invoke(machine, "NEWOBJ", calleeOf(machine, machine.pop(), "NEWOBJ"), args.items);
}

function newObjectEx(machine: Machine): void {
  const kwargs = machine.pop();
  const args = tupleOf(machine, machine.pop(), "NEWOBJ_EX");
  if (!isNode(kwargs) || kwargs.kind !== "dict") machine.fail("the keywords of NEWOBJ_EX are no dict");
  invoke(machine, "NEWOBJ_EX", calleeOf(machine, machine.pop(), "NEWOBJ_EX"), args.items, kwargs.flat.length === 0 ? null : kwargs);
}

function instance(machine: Machine): void {
  const module = machine.textLine();
  const cls = machine.global(module, machine.textLine());
  invoke(machine, "INST", cls, machine.popMark());
}

function object(machine: Machine): void {
  const [cls, ...args] = machine.popMark();
  if (cls === undefined) machine.fail("OBJ without a class");
  invoke(machine, "OBJ", calleeOf(machine, cls, "OBJ"), args);
}

function external(machine: Machine, id: PickleValue): void {
  machine.facts.external(machine.opcodeAt);
  machine.spend();
  machine.push({ kind: "external", id });
}

function protocol(machine: Machine): void {
  const version = machine.uint8();
  if (version > 5) machine.fail(`protocol ${version} is unknown (0 to 5 exist)`);
  machine.facts.protocol = Math.max(machine.facts.protocol, version);
}

function frame(machine: Machine): void {
  const length = machine.uint64();
  // The stream is read on, so that what it calls is known although the file is refused.
  if (length > machine.bytes.length - machine.at)
    machine.frameFault ??= new PickleFault("a frame is longer than the file (cut off, or damaged)", machine.opcodeAt);
}

function stop(machine: Machine): void {
  machine.top();
  machine.stopped = true;
}

/** Opcode byte → what it does. */
export const CALL_OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x63, pushGlobal],
  [0x93, stackGlobal],
  [0x82, (m) => extension(m, m.uint8())],
  [0x83, (m) => extension(m, m.uint16())],
  [0x84, (m) => extension(m, m.int32())],
  [0x52, reduce],
  [0x81, newObject],
  [0x92, newObjectEx],
  [0x69, instance],
  [0x6f, object],
  [0x62, build],
  [0x50, (m) => external(m, m.line())],
  [0x51, (m) => external(m, m.pop())],
  [0x97, (m) => external(m, null)],
  [0x98, (m) => void m.top()],
  [0x80, protocol],
  [0x95, frame],
  [0x2e, stop],
]);
