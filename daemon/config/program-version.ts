// The version of this program, as package.json says.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = "model-manager";

/** Looks for the program's package.json from this file upwards: sources and bundles lie at different depths. "unknown" without one. */
export function programVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const version = versionIn(join(folder, "package.json"));
    if (version !== undefined) return version;
    if (folder === dirname(folder)) return "unknown";
  }
}

function versionIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const content: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof content !== "object" || content === null || !("name" in content) || content.name !== PACKAGE) return undefined;
  return "version" in content && typeof content.version === "string" ? content.version : undefined;
}
