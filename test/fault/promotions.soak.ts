// A thousand promotions of one line while 32 clients read it by gRPC: no mixed, failed or stale answer.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type ReadyLine } from "../support/daemon-process.ts";
import { withClient, WORK_LINE, WORK_POLICY } from "../support/lifecycle-work.ts";
import { openModelClient } from "../support/model-client.ts";
import { soakCount } from "../support/soak.ts";
import { openTempDirectory } from "../support/temp-dir.ts";
import { modelDocument } from "../support/training.ts";

const PROMOTIONS = soakCount(1_000);
const READERS = 32;
const VERSIONS = 10;

/** What readers have seen, and the newest promotion that was acknowledged. */
interface Reading {
  acknowledged: number;
  reads: number;
  readonly faults: string[];
}

/** Reads until the signal aborts. A read that begins after an acknowledgement must show that promotion or a later one. */
async function read(ready: ReadyLine, reading: Reading, signal: AbortSignal): Promise<void> {
  const models = openModelClient(ready.grpc);
  const [model_name, group_key] = WORK_LINE.split("/");
  while (!signal.aborted) {
    const acknowledged = reading.acknowledged;
    const { payload, message } = await models.getModel({ model_name, group_key, symbol: group_key });
    reading.reads++;
    if (payload === null) reading.faults.push(`failed: ${message}`);
    else {
      const stamp = /"stamp":"(\d+)"/.exec(payload.model_json)?.[1];
      const { version, activation, status } = payload.metadata;
      if (version !== `v${stamp}` || status !== "production")
        reading.faults.push(`mixed: ${version} ${status} with the document of v${stamp}`);
      if (Number(activation) < acknowledged) reading.faults.push(`stale: ${version} of ${activation} after ${acknowledged}`);
    }
  }
  models.close();
}

test(`${PROMOTIONS} promotions under ${READERS} reading clients: no mixed, failed or stale-after-acknowledgement read`, async () => {
  buildBundle();
  await using temporary = await openTempDirectory("promotions");
  const folder = join(temporary.path, "files");
  await mkdir(folder);
  const state = { stateDir: join(temporary.path, "state"), socketPath: join(temporary.path, "d.sock"), isBundled: true };
  await using daemon = await startDaemon(state);
  const reading: Reading = { acknowledged: 0, reads: 0, faults: [] };
  const stop = new AbortController();
  await withClient(daemon.ready, async (client) => {
    await client.call("policy.set", { target: "strategy", policy: WORK_POLICY });
    for (let number = 1; number <= VERSIONS; number++) {
      const path = join(folder, `v${number}.json`);
      await writeFile(path, modelDocument({ stamp: number, symbol: "S" }));
      await client.call("registry.register", { line: WORK_LINE, version: `v${number}`, path, metrics: '{"ic": 0.05, "sharpe": 1.2}' });
    }
    reading.acknowledged = (await client.call("line.promote", { line: WORK_LINE, version: "v1" })).sequence;
    const readers = Promise.all(Array.from({ length: READERS }, () => read(daemon.ready, reading, stop.signal)));
    for (let done = 1; done < PROMOTIONS; done++) {
      const version = `v${(done % VERSIONS) + 1}`;
      const { sequence, previous_version } = await client.call("line.promote", { line: WORK_LINE, version });
      reading.acknowledged = sequence;
      await client.call("version.restage", { line: WORK_LINE, version: previous_version });
    }
    stop.abort();
    await readers;
    const { items } = await client.call("line.history", { line: WORK_LINE, limit: 1 });
    expect(items).toHaveLength(1);
    expect(await client.call("history.verify", {})).toMatchObject({ valid: true });
  });
  process.stderr.write(`${PROMOTIONS} promotions, ${reading.reads} reads\n`);
  expect(reading.faults.slice(0, 10)).toEqual([]);
  expect(reading.reads).toBeGreaterThan(PROMOTIONS);
  expect(await daemon.stop()).toBe(0);
});
