// The test run of `npm run test:soak`: fault suites that repeat random faults, one at a time, at SOAK_SCALE of their full counts.

import { mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

const soak = mergeConfig(base, {
  test: {
    fileParallelism: false,
    // A guard against hanging, not a measure: each suite has its own deadlines.
    testTimeout: 45 * 60_000,
    hookTimeout: 120_000,
  },
});
// mergeConfig joins lists; here only the soak files shall run.
soak.test = { ...soak.test, include: ["test/fault/**/*.soak.ts"] };

export default soak;
