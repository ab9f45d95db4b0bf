// A program that commits for ever and says each sequence number only once it is acknowledged: `node commit-loop.ts DIRECTORY`.

import { once } from "node:events";
import { openTestStore } from "./open-test-store.ts";
import {
  digestOf,
  eventRecord,
  groupRecord,
  lineRecord,
  moveRecord,
  objectRecord,
  sourceRecord,
  versionRecord,
} from "./catalog-records.ts";

const [directory = ""] = process.argv.slice(2);
await using store = await openTestStore(directory);
const catalog = await store.load();
let sequence = catalog.lastSequence;
let versionId = catalog.lastVersionId;
if (catalog.sources.length === 0) await store.commit({ sources: [sourceRecord()], lines: [lineRecord()] });
for (;;) {
  const previous = versionId++;
  const [captured, replaced, live] = [++sequence, ++sequence, ++sequence];
  const version = versionRecord({
    id: versionId,
    label: `v${versionId}`,
    number: versionId,
    status: "production",
    contentDigest: digestOf(`${versionId}`),
  });
  const statuses =
    previous === 0 ? [] : [{ versionId: previous, status: "archived" as const, since: BigInt(replaced), reason: "", actor: "" }];
  await store.commit({
    lines: [lineRecord({ nextNumber: versionId + 1, liveVersionId: versionId, lastLiveVersionId: versionId, liveSequence: live })],
    groups: [groupRecord({ contentDigest: version.contentDigest })],
    objects: [objectRecord(`${versionId}`)],
    versions: [{ version, description: "x".repeat(20_000) }],
    statuses,
    events: [captured, replaced, live].map((number) => eventRecord(number)),
    moves: [moveRecord(live, { versionId, to: "production" })],
  });
  if (!process.stdout.write(`${live}\n`)) await once(process.stdout, "drain");
}
