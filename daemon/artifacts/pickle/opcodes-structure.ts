// Opcodes that build lists, tuples, dicts and sets, and those that move values between stack and memo.

import type { Machine } from "./machine.ts";
import type { Opcode } from "./opcodes-scalars.ts";
import { isNode, type DequeValue, type DictValue, type ListValue, type ObjectValue, type PickleValue, type SetValue } from "./values.ts";

/** There is one empty tuple, as in Python: a flood of them costs nothing. */
const EMPTY_TUPLE: PickleValue = { kind: "tuple", items: [] };

/** What an empty list, dict or set holds until something is added: the first addition makes an array of its own. */
const NOTHING: PickleValue[] = [];

function pushTuple(machine: Machine, items: readonly PickleValue[]): void {
  machine.spend();
  machine.push({ kind: "tuple", items });
}

function tuple2(machine: Machine): void {
  const second = machine.pop();
  pushTuple(machine, [machine.pop(), second]);
}

function tuple3(machine: Machine): void {
  const third = machine.pop();
  const second = machine.pop();
  pushTuple(machine, [machine.pop(), second, third]);
}

type Holder = ListValue | SetValue | DequeValue | ObjectValue;

/** Where APPEND and ADDITEMS put their values. */
function holderOf(machine: Machine, target: PickleValue, opcode: string): Holder {
  if (isNode(target) && (target.kind === "list" || target.kind === "object" || target.kind === "set" || target.kind === "deque"))
    return target;
  return machine.fail(`${opcode} on a value that takes no items`);
}

/** Where SETITEM puts its pairs. On a name nothing happens: one file may not change what a name means for the next. */
function pairsOf(machine: Machine, target: PickleValue): DictValue | ObjectValue | undefined {
  if (isNode(target)) {
    if (target.kind === "dict" || target.kind === "object") return target;
    if (target.kind === "global") return undefined;
  }
  return machine.fail("SETITEM on a value that takes no keys");
}

/** Adds the stack's values from `from` on to a list that a node holds; the first batch becomes the list itself, without room to spare. */
function added(list: PickleValue[] | undefined, stack: readonly PickleValue[], from: number): PickleValue[] {
  if (list === undefined || list.length === 0) return stack.slice(from);
  for (let i = from; i < stack.length; i++) list.push(stack[i] ?? null);
  return list;
}

/** Removes the last MARK; the value that it lies on stays. */
function unmarkAbove(machine: Machine): number {
  const height = machine.unmark();
  if (height === 0) machine.fail("the stack is empty here");
  machine.spend((machine.stack.length - height) >> 3);
  return height;
}

/** APPENDS and ADDITEMS. */
export function addAll(machine: Machine, opcode: string): void {
  const stack = machine.stack;
  const height = unmarkAbove(machine);
  const holder = holderOf(machine, stack[height - 1] ?? null, opcode);
  holder.items = added(holder.items, stack, height);
  stack.length = height;
  machine.top();
}

/** SETITEMS. */
export function setItems(machine: Machine): void {
  const stack = machine.stack;
  const height = unmarkAbove(machine);
  if ((stack.length - height) % 2 !== 0) machine.fail("SETITEMS has a key without a value");
  const target = pairsOf(machine, stack[height - 1] ?? null);
  if (target !== undefined) target.flat = added(target.flat, stack, height);
  stack.length = height;
  machine.top();
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  const key = machine.pop();
  const target = pairsOf(machine, machine.top());
  if (target === undefined) return;
  if (target.flat === undefined || target.flat.length === 0) target.flat = [key, value];
  else target.flat.push(key, value);
}

function append(machine: Machine): void {
  const value = machine.pop();
  const holder = holderOf(machine, machine.top(), "APPEND");
  if (holder.items === undefined || holder.items.length === 0) holder.items = [value];
  else holder.items.push(value);
}

function pushList(machine: Machine, items: PickleValue[]): void {
  machine.spend();
  machine.push({ kind: "list", items });
}

function pushDict(machine: Machine, flat: PickleValue[]): void {
  if (flat.length % 2 !== 0) machine.fail("DICT has a key without a value");
  machine.spend();
  machine.push({ kind: "dict", type: "dict", flat, factory: null });
}

function pushSet(machine: Machine, kind: SetValue["kind"], items: PickleValue[]): void {
  machine.spend();
  machine.push({ kind, items });
}

function memoIndex(machine: Machine): number {
  return machine.digitLine() ?? machine.fail(`${JSON.stringify(machine.line().slice(0, 40))} is not a memo index`);
}

function pop(machine: Machine): void {
  const lastMark = machine.marks.at(-1);
  if (lastMark !== undefined && lastMark === machine.stack.length) machine.unmark();
  else machine.pop();
}

/** Opcode byte → what it does; those that `run` has written out are not here. */
export const STRUCTURE_OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x30, pop],
  [0x31, (m) => void m.popMark()],
  [0x32, (m) => m.push(m.top())],
  [0x5d, (m) => pushList(m, NOTHING)],
  [0x6c, (m) => pushList(m, m.popMark())],
  [0x61, append],
  [0x29, (m) => m.push(EMPTY_TUPLE)],
  [0x85, (m) => pushTuple(m, [m.pop()])],
  [0x86, tuple2],
  [0x87, tuple3],
  [0x74, (m) => pushTuple(m, m.popMark())],
  [0x7d, (m) => pushDict(m, NOTHING)],
  [0x64, (m) => pushDict(m, m.popMark())],
  [0x73, setItem],
  [0x8f, (m) => pushSet(m, "set", NOTHING)],
  [0x90, (m) => addAll(m, "ADDITEMS")],
  [0x91, (m) => pushSet(m, "frozenset", m.popMark())],
  [0x67, (m) => m.recall(memoIndex(m))],
  [0x70, (m) => m.remember(memoIndex(m))],
]);
