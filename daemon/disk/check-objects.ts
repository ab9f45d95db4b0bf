// Reads objects from their packs and hashes them; synchronous, for a thread of its own.

import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { ObjectFinding, ObjectRecord } from "../app/ports.ts";
import { errorCode, failureReason, isAbsence } from "./fs-calls.ts";
import { isDigest } from "./pack-file.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Where a pack's file lies below the store's `packs`. */
export function packPath(packs: string, pack: string): string {
  return join(packs, pack.slice(0, 2), `${pack}.pack`);
}

/** What is wrong with the objects; those of one pack should follow each other, so that it is opened once. Never throws. */
export function checkObjects(packs: string, objects: readonly ObjectRecord[]): readonly ObjectFinding[] {
  const findings: ObjectFinding[] = [];
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let rest = objects;
  for (let first = rest[0]; first !== undefined; first = rest[0]) {
    const { pack } = first;
    const other = rest.findIndex((object) => object.pack !== pack);
    const same = other < 0 ? rest : rest.slice(0, other);
    rest = rest.slice(same.length);
    findings.push(...checkPack(packPath(packs, pack), same, chunk));
  }
  return findings;
}

function checkPack(path: string, objects: readonly ObjectRecord[], chunk: Buffer): readonly ObjectFinding[] {
  let file: number | undefined;
  try {
    if (!objects.every((object) => isDigest(object.pack))) return objects.map((object) => missing(object));
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    const open = file;
    return objects.flatMap((object) => checkObject(open, size, object, chunk) ?? []);
  } catch (error) {
    return objects.map((object) => (isAbsence(error) ? missing(object) : unreadable(object, error)));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function checkObject(file: number, fileBytes: number, object: ObjectRecord, chunk: Buffer): ObjectFinding | undefined {
  const there = Math.max(0, Math.min(object.size, fileBytes - object.offset));
  const short = (bytes: number): ObjectFinding => ({
    object,
    damage: "short",
    detail: `its pack is cut short: ${bytes} of its ${object.size} bytes are there`,
  });
  if (there < object.size) return short(there);
  const hash = createHash("sha256");
  try {
    for (let at = 0; at < object.size;) {
      const read = readSync(file, chunk, 0, Math.min(chunk.length, object.size - at), object.offset + at);
      if (read === 0) return short(at);
      hash.update(chunk.subarray(0, read));
      at += read;
    }
  } catch (error) {
    return unreadable(object, error);
  }
  if (hash.digest("hex") === object.sha256) return undefined;
  return { object, damage: "other_bytes", detail: "its bytes have another digest" };
}

function missing(object: ObjectRecord): ObjectFinding {
  return { object, damage: "missing", detail: "its pack is not there" };
}

function unreadable(object: ObjectRecord, error: unknown): ObjectFinding {
  return { object, damage: errorCode(error) === "EIO" ? "unreadable" : "unchecked", detail: failureReason(error) };
}
