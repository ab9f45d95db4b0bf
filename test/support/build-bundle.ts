// The programs as they are installed: built once before a suite that starts them, so that what is measured is what people run.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../../daemon/bin/build.js", import.meta.url));

/** Builds dist/ from the sources; throws with what the build says when it fails. */
export function buildBundle(): void {
  const built = spawnSync(process.execPath, [BUILD], { encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
}
