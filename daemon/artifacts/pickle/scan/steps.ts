// What every opcode does to the scan, one step at a time. (The frequent ones come here only where the scan's loop lacks room.)

import { makesInstances } from "../copyreg.ts";
import type { Scan } from "./scan.ts";
import { asRole, inTuple, NAME, nameIndex, nameRole, nameToken, PLAIN, RESULT, TUPLE_OF } from "./tokens.ts";

/** Runs one opcode; the cursor stands behind its byte. */
type Step = (scan: Scan) => void;

/** Moves the cursor; beyond the end the walk is over. */
function skip(scan: Scan, count: number): boolean {
  if (count > scan.bytes.length - scan.at) {
    scan.end = "cut";
    return false;
  }
  scan.at += count;
  return true;
}

/** Reads a little-endian number of 1, 2, 4 or 8 bytes; undefined, and the walk is over, when it is cut off. */
function number(scan: Scan, size: number): number | undefined {
  const { bytes, at } = scan;
  if (!skip(scan, size)) return undefined;
  if (size === 1) return bytes[at];
  if (size === 2) return bytes.readUInt16LE(at);
  return size === 4 ? bytes.readUInt32LE(at) : bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

/** Moves behind the next line feed; returns where the line begins. */
function line(scan: Scan): number | undefined {
  const { bytes } = scan;
  const start = scan.at;
  let at = start;
  while (at < bytes.length && bytes[at] !== 10) at++;
  scan.at = at;
  return skip(scan, 1) ? start : undefined;
}

/** A value with an operand of a fixed size. */
function push(size: number): Step {
  return (scan) => {
    if (skip(scan, size)) scan.state.push(PLAIN);
  };
}

function pushLine(isText: boolean): Step {
  return (scan) => {
    if (line(scan) !== undefined) scan.state.push(isText ? scan.opcodeAt : PLAIN);
  };
}

/** A length, and as many bytes. */
function pushLong(lengthBytes: number, isText: boolean): Step {
  return (scan) => {
    const length = number(scan, lengthBytes);
    if (length !== undefined && skip(scan, length)) scan.state.push(isText ? scan.opcodeAt : PLAIN);
  };
}

function drop(count: number): Step {
  return ({ state }) => {
    state.height = Math.max(0, state.height - count);
  };
}

function tuple(count: number): Step {
  return ({ state }) => {
    const first = state.stack[state.height - count] ?? PLAIN;
    state.height = Math.max(0, state.height - count);
    state.push(inTuple(first));
  };
}

/** Replaces everything above the last MARK by one value. */
function gather(isTuple: boolean): Step {
  return ({ state }) => {
    const first = state.dropToMark();
    state.push(isTuple ? inTuple(first) : PLAIN);
  };
}

/** The index of a memo entry written as text; one that is none, or has more than nine digits, is beyond all that are kept. */
function textIndex(scan: Scan): number | undefined {
  const start = line(scan);
  if (start === undefined) return undefined;
  const end = scan.at - 1;
  let value = end === start || end - start > 9 ? Number.MAX_SAFE_INTEGER : 0;
  for (let at = start; at < end && value < Number.MAX_SAFE_INTEGER; at++) {
    const digit = (scan.bytes[at] ?? 0) - 0x30;
    value = digit < 0 || digit > 9 ? Number.MAX_SAFE_INTEGER : 10 * value + digit;
  }
  return value;
}

/** An index of a fixed number of bytes. */
function index(size: number): (scan: Scan) => number | undefined {
  return (scan) => number(scan, size);
}

function recall(indexOf: (scan: Scan) => number | undefined): Step {
  return (scan) => {
    const found = indexOf(scan);
    if (found !== undefined) scan.state.push(scan.state.get(found));
  };
}

function remember(indexOf: (scan: Scan) => number | undefined): Step {
  return (scan) => {
    const found = indexOf(scan);
    if (found !== undefined) scan.state.put(found);
  };
}

/** Two lines, module and name: the name's number, −1 when they cannot be read. */
function namedByLines(scan: Scan): number | undefined {
  const module = line(scan);
  const name = module === undefined ? undefined : line(scan);
  if (module === undefined || name === undefined) return undefined;
  const [moduleText, nameText] = [scan.names.line(module), scan.names.line(name)];
  return moduleText === undefined || nameText === undefined ? -1 : scan.names.number(moduleText, nameText, scan.opcodeAt);
}

function pushNumbered(scan: Scan, name: number, role: number): void {
  scan.state.push(name < 0 ? PLAIN : nameToken(name, role));
}

function global(scan: Scan): void {
  const name = namedByLines(scan);
  if (name !== undefined) pushNumbered(scan, name, NAME);
}

function stackGlobal(scan: Scan): void {
  const { state, names } = scan;
  const name = state.pop();
  const module = state.pop();
  const [moduleText, nameText] = [module < 0 ? undefined : names.text(module), name < 0 ? undefined : names.text(name)];
  const isName = moduleText !== undefined && nameText !== undefined;
  pushNumbered(scan, isName ? names.number(moduleText, nameText, scan.opcodeAt) : -1, NAME);
}

/** EXT4's code is signed. */
function extension(size: number): Step {
  return (scan) => {
    const code = number(scan, size);
    if (code === undefined) return;
    pushNumbered(scan, scan.names.number("copyreg", `extension_${size === 4 ? code | 0 : code}`, scan.opcodeAt), NAME);
  };
}

/** Reports a call of what a token stands for, and pushes its result. */
function call(scan: Scan, opcode: string, callee: number): void {
  const name = nameRole(callee) === TUPLE_OF ? -1 : nameIndex(callee);
  if (name >= 0) scan.names.call(opcode, name, scan.opcodeAt);
  pushNumbered(scan, name, RESULT);
}

function reduce(scan: Scan): void {
  const args = scan.state.pop();
  const callee = scan.state.pop();
  const name = nameRole(callee) === NAME ? scan.names.at(nameIndex(callee)) : undefined;
  if (name === undefined || !makesInstances(name.module, name.name) || nameRole(args) !== TUPLE_OF) {
    call(scan, "REDUCE", callee);
    return;
  }
  scan.names.call("REDUCE", nameIndex(callee), scan.opcodeAt, true);
  call(scan, "NEWOBJ", asRole(args, NAME));
}

/** A call of what lies under `below` values. */
function newObject(opcode: string, below: number): Step {
  return (scan) => {
    drop(below)(scan);
    call(scan, opcode, scan.state.pop());
  };
}

function instance(scan: Scan): void {
  const name = namedByLines(scan);
  if (name === undefined) return;
  scan.state.dropToMark();
  call(scan, "INST", name < 0 ? PLAIN : nameToken(name, NAME));
}

/** Behind the state of joblib's wrapper lie raw bytes, as many as its values say, which the scan does not have. */
function build(scan: Scan): void {
  scan.state.pop();
  const target = scan.state.top();
  const role = nameRole(target);
  if (role !== NAME && role !== RESULT) return;
  scan.names.call("BUILD", nameIndex(target), scan.opcodeAt);
  const name = scan.names.at(nameIndex(target));
  if (role === RESULT && name?.module === "joblib.numpy_pickle" && name.name === "NumpyArrayWrapper") scan.end = "raw bytes";
}

function external(scan: Scan): void {
  scan.names.external(scan.opcodeAt);
  scan.state.push(PLAIN);
}

function persistentLine(scan: Scan): void {
  if (line(scan) !== undefined) external(scan);
}

function persistent(scan: Scan): void {
  scan.state.pop();
  external(scan);
}

function protocol(scan: Scan): void {
  const version = number(scan, 1);
  if (version !== undefined && version <= 5) scan.protocol = Math.max(scan.protocol, version);
}

const ROWS: readonly (readonly [run: Step, ...opcodes: readonly number[]])[] = [
  // NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_DICT, EMPTY_SET, EMPTY_TUPLE; BININT1, BININT2, BININT, BINFLOAT
  [push(0), 0x4e, 0x88, 0x89, 0x5d, 0x7d, 0x8f, 0x29],
  [push(1), 0x4b],
  [push(2), 0x4d],
  [push(4), 0x4a],
  [push(8), 0x47],
  // INT, LONG, FLOAT; STRING, UNICODE
  [pushLine(false), 0x49, 0x4c, 0x46],
  [pushLine(true), 0x53, 0x56],
  // Texts with a length of 1, 4 and 8 bytes, then LONG1, LONG4 and bytes
  [pushLong(1, true), 0x8c, 0x55],
  [pushLong(4, true), 0x54, 0x58],
  [pushLong(8, true), 0x8d],
  [pushLong(1, false), 0x43, 0x8a],
  [pushLong(4, false), 0x42, 0x8b],
  [pushLong(8, false), 0x8e, 0x96],
  // MARK; APPENDS, SETITEMS, ADDITEMS, POP_MARK; APPEND; SETITEM; POP; DUP
  [({ state }) => state.mark(state.height), 0x28],
  [({ state }) => void state.dropToMark(), 0x65, 0x75, 0x90, 0x31],
  [drop(1), 0x61],
  [drop(2), 0x73],
  [({ state }) => state.popOrUnmark(), 0x30],
  [({ state }) => state.push(state.top()), 0x32],
  // LIST, DICT, FROZENSET; TUPLE, TUPLE1, TUPLE2, TUPLE3
  [gather(false), 0x6c, 0x64, 0x91],
  [gather(true), 0x74],
  [tuple(1), 0x85],
  [tuple(2), 0x86],
  [tuple(3), 0x87],
  // GET, BINGET, LONG_BINGET; PUT, BINPUT, LONG_BINPUT, MEMOIZE
  [recall(textIndex), 0x67],
  [recall(index(1)), 0x68],
  [recall(index(4)), 0x6a],
  [remember(textIndex), 0x70],
  [remember(index(1)), 0x71],
  [remember(index(4)), 0x72],
  [({ state }) => state.put(state.entries), 0x94],
  // GLOBAL, STACK_GLOBAL, EXT1, EXT2, EXT4
  [global, 0x63],
  [stackGlobal, 0x93],
  [extension(1), 0x82],
  [extension(2), 0x83],
  [extension(4), 0x84],
  // REDUCE, NEWOBJ, NEWOBJ_EX, INST, OBJ, BUILD
  [reduce, 0x52],
  [newObject("NEWOBJ", 1), 0x81],
  [newObject("NEWOBJ_EX", 2), 0x92],
  [instance, 0x69],
  [(scan) => call(scan, "OBJ", scan.state.dropToMark()), 0x6f],
  [build, 0x62],
  // PERSID, BINPERSID, NEXT_BUFFER, READONLY_BUFFER
  [persistentLine, 0x50],
  [persistent, 0x51],
  [external, 0x97],
  [() => undefined, 0x98],
  // PROTO, FRAME, STOP
  [protocol, 0x80],
  [(scan) => void skip(scan, 8), 0x95],
  [(scan) => void (scan.end = "stop"), 0x2e],
];

/** By opcode byte. */
export const STEPS: readonly (Step | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => ROWS.find(([, ...opcodes]) => opcodes.includes(byte))?.[0],
);
