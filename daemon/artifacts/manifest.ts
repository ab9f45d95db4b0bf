// `<group>_manifest.json`: the files that make a group complete, with their digests (DESIGN §8.4).

import { isJsonObject, memberOf } from "./json/json-value.ts";
import { readJson } from "./json/read-json.ts";
import { rejected, type Rejected } from "./rejected.ts";

export interface ManifestEntry {
  /** A plain base name. */
  readonly name: string;
  /** 64 hex digits, lower case. */
  readonly sha256: string;
}

export type ManifestResult = { readonly ok: true; readonly files: readonly ManifestEntry[] } | Rejected;

const MAX_FILES = 1000;

/** Reads `{"files": {"<name>": "<sha256>"}}`. A name with a slash, or one that leaves the folder, is refused. */
export function parseManifest(bytes: Uint8Array): ManifestResult {
  const document = readJson(bytes, 16);
  if (!document.ok) return document;
  const files = memberOf(document.value, "files");
  if (!isJsonObject(files)) return rejected('there is no object "files"');
  const entries: ManifestEntry[] = [];
  for (const [name, digest] of Object.entries(files)) {
    if (name === "" || name === "." || name === ".." || /[/\0]/.test(name))
      return rejected(`${JSON.stringify(name)} is no plain file name`);
    if (typeof digest !== "string" || !/^[0-9a-fA-F]{64}$/.test(digest))
      return rejected(`${JSON.stringify(name)} has no sha256 of 64 hex digits`);
    entries.push({ name, sha256: digest.toLowerCase() });
  }
  if (entries.length === 0) return rejected("it names no files");
  return entries.length > MAX_FILES ? rejected(`it names more than ${MAX_FILES} files`) : { ok: true, files: entries };
}
