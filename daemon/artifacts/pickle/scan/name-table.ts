// The names that a scan meets, numbered, and the events that it reports about them.

import type { Buffer } from "node:buffer";
import { constructorOf } from "../constructors/table.ts";
import type { FactRecorder } from "../facts.ts";
import { limitsFor } from "../limits.ts";
import { Machine } from "../machine.ts";
import { PickleFault } from "../pickle-fault.ts";
import { pushText, SCALAR_OPCODES } from "../opcodes-scalars.ts";

export interface Name {
  readonly module: string;
  readonly name: string;
}

/** Turns places of texts into names. */
export class NameTable {
  readonly #names: Name[] = [];
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #facts: FactRecorder;
  /** Reads single texts, by the reader's own rules. */
  readonly #reader: Machine;

  constructor(bytes: Buffer, facts: FactRecorder) {
    this.#facts = facts;
    this.#reader = new Machine(bytes, limitsFor(bytes.length), facts);
  }

  /** The name with a number. */
  at(number: number): Name | undefined {
    return this.#names[number];
  }

  /** The text that the opcode at this place pushes; undefined when it cannot be read. */
  text(place: number): string | undefined {
    const reader = this.#reader;
    const opcode = reader.bytes[place] ?? 0;
    reader.at = place + 1;
    try {
      if (opcode === 0x8c) pushText(reader, reader.uint8());
      else SCALAR_OPCODES.get(opcode)?.(reader);
    } catch (error) {
      if (!(error instanceof PickleFault)) throw error;
    }
    const value = reader.stack.pop();
    return typeof value === "string" ? value : undefined;
  }

  /** The text of a line; undefined when it is not UTF-8. The cursor is not moved. */
  line(place: number): string | undefined {
    this.#reader.at = place;
    try {
      return this.#reader.textLine();
    } catch (error) {
      if (!(error instanceof PickleFault)) throw error;
      return undefined;
    }
  }

  /** The number of a name, which is reported when it is new. */
  number(module: string, name: string, place: number): number {
    let numbers = this.#numbers.get(module);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(module, numbers);
    }
    let number = numbers.get(name);
    if (number === undefined) {
      number = this.#names.length;
      this.#names.push({ module, name });
      numbers.set(name, number);
      this.#facts.global(module, name, place);
    }
    return number;
  }

  /** Reports a call; it counts as known when the closed table knows the name (its arguments have not been looked at). */
  call(opcode: string, number: number, place: number, known = this.#isKnown(opcode, number)): void {
    const name = this.#names[number];
    if (name !== undefined) this.#facts.call(opcode, name.module, name.name, place, known);
  }

  #isKnown(opcode: string, number: number): boolean {
    const name = this.#names[number];
    const entry = name && constructorOf(name.module, name.name);
    if (entry === undefined || entry.callAgain !== undefined) return false;
    if (opcode === "BUILD") return true;
    return (opcode === "NEWOBJ" || opcode === "NEWOBJ_EX" ? entry.create : entry.call) !== undefined;
  }

  external(place: number): void {
    this.#facts.external(place);
  }
}
