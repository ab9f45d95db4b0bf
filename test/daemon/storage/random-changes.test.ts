// Whatever is committed, the store does the same as the rules in plain maps, and still says so after it was opened again.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { CatalogChange, CatalogStore, MoveRecord } from "../../../daemon/app/ports.ts";
import { POLICIES, STATUSES } from "../../../shared/domain/lifecycle.ts";
import {
  digestOf,
  eventRecord,
  groupRecord,
  lineRecord,
  loadedRecord,
  moveRecord,
  objectRecord,
  sourceRecord,
  versionRecord,
} from "./catalog-records.ts";
import { describeOnEachEngine } from "./engines.ts";
import { changed, emptyCatalog, loadedFrom, type MemoryCatalog } from "./memory-catalog.ts";

/** Few keys, so that changes meet each other. */
const few = (most: number) => fc.integer({ min: 1, max: most });
const key = fc.constantFrom("a", "b", "ü");
const text = fc.string({ unit: "binary", maxLength: 6 });
const time = fc.bigInt({ min: 0n, max: 2n ** 53n - 1n });
const size = fc.maxSafeNat();
const maybeVersion = fc.option(few(8), { freq: 1 });

const source = fc
  .record({ id: few(3), name: key, rootPath: text, policy: fc.constantFrom(...POLICIES), removedAt: fc.option(time) })
  .map(sourceRecord);
const line = fc
  .record({
    id: few(3),
    name: key,
    pinned: fc.boolean(),
    liveVersionId: maybeVersion,
    lastLiveVersionId: maybeVersion,
    liveSince: time,
    degraded: text,
  })
  .map((changes) => lineRecord({ ...changes, name: `${changes.name}${changes.id}` }));
const group = fc
  .record({
    sourceId: few(3),
    groupKey: key,
    lineId: few(3),
    ready: fc.boolean(),
    symbol: text,
    warnings: fc.array(text, { maxLength: 2 }),
    changedAt: time,
  })
  .map(groupRecord);
const status = fc.constantFrom(...STATUSES);
const file = fc.record({ kind: fc.constantFrom("model_json" as const, "golden" as const), path: text, size, mtimeNs: text, sha256: text });
const version = fc.record({
  version: fc
    .record({
      id: few(8),
      lineId: few(3),
      number: few(8),
      status,
      servedBytes: size,
      trainStart: fc.option(text),
      files: fc.array(file, { maxLength: 2 }),
    })
    .map((changes) => versionRecord({ ...changes, label: `v${changes.number}` })),
  description: text,
});
const statusChange = fc.record({ versionId: few(8), status, since: time, reason: text, actor: text });
const event = fc.record({ sequence: few(40), at: time, reason: text }).map(({ sequence, ...changes }) => eventRecord(sequence, changes));
const move = fc
  .record({ sequence: few(40), lineId: few(3), versionId: few(8), to: status })
  .map(({ sequence, ...changes }) => moveRecord(sequence, changes));
const object = fc.record({ word: key, size, offset: size }).map(({ word, ...changes }) => objectRecord(word, changes));
const loaded = fc.record({ clientId: key, lineId: few(3), version: text, at: time }).map(loadedRecord);
const gone = fc.record({ sourceId: few(3), groupKey: key });

const rarely = <T>(item: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: fc.array(item, { maxLength: 2 }) });

/** A catalog to begin with, so that most changes find what they name. */
const begin: CatalogChange = {
  sources: [1, 2, 3].map((id) => sourceRecord({ id, name: `s${id}` })),
  lines: [1, 2, 3].map((id) => lineRecord({ id, name: `l${id}` })),
  versions: [1, 2, 3, 4].map((id) => ({
    version: versionRecord({ id, lineId: Math.ceil(id / 2), label: `v${id}`, number: id, status: id === 1 ? "production" : "staged" }),
    description: "{}",
  })),
  events: [eventRecord(1), eventRecord(2)],
};
const change: fc.Arbitrary<CatalogChange> = fc.record({
  sources: rarely(source),
  lines: rarely(line),
  groups: rarely(group),
  goneGroups: rarely(gone),
  objects: rarely(object),
  goneObjects: rarely(key.map(digestOf)),
  versions: rarely(version),
  statuses: rarely(statusChange),
  moves: rarely(move),
  events: rarely(event),
  loaded: rarely(loaded),
});

async function expectSame(store: CatalogStore, model: MemoryCatalog): Promise<void> {
  expect(await store.load()).toEqual(loadedFrom(model));
  const events = [...model.events.values()].sort((a, b) => a.sequence - b.sequence);
  expect(await store.eventsAfter(0, 100)).toEqual(events);
  const objects = await store.objectsOf([...model.objects.keys()]);
  expect(new Map(objects.map((item) => [item.sha256, item]))).toEqual(model.objects);
  for (const lineId of model.lines.keys()) {
    const versions = [...model.versions.values()].filter((item) => item.lineId === lineId).sort((a, b) => b.id - a.id);
    expect(await store.versionsOf(lineId, 100)).toEqual(versions);
    const moves = [...model.moves.values()].filter((item) => item.lineId === lineId).sort((a, b) => b.sequence - a.sequence);
    expect((await store.movesOf(lineId, 100)).map(({ hash: _hash, ...rest }) => rest)).toEqual(moves.map((item) => named(item, model)));
  }
  for (const [id, description] of model.descriptions) expect(await store.descriptionOf(id)).toBe(description);
}

/** A move as it is read: with the names that its line and its version have now. */
function named(item: MoveRecord, model: MemoryCatalog): MoveRecord {
  const itsLine = model.lines.get(item.lineId);
  const moved = model.versions.get(item.versionId);
  return {
    ...item,
    line: `${itsLine?.namespace}/${itsLine?.name}`,
    label: moved?.label ?? "",
    contentDigest: moved?.contentDigest ?? "",
  };
}

describeOnEachEngine("random changes", (engine) => {
  it("any row of changes leaves what the rules say, before and after a restart", { timeout: 120_000 }, async () => {
    // A database takes longer to make than a file.
    const numRuns = engine.name === "sqlite" ? 30 : 10;
    const outcomes = { taken: 0, refused: 0 };
    const property = fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: 12 }), async (changes) => {
      await engine.renew();
      let model = changed(emptyCatalog(), begin) ?? emptyCatalog();
      {
        await using store = await engine.openQuick();
        await store.commit(begin);
        for (const item of changes) {
          const next = changed(model, item);
          const failure = await store.commit(item).then(
            () => undefined,
            (error: unknown) => error,
          );
          expect({ refused: failure !== undefined, change: item, failure }).toMatchObject({ refused: next === undefined });
          outcomes[next === undefined ? "refused" : "taken"]++;
          model = next ?? model;
        }
        await expectSame(store, model);
      }
      await using store = await engine.openQuick();
      await expectSame(store, model);
    });
    await fc.assert(property, { numRuns, seed: 20_260_105 });
    // The seed is fixed, so these say that the changes are neither all wrong nor all harmless.
    expect(outcomes.taken).toBeGreaterThan(numRuns);
    expect(outcomes.refused).toBeGreaterThan(numRuns);
  });
});
