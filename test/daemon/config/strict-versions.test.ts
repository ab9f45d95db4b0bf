// Whether drift of datasets blocks, as the old registry's variable says it.

import { expect, test } from "vitest";
import { loadConfig } from "../../../daemon/config/load-config.ts";

test.for([
  ["", true],
  ["true", true],
  ["off", true],
  ["false", false],
  ["0", false],
  [" No ", false],
] as const)("STRICT_VERSION_MODE=%s means %s", ([text, strict]) => {
  const loaded = loadConfig([], { STRICT_VERSION_MODE: text }, { uid: 1000, home: "/home/a", cwd: "/" });
  expect(loaded.ok === true && loaded.config.strictVersions).toBe(strict);
});
