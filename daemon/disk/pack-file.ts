// The format of a pack: many immutable objects in one file, written once.
//
//   "MMPACK1\n"                      magic, 8 bytes
//   u32 little endian                length of the header in bytes
//   {"objects":[{sha256,size,offset}]}   header, JSON; offsets count from the first byte after the header
//   the objects' bytes, in the header's order, without gaps
//
// A pack's name is the sha256 of its header, so the same objects in the same order always make the same file.

import { createHash } from "node:crypto";
import type { ObjectRecord } from "../app/ports.ts";

const MAGIC = Buffer.from("MMPACK1\n", "latin1");
const PREFIX_BYTES = MAGIC.length + 4;
/** A header beyond this is damaged: it would describe some 600,000 objects. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
const DIGEST = /^[0-9a-f]{64}$/;

/** An object to be packed. */
export interface PackedObject {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** A pack ready to be written: `head`, then the bytes of the objects. */
export interface PackPlan {
  readonly name: string;
  readonly head: Buffer;
  readonly objects: readonly PackedObject[];
  readonly records: readonly ObjectRecord[];
}

/** A pack's index, or what is wrong with it. */
export type PackIndex = { readonly records: readonly ObjectRecord[]; readonly totalBytes: number } | { readonly fault: string };

/** True for a sha256 in lower-case hex; names and digests that are not are never used as a path. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** Lays out the objects (at least one) as a pack; repeated digests are kept once. */
export function planPack(objects: readonly PackedObject[]): PackPlan {
  const distinct = [...new Map(objects.map((object) => [object.sha256, object])).values()];
  let end = 0;
  const entries = distinct.map(({ sha256, bytes }) => {
    const offset = end;
    end += bytes.byteLength;
    return { sha256, size: bytes.byteLength, offset };
  });
  const header = Buffer.from(JSON.stringify({ objects: entries }));
  if (header.length > MAX_HEADER_BYTES) throw new Error(`a pack cannot hold ${distinct.length} objects; put them in several parts`);
  const head = Buffer.concat([MAGIC, Buffer.alloc(4), header]);
  head.writeUInt32LE(header.length, MAGIC.length);
  const name = createHash("sha256").update(header).digest("hex");
  return { name, head, objects: distinct, records: entries.map((entry) => ({ ...entry, pack: name, offset: head.length + entry.offset })) };
}

/** Length in bytes of magic, length field and header together, from the first 12 bytes of a pack. Never throws. */
export function parsePackPrefix(prefix: Uint8Array): { readonly headBytes: number } | { readonly fault: string } {
  if (prefix.byteLength < PREFIX_BYTES) return { fault: "the pack is cut short in its header" };
  const bytes = Buffer.from(prefix.buffer, prefix.byteOffset, PREFIX_BYTES);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { fault: "the file is no pack: it does not begin with MMPACK1" };
  const headerBytes = bytes.readUInt32LE(MAGIC.length);
  if (headerBytes > MAX_HEADER_BYTES) return { fault: "the pack's header is damaged: impossible length" };
  return { headBytes: PREFIX_BYTES + headerBytes };
}

/** Reads a pack's index from its first bytes (at least `headBytes` of them; a whole pack will do). Never throws. */
export function parsePackIndex(name: string, bytes: Uint8Array): PackIndex {
  const prefix = parsePackPrefix(bytes);
  if ("fault" in prefix) return prefix;
  if (bytes.byteLength < prefix.headBytes) return { fault: "the pack is cut short in its header" };
  const header = bytes.subarray(PREFIX_BYTES, prefix.headBytes);
  if (createHash("sha256").update(header).digest("hex") !== name)
    return { fault: "the pack's header is damaged: it does not match the pack's name" };
  const entries = parseEntries(Buffer.from(header).toString("utf8"));
  if (entries === undefined) return { fault: "the pack's header is damaged: it is no list of objects" };
  const records: ObjectRecord[] = [];
  let end = prefix.headBytes;
  for (const { sha256, size, offset } of entries) {
    if (offset + prefix.headBytes !== end) return { fault: "the pack's header is damaged: its objects do not follow each other" };
    records.push({ sha256, size, pack: name, offset: end });
    end += size;
  }
  return { records, totalBytes: end };
}

interface Entry {
  readonly sha256: string;
  readonly size: number;
  readonly offset: number;
}

function parseEntries(text: string): Entry[] | undefined {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof header !== "object" || header === null || !("objects" in header) || !Array.isArray(header.objects)) return undefined;
  const entries: Entry[] = [];
  for (const entry of header.objects as unknown[]) {
    if (!isEntry(entry)) return undefined;
    entries.push(entry);
  }
  return entries;
}

function isEntry(entry: unknown): entry is Entry {
  if (typeof entry !== "object" || entry === null || !("sha256" in entry) || !("size" in entry) || !("offset" in entry)) return false;
  return typeof entry.sha256 === "string" && isDigest(entry.sha256) && isCount(entry.size) && isCount(entry.offset);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
