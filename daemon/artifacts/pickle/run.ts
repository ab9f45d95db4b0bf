// The loop of the pickle virtual machine: one opcode after the other until STOP, never recursing.

import { Machine } from "./machine.ts";
import { CALL_OPCODES } from "./opcodes-calls.ts";
import { pushText, SCALAR_OPCODES, type Opcode } from "./opcodes-scalars.ts";
import { addAll, setItems, STRUCTURE_OPCODES } from "./opcodes-structure.ts";
import { makeFloat, type PickleValue } from "./values.ts";

const OPCODES: readonly (Opcode | undefined)[] = Array.from(
  { length: 256 },
  (_, byte) => SCALAR_OPCODES.get(byte) ?? STRUCTURE_OPCODES.get(byte) ?? CALL_OPCODES.get(byte),
);

/** Runs the stream at the machine's cursor and returns its value; the cursor is left behind STOP. Throws a PickleFault. */
export function run(machine: Machine): PickleValue {
  const { bytes, shared } = machine;
  const { maxOpcodes } = machine.limits;
  machine.nested = () => runNested(machine);
  while (!machine.stopped) {
    const at = machine.at;
    machine.opcodeAt = at;
    if (at >= bytes.length) machine.fail("the file ends before STOP");
    if (++shared.opcodes > maxOpcodes) machine.fail(`more than ${maxOpcodes} opcodes`, "opcodes");
    const byte = bytes[at] ?? 0;
    machine.at = at + 1;
    // The opcodes that make up nearly all of a file are written out; the table would call a function for each.
    switch (byte) {
      case 0x68:
        machine.recall(machine.uint8());
        break;
      case 0x6a:
        machine.recall(machine.uint32());
        break;
      case 0x94:
        machine.rememberNext();
        break;
      case 0x71:
        machine.remember(machine.uint8());
        break;
      case 0x72:
        machine.remember(machine.uint32());
        break;
      case 0x4b:
        machine.push(machine.uint8());
        break;
      case 0x4d:
        machine.push(machine.uint16());
        break;
      case 0x4a:
        machine.push(machine.int32());
        break;
      case 0x47:
        machine.push(makeFloat(machine.view.getFloat64(machine.take(8))));
        break;
      case 0x8c:
        pushText(machine, machine.uint8());
        break;
      case 0x28:
        machine.mark();
        break;
      case 0x65:
        addAll(machine, "APPENDS");
        break;
      case 0x75:
        setItems(machine);
        break;
      default: {
        const opcode = OPCODES[byte];
        if (opcode === undefined) machine.fail(`0x${byte.toString(16).padStart(2, "0")} is no opcode`);
        opcode(machine);
      }
    }
  }
  return machine.top();
}

/** Nothing can be nested in a nested stream, so this recurses once at most. */
function runNested(outer: Machine): PickleValue {
  const inner = new Machine(outer.bytes, outer.limits, outer.facts, outer);
  const value = run(inner);
  outer.at = inner.at;
  return value;
}
