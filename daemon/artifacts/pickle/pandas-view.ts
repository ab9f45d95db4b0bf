// pandas objects as tables: reads the recorded frames, series, indexes and arrays of pandas 0.25 to 3.1 without pandas.

import { attributeOf } from "./instance-state.ts";
import { managerOf, placesOf } from "./pandas/block-manager.ts";
import { arrayVector, indexOf, type IndexView } from "./pandas/index-view.ts";
import { plainVector, type VectorView } from "./pandas/vector-view.ts";
import { isNode, type DictValue, type ObjectValue, type PickleValue } from "./values.ts";

export { indexOf, type IndexView } from "./pandas/index-view.ts";
export type { Categories, VectorView } from "./pandas/vector-view.ts";

export interface FrameView {
  readonly columns: IndexView;
  readonly index: IndexView;
  /** `DataFrame.attrs`; undefined when there are none. */
  readonly attrs: DictValue | undefined;
  /** The column at a place; undefined when its block is missing or of a kind that we do not read. */
  column(place: number): VectorView | undefined;
}

export interface SeriesView {
  readonly name: PickleValue;
  readonly index: IndexView;
  readonly values: VectorView;
}

/** Any one-dimensional array that we can read. */
export function vectorOf(value: PickleValue | undefined): VectorView | undefined {
  return isNode(value) && !(value.kind === "ndarray" && value.shape.length !== 1) ? rowOf(value, 0) : undefined;
}

/** Row `row` of a block's values. */
function rowOf(values: PickleValue, row: number): VectorView | undefined {
  if (!isNode(values)) return undefined;
  if (values.kind === "ndarray") return plainVector(values, row);
  // Blocks of pandas before 1.0 may hold an index where later ones hold its array.
  return values.kind === "object" ? (arrayVector(values, row) ?? (row === 0 ? indexOf(values) : undefined)) : undefined;
}

function isClass(value: PickleValue | undefined, name: string, module: string): value is ObjectValue {
  return (
    isNode(value) && value.kind === "object" && value.known && value.name === name && (value.module === module || value.module === "pandas")
  );
}

/** A DataFrame. */
export function frameOf(value: PickleValue | undefined): FrameView | undefined {
  if (!isClass(value, "DataFrame", "pandas.core.frame")) return undefined;
  const manager = managerOf(attributeOf(value, "_mgr") ?? attributeOf(value, "_data"), "BlockManager");
  const [columns, index] = manager?.axes.map(indexOf) ?? [];
  if (manager === undefined || columns === undefined || index === undefined) return undefined;
  const where = new Map<number, readonly [values: PickleValue, row: number]>();
  for (const block of manager.blocks) placesOf(block.places, columns.length).forEach((place, row) => where.set(place, [block.values, row]));
  const attrs = attributeOf(value, "attrs");
  return {
    columns,
    index,
    attrs: isNode(attrs) && attrs.kind === "dict" && attrs.flat.length > 0 ? attrs : undefined,
    column: (place) => {
      const found = where.get(place);
      const column = found && rowOf(found[0], found[1]);
      return column?.length === index.length ? column : undefined;
    },
  };
}

/** The column under a text label; the first one when several have it. */
export function columnNamed(frame: FrameView, label: string): VectorView | undefined {
  for (let place = 0; place < frame.columns.length; place++) {
    if (frame.columns.at(place) === label) return frame.column(place);
  }
  return undefined;
}

/** A Series. */
export function seriesOf(value: PickleValue | undefined): SeriesView | undefined {
  if (!isClass(value, "Series", "pandas.core.series")) return undefined;
  const manager = managerOf(attributeOf(value, "_mgr") ?? attributeOf(value, "_data"), "SingleBlockManager");
  const index = indexOf(manager?.axes[0]);
  const block = manager?.blocks[0];
  const values = block && rowOf(block.values, 0);
  if (index === undefined || values === undefined || index.length !== values.length) return undefined;
  return { name: attributeOf(value, "_name") ?? attributeOf(value, "name") ?? null, index, values };
}
