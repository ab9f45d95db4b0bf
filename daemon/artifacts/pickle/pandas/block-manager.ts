// The block managers below frames and series: which columns lie in which array. Layouts of pandas 0.25 to 3.1.

import { sequence, smallInt } from "../constructors/arguments.ts";
import { dictGet } from "../dict.ts";
import { isInstanceOf } from "../instance-state.ts";
import { isNode, type ObjectValue, type PickleValue, type RangeValue } from "../values.ts";
import { ndarrayOf, plainVector } from "./vector-view.ts";

/** Values of some columns, and the places of these columns. */
export interface Block {
  readonly values: PickleValue;
  readonly places: PickleValue;
}

/** The axes and blocks of a manager. */
export interface Manager {
  readonly axes: readonly PickleValue[];
  readonly blocks: readonly Block[];
}

/** A manager of any release; undefined for anything else. */
export function managerOf(value: PickleValue | undefined, name: "BlockManager" | "SingleBlockManager"): Manager | undefined {
  if (!isInstanceOf(value, "pandas.core.internals.managers", name) || !value.known) return undefined;
  return value.args.length === 2 ? fromCall(value) : fromState(value);
}

/** `BlockManager((block, …), [axis, …])`: pandas 1.3 and later. */
function fromCall(manager: ObjectValue): Manager | undefined {
  const [blocks, axes] = manager.args.map((part) => sequence(part)?.items);
  if (blocks === undefined || axes === undefined) return undefined;
  return { axes, blocks: blocks.flatMap(blockOf) };
}

/** `_unpickle_block(values, places, dimensions)`, in pandas 1.3 `new_block(values, places)`. A block of another kind has no columns. */
function blockOf(value: PickleValue): Block[] {
  const isBlock =
    isInstanceOf(value, "pandas._libs.internals", "_unpickle_block") || isInstanceOf(value, "pandas.core.internals.blocks", "new_block");
  return isBlock && value.known ? [{ values: value.args[0] ?? null, places: value.args[1] ?? null }] : [];
}

/** State `(axes, [values], [items], {"0.14.1": {"axes", "blocks": [{"values", "mgr_locs"}]}})`: frames up to pandas 1.2, series of all releases. */
function fromState(manager: ObjectValue): Manager | undefined {
  const newest = sequence(manager.state)?.items[3];
  const layout = isNode(newest) && newest.kind === "dict" ? dictGet(newest, "0.14.1") : undefined;
  if (!isNode(layout) || layout.kind !== "dict") return undefined;
  const axes = sequence(dictGet(layout, "axes"))?.items;
  const blocks = sequence(dictGet(layout, "blocks"))?.items;
  if (axes === undefined || blocks === undefined) return undefined;
  return {
    axes,
    blocks: blocks.flatMap((block) =>
      isNode(block) && block.kind === "dict"
        ? [{ values: dictGet(block, "values") ?? null, places: dictGet(block, "mgr_locs") ?? null }]
        : [],
    ),
  };
}

/** The places of a block's columns, from a slice or an array of places. At most `most` are listed. */
export function placesOf(value: PickleValue, most: number): readonly number[] {
  if (isNode(value) && value.kind === "slice") return slicePlaces(value, most);
  const array = ndarrayOf(value);
  const places = array && plainVector(array, 0);
  if (places === undefined || !/^int(32|64)$/.test(places.dtype)) return [];
  const listed: number[] = [];
  for (let i = 0; i < Math.min(places.length, most); i++) listed.push(smallInt(places.at(i), 0, most) ?? -1);
  return listed;
}

function slicePlaces(slice: RangeValue, most: number): readonly number[] {
  const start = smallInt(slice.start, 0, Number.MAX_SAFE_INTEGER);
  const stop = smallInt(slice.stop, -1, Number.MAX_SAFE_INTEGER);
  const step = slice.step === null ? 1 : smallInt(slice.step, -1e9, 1e9);
  if (start === undefined || stop === undefined || step === undefined || step === 0) return [];
  const listed: number[] = [];
  for (let place = start; (step > 0 ? place < stop : place > stop) && listed.length < most; place += step) listed.push(place);
  return listed;
}
