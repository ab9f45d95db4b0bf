// A model document before it is JSON or UBJSON: objects of fields whose number lists are typed arrays, so that either form knows what they hold.

/** A list that UBJSON writes entry by entry, each with its type, although it holds numbers of one kind. */
export class LooseNumbers {
  readonly values: Float32Array | Int32Array;

  constructor(values: Float32Array | Int32Array) {
    this.values = values;
  }
}

/** Packed numbers: 32-bit floats, and integers of 8, 16, 32 and 64 bits. */
export type PackedField =
  Float32Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array;

/** A number is an integer; floats stand only in lists. Members of an object are written in the order of their names, as XGBoost does. */
export type Field = string | number | boolean | PackedField | LooseNumbers | readonly Field[] | FieldObject;

export interface FieldObject {
  readonly [name: string]: Field;
}

/** True for one of the packed lists. */
export function isPacked(field: Field): field is PackedField {
  return ArrayBuffer.isView(field);
}

/** True for a list of fields; TypeScript's Array.isArray does not tell a read-only list. */
export function isFieldList(field: readonly Field[] | FieldObject): field is readonly Field[] {
  return Array.isArray(field);
}

/** Members in the order in which XGBoost's std::map keeps them: by the bytes of their UTF-8 names. */
export function sortedMembers(object: FieldObject): readonly (readonly [string, Field])[] {
  const members = Object.entries(object);
  const isSorted = members.every(([name], place) => place === 0 || compareUtf8(members[place - 1]?.[0] ?? "", name) < 0);
  return isSorted ? members : members.sort(([a], [b]) => compareUtf8(a, b));
}

/** Texts in the order of their code points, which is that of their UTF-8 bytes. */
function compareUtf8(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let place = 0; place < shared; place++) {
    const [left, right] = [a.charCodeAt(place), b.charCodeAt(place)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** UTF-16 has halves of characters below U+E000 that stand for ones beyond all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x1_0000 : unit;
}
