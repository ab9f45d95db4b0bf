// The clock that tests set: it stands where its file says.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { formatMicros } from "../../../shared/lib/clock.ts";
import { createTestClock } from "../../../daemon/ops/test-clock.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("test-clock");
const system = { nowMicros: () => 7n, monotonicMs: () => 3 };

afterEach(() => {
  delete process.env["MODEL_MANAGER_TEST_CLOCK"];
});

it("is the system's without the variable", () => {
  expect(createTestClock(system)).toBe(system);
});

it("stands at the file's time until the file says another, and monotonic time goes on", async () => {
  const file = join(folder(), "now");
  process.env["MODEL_MANAGER_TEST_CLOCK"] = file;
  await writeFile(file, "2026-01-05T09:30:00Z\n");
  const clock = createTestClock(system);
  expect([clock.nowMicros(), clock.nowMicros()].map(formatMicros)).toEqual(["2026-01-05T09:30:00.000000Z", "2026-01-05T09:30:00.000000Z"]);
  await writeFile(file, "2026-01-06T09:30:00.250+00:00");
  expect(formatMicros(clock.nowMicros())).toBe("2026-01-06T09:30:00.250000Z");
  expect(clock.monotonicMs()).toBe(3);
  await writeFile(file, "soon");
  expect(() => clock.nowMicros()).toThrow(`"soon" is no time`);
});
