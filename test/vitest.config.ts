// The test run of `npm test`: every suite that can run on this machine, two files at a time.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { cleanEnvironment } from "./support/clean-environment.ts";
import { createSummaryReporter } from "./support/summary-reporter.ts";

const neededMajor = 24;
if (Number(process.versions.node.split(".")[0]) < neededMajor) {
  throw new Error(
    `tests need Node ${neededMajor}, this is ${process.version}: use "npm test" (or "npm test -- PATH"), which takes the pinned Node from node_modules`,
  );
}
cleanEnvironment(process.env);

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  // Vite's cache would land in node_modules; tests need none.
  cacheDir: ".tmp/vite",
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    exclude: ["test/bench/**", "test/fixtures/**"],
    setupFiles: ["test/support/setup-file.ts"],
    // A process per file: addons (better-sqlite3, koffi), signals and leaks stay with the file that made them.
    pool: "forks",
    // Two cores are what the slowest supported machine has; suites start daemons and worker threads of their own.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 10_000,
    // A leftover `.only` would hide every other test.
    allowOnly: false,
    reporters: ["default", createSummaryReporter()],
  },
});
