// Lists of a model document as typed arrays, each entry checked; packed ones are taken as they are where the type fits.

import { isList, type DocumentList, type DocumentValue } from "./document-value.ts";
import { modelFault } from "./model-fault.ts";
import { isHalfway, nearestSingle } from "./single.ts";

/** Makes the text of a fault from an entry and its place. */
export type EntryFault = (value: DocumentValue | undefined, place: number) => string;

/** Notes that a number had lost what decides to which float32 it is rounded, so that its text must be looked at (see single-texts.ts). */
export interface Rounding {
  isDoubtful: boolean;
}

/** Whole numbers from `least` to `most`, and what to say of any other entry. */
export interface WholeRange {
  readonly least: number;
  readonly most: number;
  readonly fault: EntryFault;
  /** Places at which the number has no meaning: a whole number out of range is 0 there. */
  readonly isIdle?: (place: number) => boolean;
}

/** Fills `into` with whole numbers; the first other entry is a fault. Where `most` is 1, `true` counts as 1 and `false` as 0. */
export function wholeNumbers<T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  list: DocumentList,
  into: T,
  { least, most, fault, isIdle }: WholeRange,
): T {
  for (let place = 0; place < into.length; place++) {
    const entry = list[place];
    const number = typeof entry === "boolean" && most === 1 ? Number(entry) : entry;
    if (typeof number !== "number" || !Number.isInteger(number)) modelFault(fault(entry, place));
    if (number >= least && number <= most) into[place] = number;
    else if (isIdle === undefined || !isIdle(place)) modelFault(fault(entry, place));
  }
  return into;
}

/** 32-bit integers. */
export function int32List(list: DocumentList, fault: EntryFault): Int32Array {
  return list instanceof Int32Array
    ? list
    : wholeNumbers(list, new Int32Array(list.length), { least: -(2 ** 31), most: 2 ** 31 - 1, fault });
}

/** Numbers of any kind, NaN and infinities included, rounded to float32. */
export function singleList(list: DocumentList, rounding: Rounding, fault: EntryFault): Float32Array {
  if (list instanceof Float32Array) return list;
  const into = new Float32Array(list.length);
  for (let place = 0; place < into.length; place++) {
    const entry = list[place];
    if (typeof entry === "number") {
      into[place] = entry;
      if (Math.fround(entry) !== entry && isHalfway(entry)) rounding.isDoubtful = true;
    } else if (typeof entry === "bigint") into[place] = nearestSingle(String(entry));
    else modelFault(fault(entry, place));
  }
  return into;
}

/** A list of texts; empty when there is none. */
export function textList(value: DocumentValue | undefined, name: string): readonly string[] {
  if (value === undefined) return [];
  if (!isList(value)) return modelFault(`${name} is no list`);
  return Array.from<DocumentValue, string>(value, (entry, place) =>
    typeof entry === "string" ? entry : modelFault(`${name} entry ${place} is no text`),
  );
}
