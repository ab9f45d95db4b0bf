// The kernel's queue of events overflows while the thread is blocked, without a word: every file is found all the same, and soon.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BurstMeter } from "../../../daemon/disk/burst-meter.ts";
import { REAL_FS } from "../../../daemon/disk/fs-calls.ts";
import { WatchedSource } from "../../../daemon/disk/watched-source.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";

/** Events that wait to be read; whatever comes on top of them is dropped. */
const QUEUE = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));

interface Source {
  readonly root: string;
  readonly watched: WatchedSource;
  readonly shown: Set<string>;
}

/** Sources of one thread, which is the test's own: while it writes, nobody reads events. No timed listing comes while the test runs. */
async function openSources(base: string, count: number): Promise<readonly Source[]> {
  const sources: Source[] = [];
  const burstMeter = new BurstMeter(() => {
    for (const { watched } of sources) watched.listSoon();
  });
  for (let sourceId = 1; sourceId <= count; sourceId++) {
    const root = join(base, `source${sourceId}`);
    mkdirSync(root);
    const shown = new Set<string>();
    const watched: WatchedSource = new WatchedSource({
      sourceId,
      rootPath: root,
      rootDevice: null,
      known: [],
      settings: { settleMs: 20, rescanMs: 600_000, watch: true },
      fs: REAL_FS,
      burstMeter,
      send: (report) => {
        if (report.kind !== "changed") return;
        for (const group of report.groups) {
          shown.add(group.groupKey);
          watched.dealt({ group, outcome: "done" });
        }
      },
    });
    sources.push({ root, watched, shown });
    await watched.list();
  }
  for (const { root, shown } of sources) {
    writeFileSync(join(root, "first_model.json"), "{}");
    await waitFor("the watch", () => shown.has("first"));
  }
  return sources;
}

test.each([
  ["one source", 1],
  ["six sources, none of which has a burst of its own", 6],
])("files of %s whose events did not fit into the queue are all found", { timeout: 60_000 }, async (_name, count) => {
  await using temp = await openTempDirectory("overflow");
  const sources = await openSources(temp.path, count);
  try {
    // Each file is two events, and the last third of all does not fit.
    const files = Math.ceil((0.75 * QUEUE) / count);
    for (const { root } of sources) for (let n = 0; n < files; n++) writeFileSync(join(root, `g${n}_model.json`), "{}");
    for (const { shown } of sources) await waitFor("every group", () => shown.size === files + 1, { deadlineMs: 30_000 });
  } finally {
    for (const { watched } of sources) await watched.close();
  }
  expect.assertions(0);
});
