// Reading dicts the way Python would: equal keys are one key, the last value wins, the first place stays.

import { floatOf, isNode, type DictValue, type PickleValue, type TupleValue } from "./values.ts";

/** The value under a text key; undefined without it. */
export function dictGet(dict: DictValue, key: string): PickleValue | undefined {
  const flat = dict.flat;
  for (let i = flat.length - 2; i >= 0; i -= 2) {
    if (flat[i] === key) return flat[i + 1];
  }
  return undefined;
}

/** Nodes that the text of one key may look at. */
const KEY_NODES = 200;

/** Entries with duplicates merged. Keys too large to compare, and keys that Python could not hash, count as distinct. */
export function dictEntries(dict: { readonly flat: readonly PickleValue[] }): (readonly [PickleValue, PickleValue])[] {
  const places = new Map<unknown, number>();
  const entries: (readonly [PickleValue, PickleValue])[] = [];
  const flat = dict.flat;
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const key = flat[i] ?? null;
    const value = flat[i + 1] ?? null;
    const identity = keyIdentity(key);
    const place = places.get(identity);
    if (place === undefined) {
      places.set(identity, entries.length);
      entries.push([key, value]);
    } else {
      entries[place] = [entries[place]?.[0] ?? key, value];
    }
  }
  return entries;
}

/** Keys and values that alternate, with duplicates merged. */
export function dictFlat(dict: { readonly flat: readonly PickleValue[] }): readonly PickleValue[] {
  const entries = dictEntries(dict);
  return 2 * entries.length === dict.flat.length ? dict.flat : entries.flat();
}

/** Equal results for keys that Python finds equal; the object itself when that cannot be told cheaply. */
function keyIdentity(key: PickleValue): unknown {
  if (typeof key === "string") return key;
  const number = numberIdentity(key);
  if (number !== undefined) return number;
  if (!isNode(key)) return key;
  if (key.kind === "tuple") return tupleIdentity(key) ?? key;
  if (key.kind === "bytes" && key.bytes.length <= 1024) return `b:${key.bytes.join()}`;
  return key;
}

/** One text for 1, 1.0 and True. NaN equals nothing, so it has none of its own. */
function numberIdentity(key: PickleValue): unknown {
  if (typeof key === "boolean") return `n:${Number(key)}`;
  if (typeof key === "bigint") return `n:${key}`;
  const float = floatOf(key) ?? (typeof key === "number" ? key : undefined);
  if (float === undefined) return undefined;
  if (Number.isNaN(float)) return Symbol("nan");
  return `n:${Number.isInteger(float) ? BigInt(float) : float}`;
}

function tupleIdentity(tuple: TupleValue): string | undefined {
  const parts: string[] = ["t"];
  const waiting: PickleValue[] = [tuple];
  for (let seen = 0; waiting.length > 0; seen++) {
    const value = waiting.pop();
    if (seen > KEY_NODES || value === undefined) return undefined;
    if (isNode(value) && value.kind === "tuple") {
      if (value.items.length > KEY_NODES) return undefined;
      parts.push(`(${value.items.length}`);
      for (let i = value.items.length - 1; i >= 0; i--) waiting.push(value.items[i] ?? null);
    } else {
      const part = value === null ? "N" : keyIdentity(value);
      if (typeof part !== "string") return undefined;
      parts.push(JSON.stringify(part));
    }
  }
  return parts.join();
}
