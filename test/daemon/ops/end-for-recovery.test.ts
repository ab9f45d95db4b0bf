// The end of the process after a disk that does not keep what is written: one fatal line, out before the end, and a code of its own.

import { expect, test } from "vitest";
import { createEndForRecovery } from "../../../daemon/ops/end-for-recovery.ts";
import { createLogger } from "../../../daemon/ops/logger.ts";

test("one fatal line with the cause is written before the process ends with 74", () => {
  const said: string[] = [];
  const log = createLogger({
    level: "error",
    clock: { nowMicros: () => 0n, monotonicMs: () => 0 },
    destination: { write: (line) => void said.push(line), flush: () => void said.push("flushed") },
    isJournal: true,
  });
  createEndForRecovery(log, (code) => void said.push(`exit ${code}`))(new Error("fsync failed", { cause: new Error("EIO") }));
  expect(said).toHaveLength(3);
  expect(said[0]).toMatch(/^<2>\{"level":"fatal".*fsync failed.*EIO.*"exit_code":74,"msg":"what was written may not be on the disk/);
  expect(said.slice(1)).toEqual(["flushed", "exit 74"]);
});
