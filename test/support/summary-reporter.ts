// At the end of a run: which suites were skipped and why, and the totals for whoever adds up several runs.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Reporter, TestModule, TestCase } from "vitest/node";

/** What one run came to. Failures are also: a file that could not be loaded, an error outside of tests, a test that a failed hook kept from running. */
export interface RunTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Titles of skipped suites and tests, outermost only, each with how many tests it holds. */
  readonly skippedTitles: readonly { readonly title: string; readonly tests: number }[];
}

/** A hook of the test's suite or file failed, so the test never ran. */
function isBlocked(test: TestCase): boolean {
  for (let parent = test.parent; ; parent = parent.parent) {
    if (parent.errors().length > 0) return true;
    if (parent.type === "module") return false;
  }
}

/** The title that stands for a skipped test: that of its outermost skipped suite, since it carries the reason. */
function skippedTitle(test: TestCase): string {
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  let title = `${test.module.relativeModuleId} > ${test.fullName}${note === undefined ? "" : ` [${note}]`}`;
  for (let parent = test.parent; parent.type === "suite"; parent = parent.parent) {
    if (parent.options.mode === "skip") title = `${test.module.relativeModuleId} > ${parent.fullName}`;
  }
  return title;
}

/** Adds up a finished run. */
export function totalRun(modules: readonly TestModule[], unhandledErrors: number): RunTotals {
  const titles = new Map<string, number>();
  let passed = 0;
  let failed = unhandledErrors;
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      else if (state === "skipped" && !isBlocked(test)) titles.set(skippedTitle(test), (titles.get(skippedTitle(test)) ?? 0) + 1);
      // A test that never came to a result did not pass.
      else failed += 1;
    }
  }
  const skippedTitles = [...titles].map(([title, tests]) => ({ title, tests }));
  return { passed, failed, skipped: skippedTitles.reduce((sum, { tests }) => sum + tests, 0), skippedTitles };
}

/** Prints skipped suites; writes the totals as JSON to the file that MODEL_MANAGER_TEST_TOTALS names. */
export function createSummaryReporter(print: (text: string) => void = (text) => process.stdout.write(text)): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const totals = totalRun(modules, unhandledErrors.length);
      if (totals.skippedTitles.length > 0) {
        const lines = totals.skippedTitles.map(({ title, tests }) => `  ${title} (${tests} ${tests === 1 ? "test" : "tests"})`);
        print(`\nSkipped here:\n${lines.join("\n")}\n`);
      }
      const file = process.env["MODEL_MANAGER_TEST_TOTALS"];
      if (file !== undefined && file !== "") {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${JSON.stringify(totals, null, 2)}\n`);
      }
    },
  };
}
