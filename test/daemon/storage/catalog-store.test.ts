// What is committed is what is read, to the last digit.

import { describe, expect, it } from "vitest";
import {
  digestOf,
  eventRecord,
  firstChange,
  groupRecord,
  lineRecord,
  loadedRecord,
  moveRecord,
  NOON,
  objectRecord,
  sourceRecord,
  versionRecord,
  withTwoVersions,
} from "./catalog-records.ts";
import { describeOnEachEngine } from "./engines.ts";

const moved = { since: NOON + 50n, reason: "moved", actor: "socket:root(0)" };

describeOnEachEngine("the catalog", (engine) => {
  describe("a round trip", () => {
    it("an empty catalog loads as nothing", async () => {
      await using store = await engine.open();
      expect(await store.load()).toEqual({
        sources: [],
        lines: [],
        groups: [],
        versions: [],
        loaded: [],
        policies: [],
        datasets: [],
        papers: [],
        statusCounts: [],
        lastPaperId: 0,
        lastSequence: 0,
        lastEventAt: 0n,
        lastSourceId: 0,
        lastLineId: 0,
        lastVersionId: 0,
      });
    });

    it("every record comes back equal, and again after the file was closed and opened", async () => {
      const line = lineRecord({
        pinned: true,
        nextNumber: 7,
        liveVersionId: 1,
        lastLiveVersionId: 1,
        liveSequence: 2,
        liveSince: NOON,
        liveReason: "captured",
        previousLabel: "v0",
        degraded: "factors missing",
        healthSequence: 3,
        healthSince: NOON + 9n,
      });
      const version = versionRecord({ status: "production" });
      const change = { ...firstChange(), lines: [line], versions: [{ version, description: '{"big":9223372036854775807}' }] };
      const loadedCatalog = {
        sources: [sourceRecord()],
        lines: [line],
        groups: [groupRecord()],
        versions: [version],
        loaded: [loadedRecord()],
        policies: [],
        datasets: [],
        papers: [],
        statusCounts: [{ lineId: 1, status: "production", count: 1 }],
        lastPaperId: 0,
        lastSequence: 3,
        lastEventAt: NOON + 3n,
        lastSourceId: 1,
        lastLineId: 1,
        lastVersionId: 1,
      };
      {
        await using store = await engine.open();
        await store.commit(change);
        expect(await store.load()).toEqual(loadedCatalog);
      }
      await using store = await engine.open();
      expect(await store.load()).toEqual(loadedCatalog);
      expect(await store.descriptionOf(1)).toBe('{"big":9223372036854775807}');
      expect(await store.eventsAfter(0, 10)).toEqual(change.events);
      expect(await store.movesOf(1, 10)).toEqual([{ ...moveRecord(2), hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
      expect(await store.objectsOf([digestOf("f"), digestOf("nothing")])).toEqual([objectRecord("f")]);
    });

    it("a record that is put again replaces the old one in every field", async () => {
      await using store = await engine.open();
      await store.commit(firstChange());
      const source = sourceRecord({
        name: "beta",
        rootPath: "/b",
        rootDevice: null,
        policy: "gated",
        updatedAt: NOON + 7n,
        removedAt: NOON + 8n,
      });
      const line = lineRecord({ policy: "gated", pinned: true, nextNumber: 9, lastLiveVersionId: 1, degraded: "x", healthSince: 4n });
      const group = groupRecord({
        files: [],
        readerVersion: 4,
        contentDigest: "",
        ready: false,
        symbol: "",
        returnName: "",
        featureDim: 0,
        factorCount: 0,
        trainStart: "a",
        trainEnd: null,
        warnings: [],
        changedAt: NOON + 9n,
      });
      const report = loadedRecord({ version: "v2", sha256: "", at: NOON + 70n, sequence: 9 });
      const object = objectRecord("m", { size: 1, pack: "pack-2", offset: 0 });
      await store.commit({ sources: [source], lines: [line], groups: [group], loaded: [report], objects: [object] });
      const catalog = await store.load();
      expect(catalog).toMatchObject({ sources: [source], lines: [line], groups: [group], loaded: [report] });
      expect(await store.objectsOf([digestOf("m")])).toEqual([object]);
    });

    it("of a record that one change puts twice, the last word counts", async () => {
      await using store = await engine.open();
      const once = firstChange();
      await store.commit({
        ...once,
        lines: [lineRecord({ degraded: "first" }), lineRecord({ degraded: "last" })],
        objects: [objectRecord("m"), objectRecord("m", { pack: "pack-2" })],
        statuses: [],
      });
      await store.commit({
        statuses: [
          { versionId: 1, status: "production", ...moved },
          { versionId: 1, status: "archived", ...moved },
        ],
      });
      expect((await store.load()).lines[0]?.degraded).toBe("last");
      expect((await store.objectsOf([digestOf("m")]))[0]?.pack).toBe("pack-2");
      expect((await store.versionById(1))?.status).toBe("archived");
    });

    it("a group that is gone and there in the same change is there", async () => {
      await using store = await engine.open();
      const gone = [
        { sourceId: 1, groupKey: "BTC_ret_60" },
        { sourceId: 1, groupKey: "never was" },
      ];
      await store.commit({ ...firstChange(), goneGroups: gone });
      expect((await store.load()).groups).toHaveLength(1);
      await store.commit({ goneGroups: gone });
      expect((await store.load()).groups).toEqual([]);
    });

    it("lists far beyond the parameters of one statement are written whole", async () => {
      await using store = await engine.open();
      const count = 12_000;
      const objects = Array.from({ length: count }, (_, index) => objectRecord(`object ${index}`));
      const events = Array.from({ length: count }, (_, index) => eventRecord(index + 1));
      await store.commit({ objects, events });
      expect(await store.objectsOf(objects.map((object) => object.sha256))).toHaveLength(count);
      expect(await store.eventsAfter(count - 1, 5)).toEqual(events.slice(-1));
    });

    it("a catalog of several pages loads whole and in order", async () => {
      await using store = await engine.open();
      const ids = Array.from({ length: 1_001 }, (_, index) => index + 1);
      const lines = ids.map((id) => lineRecord({ id, name: `L${id}`, liveVersionId: id, lastLiveVersionId: id }));
      const versions = ids.map((id) => versionRecord({ id, lineId: id, status: "production" }));
      const groups = ids.map((id) => groupRecord({ groupKey: `L${String(id).padStart(5, "0")}`, lineId: id }));
      const loaded = ids.map((id) => loadedRecord({ clientId: id % 2 === 0 ? "even" : "odd", lineId: id }));
      await store.commit({
        sources: [sourceRecord()],
        lines,
        groups,
        loaded,
        versions: versions.map((version) => ({ version, description: "" })),
      });
      const catalog = await store.load();
      expect(catalog.lines).toEqual(lines);
      expect(catalog.versions).toEqual(versions);
      expect(catalog.groups).toEqual(groups);
      expect([catalog.lastLineId, catalog.lastVersionId]).toEqual([1_001, 1_001]);
      expect(catalog.loaded).toEqual(loaded);
    });
  });

  describe("queries", () => {
    it("versions are found by label, id and content, the newest of a content", async () => {
      await using store = await engine.open();
      await store.commit(withTwoVersions());
      const third = versionRecord({ id: 3, label: "v3", number: 3 });
      await store.commit({ versions: [{ version: third, description: "{}" }] });
      expect(await store.versionByLabel(1, "v3")).toEqual(third);
      expect(await store.versionByLabel(2, "v3")).toBeUndefined();
      expect(await store.versionByContent(1, digestOf("content"))).toEqual(third);
      expect((await store.versionByContent(1, digestOf("second")))?.label).toBe("v2");
      expect(await store.versionByContent(1, "")).toBeUndefined();
      expect(await store.versionById(4)).toBeUndefined();
      expect(await store.descriptionOf(4)).toBeUndefined();
    });

    it("pages of versions and moves go from the newest to the oldest without a gap", async () => {
      await using store = await engine.open();
      await store.commit(firstChange());
      const rest = Array.from({ length: 6 }, (_, index) => index + 2);
      await store.commit({
        versions: rest.map((id) => ({ version: versionRecord({ id, label: `v${id}`, number: id, files: [] }), description: "" })),
        events: rest.map((id) => eventRecord(id + 10)),
        moves: rest.map((id) => moveRecord(id + 10, { versionId: id })),
      });
      expect(await store.versionCount(1)).toBe(7);
      expect(await store.moveCount(1)).toBe(7);
      const first = await store.versionsOf(1, 4);
      expect(first.map((version) => version.id)).toEqual([7, 6, 5, 4]);
      expect((await store.versionsOf(1, 4, 4)).map((version) => version.id)).toEqual([3, 2, 1]);
      expect((await store.movesOf(1, 5)).map((move) => `${move.sequence} ${move.label}`)).toEqual([
        "17 v7",
        "16 v6",
        "15 v5",
        "14 v4",
        "13 v3",
      ]);
      expect((await store.movesOf(1, 5, 13)).map((move) => move.sequence)).toEqual([12, 2]);
      expect(await store.versionCount(2)).toBe(0);
      expect(await store.movesOf(2, 5)).toEqual([]);
    });

    it("a closed catalog says so", async () => {
      const store = await engine.open();
      const last = store.commit({ events: [eventRecord(1)] });
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await last;
      await expect(store.commit({})).rejects.toThrow("the catalog is closed");
      await expect(store.versionById(1)).rejects.toThrow("the catalog is closed");
    });
  });
});
