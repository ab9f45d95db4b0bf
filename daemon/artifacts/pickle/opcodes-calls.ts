// Opcodes that name, call or restore objects. A call is recorded; only the closed table turns some of them into data.

import { constructorOf } from "./constructors/table.ts";
import type { Constructor } from "./constructors/constructor.ts";
import type { Machine } from "./machine.ts";
import { buildDtype, buildNdarray } from "./numpy-state.ts";
import type { Opcode } from "./opcodes-scalars.ts";
import { PickleFault } from "./pickle-fault.ts";
import { readUtf8 } from "./text-operands.ts";
import { isNode, type GlobalValue, type ObjectValue, type PickleValue, type TupleValue } from "./values.ts";

/** Names under which Python restores an instance by way of a call. */
const INSTANCE_MAKERS: ReadonlySet<string> = new Set(["_reconstructor", "__newobj__"]);
const THEIR_MODULES: ReadonlySet<string> = new Set(["copyreg", "copy_reg"]);

function nameLine(machine: Machine): string {
  const start = machine.at;
  machine.line();
  return readUtf8(machine, start, machine.at - 1 - start);
}

function pushGlobal(machine: Machine): void {
  const module = nameLine(machine);
  machine.push(machine.global(module, nameLine(machine)));
}

function stackGlobal(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof name !== "string" || typeof module !== "string") machine.fail("STACK_GLOBAL needs two texts");
  machine.push(machine.global(module, name));
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

function record(callee: GlobalValue | ObjectValue, args: readonly PickleValue[], kwargs: PickleValue, known: boolean): ObjectValue {
  return {
    kind: "object",
    module: callee.module,
    name: callee.name,
    args,
    kwargs,
    known,
    state: undefined,
    items: undefined,
    flat: undefined,
  };
}

/** Notes the call and pushes what it stands for: data, or its record. */
function invoke(
  machine: Machine,
  opcode: string,
  callee: GlobalValue | ObjectValue,
  args: readonly PickleValue[],
  kwargs: PickleValue = null,
): void {
  machine.spend();
  const entry: Constructor | undefined = callee.kind === "global" ? constructorOf(callee.module, callee.name) : undefined;
  const rebuild = opcode === "NEWOBJ" || opcode === "NEWOBJ_EX" ? entry?.create : entry?.call;
  const value =
    rebuild !== undefined && callee.kind === "global" && kwargs === null
      ? rebuild(args, callee, (bytes) => machine.spend(bytes >> 5))
      : undefined;
  const known = value !== undefined || entry?.record === true;
  machine.facts.call(opcode, callee.module, callee.name, machine.opcodeAt, known);
  machine.push(value ?? record(callee, args, kwargs, known));
}

function reduce(machine: Machine): void {
  const args = tupleOf(machine, machine.pop(), "REDUCE");
  const callee = calleeOf(machine, machine.pop(), "REDUCE");
  const [cls, ...rest] = args.items;
  if (
    INSTANCE_MAKERS.has(callee.name) &&
    THEIR_MODULES.has(callee.module) &&
    callee.kind === "global" &&
    isNode(cls) &&
    cls.kind === "global"
  ) {
    machine.facts.call("REDUCE", callee.module, callee.name, machine.opcodeAt, true);
    const plain = callee.name === "_reconstructor" && rest[1] === null;
    invoke(machine, "NEWOBJ", cls, plain ? [] : rest);
    return;
  }
  invoke(machine, "REDUCE", callee, args.items);
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
  const module = nameLine(machine);
  const cls = machine.global(module, nameLine(machine));
  invoke(machine, "INST", cls, machine.popMark());
}

function object(machine: Machine): void {
  const [cls, ...args] = machine.popMark();
  if (cls === undefined) machine.fail("OBJ without a class");
  invoke(machine, "OBJ", calleeOf(machine, cls, "OBJ"), args);
}

/** Gives an object its state. On a name nothing happens: one file may not change what a name means for the next. */
function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  if (!isNode(target)) machine.fail("BUILD on a plain value");
  switch (target.kind) {
    case "object":
      machine.facts.call("BUILD", target.module, target.name, machine.opcodeAt, target.known);
      if (target.module === "joblib.numpy_pickle")
        machine.fail("joblib stores array bytes between the opcodes here, which this reader does not read");
      target.state = state;
      return;
    case "global":
      machine.facts.call("BUILD", target.module, target.name, machine.opcodeAt, false);
      return;
    case "dtype":
    case "ndarray": {
      machine.facts.call("BUILD", target.origin.module, target.origin.name, machine.opcodeAt, true);
      const fault = target.kind === "dtype" ? buildDtype(target, state) : buildNdarray(target, state);
      if (fault !== undefined) machine.fail(fault);
      return;
    }
    case "dict":
    case "deque":
      // A subclass's attributes; the standard kinds have none.
      if (target.kind === "deque" || target.type !== "dict") return;
      return machine.fail("BUILD on a dict");
    default:
      return machine.fail(`BUILD on a ${target.kind}`);
  }
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
