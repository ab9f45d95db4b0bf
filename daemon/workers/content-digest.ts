// The digest of a version's content: of which kind its files are, and what they hold.

import { hash } from "node:crypto";
import { compareCodePoints } from "../../shared/domain/names.ts";
import type { VersionFile } from "../app/ports.ts";

/** SHA-256, hex, over the sorted lines `kind:sha256`. */
export function contentDigest(files: readonly Pick<VersionFile, "kind" | "sha256">[]): string {
  const lines = files.map((file) => `${file.kind}:${file.sha256}\n`).toSorted(compareCodePoints);
  return hash("sha256", lines.join(""));
}
