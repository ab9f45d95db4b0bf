// A clock that a test sets: hours of paper trading pass in no time. In test builds only, as the failpoints are.

import { readFileSync } from "node:fs";
import type { Clock } from "../../shared/lib/clock.ts";

/** The variable that names the file. */
const VARIABLE = "MODEL_MANAGER_TEST_CLOCK";

/**
 * A wall clock that stands at the time which the file named by MODEL_MANAGER_TEST_CLOCK holds (RFC 3339, up to milliseconds), until the file says
 * another; the system's without the variable. Its monotonic time is always the system's: deadlines go on. Throws when the file holds no time: a test
 * that tests nothing is worse than none.
 */
export function createTestClock(system: Clock): Clock {
  const file = process.env[VARIABLE] ?? "";
  if (file === "") return system;
  return {
    nowMicros() {
      const text = readFileSync(file, "utf8").trim();
      const ms = Date.parse(text);
      if (Number.isNaN(ms)) throw new Error(`${VARIABLE}: ${JSON.stringify(text)} is no time`);
      return BigInt(ms) * 1000n;
    },
    monotonicMs: () => system.monotonicMs(),
  };
}
