// The verdict of a whole run is never better than its parts.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { judge } from "./add-totals.ts";
import { useTempDirectory } from "./temp-dir.ts";

const sound = { passed: 3, failed: 0, skipped: 0, skippedTitles: [] };
const skippedFor = (need: string) => ({
  passed: 1,
  failed: 0,
  skipped: 2,
  skippedTitles: [{ title: `a suite [needs ${need}: not there]`, tests: 2 }],
});

describe("the verdict", () => {
  const directory = useTempDirectory("totals");

  it("adds up runs with totals and counts a check as one", () => {
    const runs = [
      { name: "tests", exitCode: 0, totals: sound },
      { name: "lint", exitCode: 0, totals: undefined },
    ];
    expect(judge(runs, [])).toEqual({ passed: 4, failed: 0, skipped: 0, problems: [] });
  });

  it("counts a run that ended badly as a failure though no test failed", () => {
    expect(judge([{ name: "tests", exitCode: 134, totals: sound }], [])).toMatchObject({
      failed: 1,
      problems: ["tests ended with exit code 134"],
    });
    expect(judge([{ name: "lint", exitCode: 1, totals: undefined }], [])).toMatchObject({ passed: 0, failed: 1 });
  });

  it("takes a skipped suite for a problem only when its need was to be installed", () => {
    const problems = (need: string) => judge([{ name: "tests", exitCode: 0, totals: skippedFor(need) }], ["tmux"]).problems;
    expect(problems("tmux")).toEqual(["skipped although tmux was to be installed: a suite [needs tmux: not there]"]);
    expect(problems("rabbitmq")).toEqual([]);
  });

  it("is one closing line and an exit code", () => {
    const script = fileURLToPath(new URL("add-totals.ts", import.meta.url));
    const close = (...names: string[]) => spawnSync(process.execPath, [script, directory(), "tmux", ...names], { encoding: "utf8" });
    writeFileSync(join(directory(), "tests.exit"), "0\n");
    writeFileSync(join(directory(), "tests.json"), JSON.stringify(skippedFor("rabbitmq")));
    expect(close("tests")).toMatchObject({ stdout: "1 passed, 0 failed, 2 skipped\n", status: 0 });
    expect(close("tests", "never-ran")).toMatchObject({
      stdout: "never-ran ended with exit code 1\n1 passed, 1 failed, 2 skipped\n",
      status: 1,
    });
  });
});
