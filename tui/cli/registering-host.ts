// The environment of a registration as this host sees it: the 8 fields of `env`; what this program cannot know is unknown.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { machine, platform } from "node:os";
import path from "node:path";
import { compareCodePoints, stripText } from "../../shared/domain/names.ts";

/** The text of a file; undefined when there is none. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there or not for us: the digest is unknown then, as the recipe has it.
    return undefined;
  }
}

/** SHA-256 of the sorted lines of requirements.txt in the folder, stripped, empty ones left out; the word `unknown` without that file. */
function dependenciesHash(folder: string): string {
  const text = textOf(path.join(folder, "requirements.txt"));
  if (text === undefined) return "unknown";
  const lines = text.split(/\r\n|\r|\n/).map(stripText);
  const sorted = lines.filter((line) => line !== "").toSorted(compareCodePoints);
  return createHash("sha256").update(sorted.join("\n")).digest("hex");
}

/** The 8 fields; `given` replaces those that the trainer knows better. */
export function environmentOf(
  folder: string,
  createdBy: string,
  given: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    python_version: "unknown",
    dependencies_hash: dependenciesHash(folder),
    platform: `${platform()}-${machine()}`,
    created_by: createdBy,
    numpy_version: "unknown",
    polars_version: "unknown",
    sklearn_version: null,
    cvxpy_version: null,
    ...given,
  };
}
