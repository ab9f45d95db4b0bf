// Opcodes that build lists, tuples, dicts and sets, and those that move values between stack and memo.

import type { Machine } from "./machine.ts";
import type { Opcode } from "./opcodes-scalars.ts";
import { isNode, type DictValue, type PickleValue } from "./values.ts";

function emptyDict(): DictValue {
  return { kind: "dict", type: "dict", flat: [], factory: null };
}

function pushTuple(machine: Machine, items: readonly PickleValue[]): void {
  machine.spend();
  machine.push({ kind: "tuple", items });
}

function tuple1(machine: Machine): void {
  pushTuple(machine, [machine.pop()]);
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

/** Where APPEND and ADDITEMS put their values. */
function itemsOf(machine: Machine, target: PickleValue, opcode: string): PickleValue[] {
  if (isNode(target)) {
    if (target.kind === "list" || target.kind === "deque" || target.kind === "set") return target.items;
    if (target.kind === "object") {
      target.items ??= [];
      return target.items;
    }
  }
  return machine.fail(`${opcode} on a value that takes no items`);
}

/** Where SETITEM puts its pairs. */
function pairsOf(machine: Machine, target: PickleValue): PickleValue[] {
  if (isNode(target)) {
    if (target.kind === "dict") return target.flat;
    if (target.kind === "object") {
      target.flat ??= [];
      return target.flat;
    }
    if (target.kind === "global") return [];
  }
  return machine.fail("SETITEM on a value that takes no keys");
}

function addAll(machine: Machine, opcode: string): void {
  const stack = machine.stack;
  const height = machine.unmark();
  const end = stack.length;
  if (height === 0) machine.fail("the stack is empty here");
  machine.spend((end - height) >> 3);
  const items = itemsOf(machine, stack[height - 1] ?? null, opcode);
  for (let i = height; i < end; i++) items.push(stack[i] ?? null);
  stack.length = height;
  machine.top();
}

function setItems(machine: Machine): void {
  const stack = machine.stack;
  const height = machine.unmark();
  const end = stack.length;
  if (height === 0) machine.fail("the stack is empty here");
  if ((end - height) % 2 !== 0) machine.fail("SETITEMS has a key without a value");
  machine.spend((end - height) >> 3);
  const pairs = pairsOf(machine, stack[height - 1] ?? null);
  for (let i = height; i < end; i++) pairs.push(stack[i] ?? null);
  stack.length = height;
  machine.top();
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  const key = machine.pop();
  pairsOf(machine, machine.top()).push(key, value);
}

function append(machine: Machine): void {
  const value = machine.pop();
  itemsOf(machine, machine.top(), "APPEND").push(value);
}

function dictFromMark(machine: Machine): void {
  const flat = machine.popMark();
  if (flat.length % 2 !== 0) machine.fail("DICT has a key without a value");
  machine.spend();
  machine.push({ kind: "dict", type: "dict", flat, factory: null });
}

function make(machine: Machine, value: () => PickleValue): void {
  machine.spend();
  machine.push(value());
}

function memoIndex(machine: Machine): number {
  const text = machine.line();
  if (!/^\d{1,15}$/.test(text)) machine.fail(`${JSON.stringify(text.slice(0, 40))} is not a memo index`);
  return Number(text);
}

function pop(machine: Machine): void {
  const lastMark = machine.marks.at(-1);
  if (lastMark !== undefined && lastMark === machine.stack.length) machine.unmark();
  else machine.pop();
}

/** Opcode byte → what it does. */
export const STRUCTURE_OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x28, (m) => m.mark()],
  [0x30, pop],
  [0x31, (m) => void m.popMark()],
  [0x32, (m) => m.push(m.top())],
  [0x5d, (m) => make(m, () => ({ kind: "list", items: [] }))],
  [0x6c, (m) => make(m, () => ({ kind: "list", items: m.popMark() }))],
  [0x61, append],
  [0x65, (m) => addAll(m, "APPENDS")],
  [0x29, (m) => pushTuple(m, [])],
  [0x85, tuple1],
  [0x86, tuple2],
  [0x87, tuple3],
  [0x74, (m) => pushTuple(m, m.popMark())],
  [0x7d, (m) => make(m, emptyDict)],
  [0x64, dictFromMark],
  [0x73, setItem],
  [0x75, setItems],
  [0x8f, (m) => make(m, () => ({ kind: "set", items: [] }))],
  [0x90, (m) => addAll(m, "ADDITEMS")],
  [0x91, (m) => make(m, () => ({ kind: "frozenset", items: m.popMark() }))],
  [0x67, (m) => m.recall(memoIndex(m))],
  [0x68, (m) => m.recall(m.uint8())],
  [0x6a, (m) => m.recall(m.uint32())],
  [0x70, (m) => m.remember(memoIndex(m))],
  [0x71, (m) => m.remember(m.uint8())],
  [0x72, (m) => m.remember(m.uint32())],
  [0x94, (m) => m.rememberNext()],
]);
