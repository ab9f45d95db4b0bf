// CatBoost's binary models (.cbm): told by their magic, and do the outer parts lie within the file. Nothing is predicted from them.
// Format: "CBM1", the size of the core, a FlatBuffers table TModelCore (version, trees, info, parts); then optional parts.

import { Buffer } from "node:buffer";
import { rejected, type Rejected } from "../rejected.ts";

/** What a model says of itself. */
export interface CatboostModel {
  readonly ok: true;
  readonly trees: number;
  readonly floatFeatures: number;
  readonly categoricalFeatures: number;
}

const MAGIC = "CBM1";
const HEADER_BYTES = 8;
/** As CatBoost spells it. */
const FORMAT = "FlabuffersModel_v1";
const CORE = { version: 0, trees: 1 };
const TREES = { splits: 1, sizes: 2, offsets: 3, categorical: 4, float: 5, leafValues: 8 };
/** Bytes of an element of each vector. */
const ELEMENT_BYTES: Readonly<Record<keyof typeof TREES, number>> = {
  splits: 4,
  sizes: 4,
  offsets: 4,
  categorical: 4,
  float: 4,
  leafValues: 8,
};

/** True for bytes that begin as such a model. */
export function isCatboost(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4)).toString("latin1") === MAGIC;
}

/** Reads the outline. Refused with the byte offset: a core that is cut off, another format, parts that lie outside. Never throws. */
export function readCatboost(bytes: Uint8Array): CatboostModel | Rejected {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEADER_BYTES) return rejected("the file ends within its header", buffer.length);
  const size = buffer.readUInt32LE(MAGIC.length);
  if (size > buffer.length - HEADER_BYTES)
    return rejected(`the core has ${size} bytes, but ${buffer.length - HEADER_BYTES} are left`, MAGIC.length);
  try {
    return readCore(buffer.subarray(HEADER_BYTES, HEADER_BYTES + size));
  } catch (error) {
    if (error instanceof OutsideFault) return rejected(`the core is broken: ${error.message}`, HEADER_BYTES + error.at);
    throw error;
  }
}

/** Thrown inside this reader only. */
class OutsideFault extends Error {
  readonly at: number;
  constructor(reason: string, at: number) {
    super(reason);
    this.at = at;
  }
}

function readCore(core: Buffer): CatboostModel {
  const root = uint32(core, 0);
  const version = fieldAt(core, root, CORE.version);
  const format = version === undefined ? "" : textAt(core, version);
  if (format !== FORMAT) throw new OutsideFault(`its format is ${JSON.stringify(format.slice(0, 40))}, not ${FORMAT}`, root);
  const field = fieldAt(core, root, CORE.trees);
  if (field === undefined) throw new OutsideFault("it has no trees", root);
  const trees = field + uint32(core, field);
  const lengths = (name: keyof typeof TREES): number => vectorLength(core, fieldAt(core, trees, TREES[name]), ELEMENT_BYTES[name]);
  const [sizes, offsets] = [lengths("sizes"), lengths("offsets")];
  if (sizes !== offsets) throw new OutsideFault(`${sizes} tree sizes, but ${offsets} starts of trees`, trees);
  lengths("splits");
  if (lengths("leafValues") === 0 && sizes > 0) throw new OutsideFault("its trees have no leaf values", trees);
  return { ok: true, trees: sizes, floatFeatures: lengths("float"), categoricalFeatures: lengths("categorical") };
}

function uint32(core: Buffer, at: number): number {
  if (at < 0 || at + 4 > core.length) throw new OutsideFault("an offset leads outside of it", at);
  return core.readUInt32LE(at);
}

/** Where a field of a FlatBuffers table stands; undefined when the table leaves it out. */
function fieldAt(core: Buffer, table: number, id: number): number | undefined {
  const back = uint32(core, table) | 0;
  const vtable = table - back;
  if (vtable < 0 || vtable + 4 > core.length) throw new OutsideFault("a table's layout lies outside of it", table);
  const entry = vtable + 4 + 2 * id;
  if (entry + 2 > Math.min(core.length, vtable + core.readUInt16LE(vtable))) return undefined;
  const offset = core.readUInt16LE(entry);
  return offset === 0 ? undefined : table + offset;
}

/** Elements of a vector, which must lie within; 0 without one. */
function vectorLength(core: Buffer, field: number | undefined, elementBytes: number): number {
  if (field === undefined) return 0;
  const begin = field + uint32(core, field);
  const length = uint32(core, begin);
  if (begin + 4 + length * elementBytes > core.length) throw new OutsideFault("a list is cut off", begin);
  return length;
}

function textAt(core: Buffer, field: number): string {
  const begin = field + uint32(core, field);
  const length = vectorLength(core, field, 1);
  return core.toString("latin1", begin + 4, begin + 4 + length);
}
