// The stored form of a directory listing: JSON, one short list per file.

import { ARTIFACT_KINDS, COMPANION_KINDS, type FileKind } from "../../shared/domain/artifact-kinds.ts";
import type { FileStamp } from "../app/ports.ts";

const KINDS: ReadonlyMap<unknown, FileKind> = new Map([...ARTIFACT_KINDS, ...COMPANION_KINDS].map((kind) => [kind, kind]));

/** `[[path, kind, size, mtimeNs, stamp], …]`. */
export function formatStamps(files: readonly FileStamp[]): string {
  return JSON.stringify(files.map((file) => [file.path, file.kind, file.size, file.mtimeNs, file.stamp]));
}

/**
 * Reads what `formatStamps` wrote. A listing that cannot be read comes back empty: it differs from what is on disk, so the group is
 * simply read again.
 */
export function parseStamps(text: string): readonly FileStamp[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  const files = value.map(parseStamp);
  return files.every((file) => file !== undefined) ? files : [];
}

function parseStamp(value: unknown): FileStamp | undefined {
  if (!Array.isArray(value)) return undefined;
  const parts: readonly unknown[] = value;
  const [path, kindText, size, mtimeNs, stamp] = parts;
  const kind = KINDS.get(kindText);
  if (
    typeof path !== "string" ||
    kind === undefined ||
    typeof size !== "number" ||
    typeof mtimeNs !== "string" ||
    typeof stamp !== "string"
  ) {
    return undefined;
  }
  return { path, kind, size, mtimeNs, stamp };
}
