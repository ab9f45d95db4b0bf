// The end of `.ci/run`: adds up the runs it made, says what is wrong with them, and prints the one closing line.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { RunTotals } from "./summary-reporter.ts";

/** What `.ci/run` knows of one run: its exit code, and its totals unless it is a mere check or died early. */
export interface Run {
  readonly name: string;
  readonly exitCode: number;
  readonly totals: RunTotals | undefined;
}

/** The sum of all runs, and a line for every thing that makes the whole fail. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly problems: readonly string[];
}

/**
 * Adds up. A run that ended badly without a failed test counts as one failure; one without totals as one test.
 * A suite skipped for something in `installed` is a problem: it was installed so that the suite runs.
 */
export function judge(runs: readonly Run[], installed: readonly string[]): Verdict {
  const problems: string[] = [];
  let [passed, failed, skipped] = [0, 0, 0];
  for (const { name, exitCode, totals } of runs) {
    passed += totals?.passed ?? (exitCode === 0 ? 1 : 0);
    skipped += totals?.skipped ?? 0;
    const failures = totals?.failed ?? 0;
    failed += failures === 0 && exitCode !== 0 ? 1 : failures;
    if (exitCode !== 0) problems.push(`${name} ended with exit code ${exitCode}`);
    for (const { title } of totals?.skippedTitles ?? []) {
      const need = installed.find((one) => title.includes(`needs ${one}: `));
      if (need !== undefined) problems.push(`skipped although ${need} was to be installed: ${title}`);
    }
  }
  if (passed === 0) problems.push("nothing passed");
  return { passed, failed, skipped, problems };
}

/** Reads `<name>.exit` and `<name>.json` from a folder. A run without its exit code never came to an end. */
export function readRun(folder: string, name: string): Run {
  const exitFile = join(folder, `${name}.exit`);
  const totalsFile = join(folder, `${name}.json`);
  const exitCode = existsSync(exitFile) ? Number(readFileSync(exitFile, "utf8")) : 1;
  // Written by our own reporter a moment ago.
  const totals = existsSync(totalsFile) ? (JSON.parse(readFileSync(totalsFile, "utf8")) as RunTotals) : undefined;
  return { name, exitCode, totals };
}

function main([folder = "", installed = "", ...names]: readonly string[]): number {
  const { passed, failed, skipped, problems } = judge(
    names.map((name) => readRun(folder, name)),
    installed.split(",").filter((name) => name !== ""),
  );
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed > 0 || problems.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = main(process.argv.slice(2));
