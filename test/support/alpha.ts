// Copies of the fixture directories that a test may change.

import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the committed artifact fixtures. */
export const ARTIFACT_FIXTURES = fileURLToPath(new URL("../fixtures/artifacts/", import.meta.url));

/** Copies a fixture directory (`alpha`, `beta`, `broken`) below `base` and returns the copy's path. Times are kept, so its files count as quiet. */
export async function copyFixture(name: "alpha" | "beta" | "broken", base: string): Promise<string> {
  const target = join(base, name);
  await cp(join(ARTIFACT_FIXTURES, name), target, { recursive: true, preserveTimestamps: true });
  return target;
}
