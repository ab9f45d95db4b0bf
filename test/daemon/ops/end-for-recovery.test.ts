// The end of the process after a disk that does not keep what is written: one fatal line, out before the end, and a code of its own.

import { join } from "node:path";
import { expect, test } from "vitest";
import { createEndForRecovery } from "../../../daemon/ops/end-for-recovery.ts";
import { createLogger } from "../../../daemon/ops/logger.ts";
import { copyFixture } from "../../support/alpha.ts";
import { spawnDaemon, startDaemon, type DaemonOptions } from "../../support/daemon-process.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const temporary = useTempDirectory("recovery");

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

test.each([
  ["of the catalog", "transaction.after_commit=error:SQLITE_IOERR_FSYNC@2"],
  ["of model files", "pack.after_rename=error:EIO@1"],
])("a failed fsync %s ends the daemon with 74, and the next start has everything", { timeout: 60_000 }, async (_what, failpoint) => {
  const options: DaemonOptions = {
    stateDir: join(temporary(), "state"),
    socketPath: join(temporary(), "d.sock"),
    register: [await copyFixture("alpha", temporary())],
  };
  await using failing = spawnDaemon({ ...options, env: { MODEL_MANAGER_FAILPOINTS: failpoint } });
  expect(await failing.ended).toBe(74);
  expect(failing.log().match(/"level":"fatal"/g)).toHaveLength(1);
  await using again = await startDaemon(options);
  expect(again.log()).not.toContain('"level":"error"');
  expect(await again.stop()).toBe(0);
});
