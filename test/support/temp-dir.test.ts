// Temporary directories are fresh, real and gone afterwards.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openTempDirectory, useTempDirectory } from "./temp-dir.ts";

describe("a temporary directory", () => {
  const directory = useTempDirectory();
  const seen: string[] = [];

  it("exists while its test runs", () => {
    writeFileSync(join(directory(), "a"), "");
    seen.push(directory());
    expect(existsSync(directory())).toBe(true);
  });

  it("is another one in the next test, and the last one is gone", () => {
    expect(directory()).not.toBe(seen[0]);
    expect(existsSync(seen[0] ?? "")).toBe(false);
  });

  it("goes away with its block, content and all", async () => {
    let path = "";
    {
      await using opened = await openTempDirectory("block");
      path = opened.path;
      writeFileSync(join(path, "a"), "");
    }
    expect(path).not.toBe("");
    expect(existsSync(path)).toBe(false);
  });
});
