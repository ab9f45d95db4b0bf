// What the views of pandas objects have in common: a one-dimensional array of known length, and how numpy's arrays become one.

import { arrayElement, dtypeName } from "../numpy-elements.ts";
import { isNode, type NdarrayValue, type PickleValue } from "../values.ts";

/** A one-dimensional array of known length. */
export interface VectorView {
  /** pandas' name of the dtype; `category` for a categorical one. */
  readonly dtype: string;
  /** Categorical arrays only. */
  readonly categories?: Categories;
  readonly length: number;
  /** The element; null beyond the end. */
  at(place: number): PickleValue;
}

/** The values that a categorical array may have. */
export interface Categories {
  readonly ordered: boolean;
  readonly values: VectorView;
}

/** Where in an array a column lies. */
export interface Slab {
  readonly row: number;
  readonly length: number;
}

/** Row `row` of a block's values: the array itself when it has one dimension; undefined when there is no such row. */
export function slabOf(array: NdarrayValue, row: number): Slab | undefined {
  const [first, second] = array.shape;
  if (array.dtype === undefined || first === undefined || array.shape.length > 2) return undefined;
  if (second === undefined) return row === 0 ? { row: 0, length: first } : undefined;
  return row < first ? { row, length: second } : undefined;
}

/** The elements of one row of an array, as `read` makes them of numpy's. */
export function slabVector(
  array: NdarrayValue,
  row: number,
  dtype: string,
  read?: (element: PickleValue) => PickleValue,
): VectorView | undefined {
  const slab = slabOf(array, row);
  if (slab === undefined) return undefined;
  const start = slab.row * slab.length;
  return {
    dtype,
    length: slab.length,
    at: (place) => {
      if (place >= slab.length) return null;
      const element = arrayElement(array, start + place);
      return read === undefined ? element : read(element);
    },
  };
}

/** A row of a numpy array under numpy's own dtype. */
export function plainVector(array: NdarrayValue, row: number): VectorView | undefined {
  return array.dtype === undefined ? undefined : slabVector(array, row, dtypeName(array.dtype));
}

/** The value as a numpy array. */
export function ndarrayOf(value: PickleValue | undefined): NdarrayValue | undefined {
  return isNode(value) && value.kind === "ndarray" ? value : undefined;
}
