// joblib's files: behind the state of each NumpyArrayWrapper lie the array's raw bytes, or, for objects, a whole pickle.

import { smallInt } from "./constructors/arguments.ts";
import { isName } from "./constructors/argument-shapes.ts";
import { attributeOf, isInstanceOf } from "./instance-state.ts";
import type { Machine } from "./machine.ts";
import { holdsObjects } from "./numpy-elements.ts";
import { elementCount, shapeOf } from "./numpy-state.ts";
import { isNode, type DtypeValue, type NdarrayValue, type ObjectValue, type PickleValue } from "./values.ts";

/** True for the wrapper that stands for an array. Python's own reader, which reads nested streams, does not know it. */
export function isArrayWrapper(machine: Machine, value: ObjectValue): boolean {
  return !machine.isNested && isInstanceOf(value, "joblib.numpy_pickle", "NumpyArrayWrapper");
}

/**
 * Reads the array behind a wrapper whose state is complete; the machine's cursor stands behind BUILD. `nested` runs a pickle that begins at
 * the cursor and leaves it behind STOP. Throws a PickleFault. Format: joblib's numpy_pickle.py.
 */
export function readWrapped(machine: Machine, wrapper: ObjectValue, nested: () => PickleValue): PickleValue {
  const shape = shapeOf(attributeOf(wrapper, "shape"));
  const dtype = attributeOf(wrapper, "dtype");
  if (shape === undefined || !isNode(dtype) || dtype.kind !== "dtype") machine.fail("a joblib array has no usable shape and dtype");
  if (holdsObjects(dtype)) return nested();
  skipPadding(machine, attributeOf(wrapper, "numpy_array_alignment_bytes"));
  return takeArray(machine, wrapper, dtype, shape);
}

/** With an alignment (joblib 1.1 and later), a byte says how many bytes of padding come before the array. */
function skipPadding(machine: Machine, alignment: PickleValue | undefined): void {
  if (alignment === undefined || alignment === null) return;
  if (smallInt(alignment, 1, 255) === undefined) machine.fail("a joblib array has no usable alignment");
  machine.take(machine.uint8());
}

function takeArray(machine: Machine, wrapper: ObjectValue, dtype: DtypeValue, shape: readonly number[]): NdarrayValue {
  const count = elementCount(shape) ?? 0;
  const start = machine.take(count * dtype.itemSize);
  machine.spend();
  dtype.sealed = true;
  const subclass = attributeOf(wrapper, "subclass");
  return {
    kind: "ndarray",
    origin: machine.global(wrapper.module, wrapper.name),
    subclass: isName(subclass, "numpy", "matrix") ? subclass : undefined,
    dtype,
    shape,
    fortran: attributeOf(wrapper, "order") === "F",
    data: machine.bytes.subarray(start, machine.at),
    unread: undefined,
  };
}
