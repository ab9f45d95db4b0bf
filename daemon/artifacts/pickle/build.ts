// BUILD: gives an object its state. What the state means to a class is never run; numpy's own states are taken over as data.

import { isArrayWrapper, readWrapped } from "./joblib.ts";
import type { Machine } from "./machine.ts";
import { buildDtype, buildNdarray } from "./numpy-state.ts";
import { isNode, type DictValue, type ObjectValue, type PickleNode, type PickleValue } from "./values.ts";

/** The opcode's work. On a name nothing happens: one file may not change what a name means for the next. */
export function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  if (!isNode(target)) machine.fail("BUILD on a plain value");
  const owner = ownerOf(target);
  if (owner === undefined) machine.fail(`BUILD on a ${target.kind}`);
  machine.facts.call("BUILD", owner.module, owner.name, machine.opcodeAt, owner.known);
  const fault = takeState(machine, target, state);
  if (fault !== undefined) machine.fail(fault);
}

interface Owner {
  readonly module: string;
  readonly name: string;
  readonly known: boolean;
}

/** Under which name the state is reported; undefined for values that take none. */
function ownerOf(target: PickleNode): Owner | undefined {
  switch (target.kind) {
    case "object":
      return target;
    case "global":
      return { module: target.module, name: target.name, known: false };
    case "dtype":
    case "ndarray":
      return { module: target.origin.module, name: target.origin.name, known: true };
    case "deque":
      return { module: "collections", name: "deque", known: true };
    case "dict":
      return target.type === "dict" ? undefined : { module: "collections", name: target.type, known: true };
    default:
      return undefined;
  }
}

/** What is wrong with the state, if anything. The standard kinds of dict and deque have no attributes: theirs are a subclass's, and dropped. */
function takeState(machine: Machine, target: PickleNode, state: PickleValue): string | undefined {
  if (target.kind === "dtype") return buildDtype(target, state);
  if (target.kind === "ndarray") return buildNdarray(target, state, (bytes) => machine.spend(bytes >> 5));
  if (target.kind !== "object") return undefined;
  target.state = merged(machine, target, state);
  if (isArrayWrapper(machine, target)) {
    machine.pop();
    machine.push(readWrapped(machine, target, machine.nested));
  }
  return undefined;
}

/** A second dict of attributes is added to the first, as Python does; of other states the last one counts. */
function merged(machine: Machine, target: ObjectValue, state: PickleValue): PickleValue {
  const before = target.state;
  if (!isDict(before) || !isDict(state)) return state;
  machine.spend(1 + ((before.flat.length + state.flat.length) >> 3));
  return { kind: "dict", type: "dict", flat: [...before.flat, ...state.flat], factory: null };
}

function isDict(value: PickleValue | undefined): value is DictValue {
  return isNode(value) && value.kind === "dict";
}
