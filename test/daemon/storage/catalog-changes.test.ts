// A change is taken whole or not at all, and a line never has two production versions.

import { describe, expect, it } from "vitest";
import {
  digestOf,
  eventRecord,
  firstChange,
  groupRecord,
  lineRecord,
  moveRecord,
  NOON,
  objectRecord,
  sourceRecord,
  versionRecord,
  withTwoVersions,
} from "./catalog-records.ts";
import { describeOnEachEngine } from "./engines.ts";

const moved = { since: NOON + 50n, reason: "moved", actor: "socket:root(0)" };

describeOnEachEngine("changes", (engine) => {
  describe("one production version per line", () => {
    it("production is handed over in one change, whatever the order of its entries", async () => {
      await using store = await engine.open();
      await store.commit(withTwoVersions());
      await store.commit({
        statuses: [
          { versionId: 1, status: "production", ...moved },
          { versionId: 2, status: "archived", ...moved },
        ],
      });
      expect(await store.versionById(1)).toMatchObject({
        status: "production",
        statusSince: NOON + 50n,
        statusReason: "moved",
        statusActor: "socket:root(0)",
      });
      expect(await store.versionById(2)).toMatchObject({ status: "archived" });
    });

    it("a new production version takes over from one that leaves in the same change", async () => {
      await using store = await engine.open();
      await store.commit(withTwoVersions());
      const version = versionRecord({ id: 3, label: "v3", number: 3, status: "production" });
      await store.commit({ versions: [{ version, description: "{}" }], statuses: [{ versionId: 2, status: "archived", ...moved }] });
      expect((await store.versionsOf(1, 10)).map(({ label, status }) => `${label} ${status}`)).toEqual([
        "v3 production",
        "v2 archived",
        "v1 staged",
      ]);
    });

    it("a second production version is refused, by a move and by a capture", async () => {
      await using store = await engine.open();
      await store.commit(withTwoVersions());
      const byMove = store.commit({ statuses: [{ versionId: 1, status: "production", ...moved }] });
      await expect(byMove).rejects.toMatchObject({ name: "StorageFault", kind: "constraint" });
      const version = versionRecord({ id: 3, label: "v3", number: 3, status: "production" });
      await expect(store.commit({ versions: [{ version, description: "{}" }] })).rejects.toMatchObject({ kind: "constraint" });
      expect((await store.versionsOf(1, 10)).map((item) => item.status)).toEqual(["production", "staged"]);
    });
  });

  describe("a change that fails", () => {
    const broken = {
      "an event number is taken": { events: [eventRecord(4), eventRecord(3)] },
      "a label is taken": { versions: [{ version: versionRecord({ id: 5, number: 5 }), description: "{}" }] },
      "a number is taken": { versions: [{ version: versionRecord({ id: 5, label: "v5" }), description: "{}" }] },
      "the line is unknown": { versions: [{ version: versionRecord({ id: 5, lineId: 9 }), description: "{}" }] },
      "the live version belongs to another line": { lines: [lineRecord({ id: 2, name: "other", liveVersionId: 1 })] },
      "a source's name is taken": { sources: [sourceRecord({ id: 2 })] },
      "a line's name is taken": { lines: [lineRecord({ id: 2 })] },
      "a moved version is unknown": { statuses: [{ versionId: 77, status: "archived" as const, ...moved }] },
      "a move has no event": { moves: [moveRecord(99)] },
      "a time is out of range": { events: [eventRecord(9, { at: 2n ** 60n })] },
    };
    for (const [reason, part] of Object.entries(broken)) {
      it(`leaves nothing behind when ${reason}`, async () => {
        await using store = await engine.open();
        await store.commit(firstChange());
        const before = await store.load();
        const change = { groups: [groupRecord({ groupKey: "new" })], objects: [objectRecord("new")], ...part };
        const failure = await store.commit(change).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(Error);
        expect(failure).toMatchObject({ name: "StorageFault" });
        expect(await store.load()).toEqual(before);
        expect(await store.objectsOf([digestOf("new")])).toEqual([]);
        expect(await store.versionCount(1)).toBe(1);
      });
    }

    it("keeps the database's own error as its cause", async () => {
      await using store = await engine.open();
      await store.commit(firstChange());
      const failure = await store.commit({ events: [eventRecord(1)] }).catch((error: unknown) => error);
      const own = {
        sqlite: { code: "SQLITE_CONSTRAINT_PRIMARYKEY", cause: { message: expect.stringContaining("event.sequence") } },
        postgres: { code: "23505", cause: { message: expect.stringContaining("event_pkey") } },
      };
      expect(failure).toMatchObject({ kind: "constraint", ...own[engine.name] });
    });

    it("does not hold up the changes before and after it", async () => {
      await using store = await engine.open();
      const outcomes = await Promise.allSettled([
        store.commit({ events: [eventRecord(1)] }),
        store.commit({ events: [eventRecord(1)] }),
        store.commit({ events: [eventRecord(2)] }),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await store.eventsAfter(0, 9)).map((event) => event.sequence)).toEqual([1, 2]);
    });
  });
});
