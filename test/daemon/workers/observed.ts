// Groups as the observer would show them, from files in a test's directory.

import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { FileStamp, ObservedGroup } from "../../../daemon/app/ports.ts";
import { recogniseFile } from "../../../shared/domain/artifact-kinds.ts";

/** The group's files below `root`, with their stamps, sorted by path. */
export function observe(root: string, groupKey: string): ObservedGroup {
  const files: FileStamp[] = [];
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const recognised = recogniseFile(entry.name);
    if (recognised?.groupKey !== groupKey) continue;
    const path = join(entry.parentPath, entry.name);
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    files.push({
      path: relative(root, path),
      kind: recognised.kind,
      size: Number(size),
      mtimeNs: String(mtimeNs),
      stamp: `${ino}:${size}:${mtimeNs}:${ctimeNs}`,
    });
  }
  return { sourceId: 1, groupKey, files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), settled: true };
}

/** A group without files, for reader programs that look at the key only. */
export function emptyGroup(groupKey: string): ObservedGroup {
  return { sourceId: 1, groupKey, files: [], settled: true };
}
