// Opcodes that push a number, a text or bytes.

import type { Machine } from "./machine.ts";
import { readFloat, readInteger, readLong, readQuoted, readRawUnicode, readUtf8 } from "./text-operands.ts";

/** Runs one opcode. */
export type Opcode = (machine: Machine) => void;

/** Pushes a text of `length` bytes of UTF-8. */
export function pushText(machine: Machine, length: number): void {
  const start = machine.take(length);
  machine.push(readUtf8(machine, start, length));
}

function pushBytes(machine: Machine, length: number, kind: "bytes" | "bytearray"): void {
  const start = machine.take(length);
  machine.spend();
  machine.push({ kind, bytes: machine.bytes.subarray(start, start + length) });
}

/** A text of Python 2: its bytes are read as Latin-1. */
function pushLatin1(machine: Machine, length: number): void {
  const start = machine.take(length);
  machine.push(machine.bytes.toString("latin1", start, start + length));
}

function pushLong(machine: Machine, length: number): void {
  if (length > machine.limits.maxIntegerBytes) machine.fail(`an integer of ${length} bytes`, "integer digits");
  const start = machine.take(length);
  if (length > 6) machine.spend(1 + (length >> 5));
  machine.push(readLong(machine, start, length));
}

/** `00` and `01` are booleans. */
function pushInt(machine: Machine): void {
  const value = machine.bytes[machine.at] === 0x30 ? undefined : machine.digitLine();
  if (value !== undefined) {
    machine.push(value);
    return;
  }
  const text = machine.line();
  if (text === "00" || text === "01") machine.push(text === "01");
  else machine.push(readInteger(machine, text));
}

function pushLongText(machine: Machine): void {
  const text = machine.line();
  machine.push(readInteger(machine, text.endsWith("L") ? text.slice(0, -1) : text));
}

/** Opcode byte → what it does; those that `run` has written out are not here. */
export const SCALAR_OPCODES: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x4e, (m) => m.push(null)],
  [0x88, (m) => m.push(true)],
  [0x89, (m) => m.push(false)],
  [0x49, pushInt],
  [0x4c, pushLongText],
  [0x8a, (m) => pushLong(m, m.uint8())],
  [0x8b, (m) => pushLong(m, m.uint32())],
  [0x46, (m) => m.push(readFloat(m, m.line()))],
  [0x53, (m) => m.push(readQuoted(m, m.line()))],
  [0x54, (m) => pushLatin1(m, m.uint32())],
  [0x55, (m) => pushLatin1(m, m.uint8())],
  [0x56, (m) => m.push(readRawUnicode(m, m.line()))],
  [0x58, (m) => pushText(m, m.uint32())],
  [0x8d, (m) => pushText(m, m.uint64())],
  [0x42, (m) => pushBytes(m, m.uint32(), "bytes")],
  [0x43, (m) => pushBytes(m, m.uint8(), "bytes")],
  [0x8e, (m) => pushBytes(m, m.uint64(), "bytes")],
  [0x96, (m) => pushBytes(m, m.uint64(), "bytearray")],
]);
