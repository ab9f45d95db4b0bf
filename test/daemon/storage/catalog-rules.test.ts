// Rules that the database keeps by itself: history stays, versions don't change, states are the known ones.

import { beforeEach, describe, expect, it } from "vitest";
import { EVENT_KINDS } from "../../../shared/contract/events.ts";
import { ARTIFACT_KINDS, DERIVED_KINDS } from "../../../shared/domain/artifact-kinds.ts";
import { GOLDEN_STATES } from "../../../shared/domain/description.ts";
import { MOVE_ACTIONS, POLICIES, STATUSES } from "../../../shared/domain/lifecycle.ts";
import { eventRecord, firstChange, lineRecord, moveRecord, sourceRecord, versionRecord } from "./catalog-records.ts";
import { describeOnEachEngine } from "./engines.ts";

describeOnEachEngine("rules of the database", (engine) => {
  beforeEach(async () => {
    await using store = await engine.open();
    await store.commit(firstChange());
  });

  describe("what happened stays", () => {
    const forbidden = [
      ["delete from event", "an event is never deleted"],
      ["update event set reason = 'other'", "an event is never changed"],
      ["delete from move", "history is never deleted"],
      ["update move set actor = 'nobody'", "history is never changed"],
      ["delete from version", "a version is never deleted"],
      ["update version set content_digest = ''", "a version is never changed, except for its status"],
      ["update version set label = 'v9'", "a version is never changed, except for its status"],
      ["delete from version_file", "a file of a version is never deleted"],
      ["update version_file set sha256 = ''", "a file of a version is never changed"],
      ["delete from version_description", "the description of a version is never deleted"],
      ["update version_description set body = ''", "the description of a version is never changed"],
      ["delete from line", "a line is never deleted"],
      ["delete from source", "a source is never deleted"],
    ] as const;
    for (const [statement, message] of forbidden) {
      it(`refuses: ${statement}`, async () => {
        await expect(engine.run(statement)).rejects.toThrow(message);
      });
    }

    it("a row that is put in the place of another is refused", async () => {
      const replacing = {
        sqlite: "insert or replace into event select * from event",
        postgres: "insert into event select * from event on conflict (sequence) do update set reason = 'other'",
      };
      await expect(engine.run(replacing[engine.name])).rejects.toThrow(/an event is never (?:deleted|changed)/);
    });

    it("a table that is emptied at once is refused", async () => {
      const emptying = { sqlite: ["delete from move"], postgres: ["truncate move", "truncate source cascade"] };
      for (const statement of emptying[engine.name]) await expect(engine.run(statement)).rejects.toThrow("is never deleted");
    });

    it("a version's status may change", async () => {
      await engine.run("update version set status = 'failed', status_since = 1, status_reason = '', status_actor = ''");
      await using store = await engine.open();
      expect(await store.versionById(1)).toMatchObject({ status: "failed", statusSince: 1n });
    });
  });

  describe("states", () => {
    const MOVE = "sequence, at, line_id, version_id, action, from_status, to_status, reason, actor";
    const wrong = [
      ["update source set policy = 'other'", "source_policy"],
      ["update line set policy = 'other'", "line_policy"],
      ["update line set pinned = 2", "line_pinned"],
      ["update version set status = 'live'", "version_status"],
      ["update version set golden = 'maybe'", "version_golden"],
      ["update disk_group set ready = -1", "disk_group_ready"],
      [
        "insert into event select 9, at, 'other', source, group_key, version, previous_version, reason, actor from event limit 1",
        "event_kind",
      ],
      [
        "insert into event select 0, at, kind, source, group_key, version, previous_version, reason, actor from event limit 1",
        "event_sequence",
      ],
      [
        `insert into move (${MOVE}) select 1, at, line_id, version_id, 'other', from_status, to_status, reason, actor from move`,
        "move_action",
      ],
      [`insert into move (${MOVE}) select 1, at, line_id, version_id, action, 'other', to_status, reason, actor from move`, "move_from"],
      [`insert into move (${MOVE}) select 1, at, line_id, version_id, action, from_status, 'none', reason, actor from move`, "move_to"],
      [
        "insert into version_file select version_id, 9, 'manifest', path, size, mtime_ns, sha256 from version_file limit 1",
        "version_file_kind",
      ],
      [
        "insert into version_file select version_id, 9, kind, path, 'many', mtime_ns, sha256 from version_file limit 1",
        engine.name === "sqlite" ? "cannot store TEXT value" : 'invalid input syntax for type bigint: "many"',
      ],
    ] as const;
    for (const [statement, name] of wrong) {
      it(`refuses: ${statement.slice(0, 60)}… (${name})`, async () => {
        await expect(engine.run(statement)).rejects.toThrow(name);
      });
    }

    it("the database knows every word that the domain knows", async () => {
      await using store = await engine.open();
      const events = EVENT_KINDS.map((kind, index) => eventRecord(100 + index, { kind }));
      await store.commit({ events });
      const moves = MOVE_ACTIONS.map((action, index) =>
        moveRecord(100 + index, { action, from: STATUSES[index % 4] ?? "none", to: STATUSES[index % 4] ?? "staged" }),
      );
      await store.commit({ moves });
      const files = [...ARTIFACT_KINDS, "golden" as const, "series" as const].map((kind) => ({
        kind,
        path: kind,
        size: 1,
        mtimeNs: "1",
        sha256: "",
      }));
      const derived = DERIVED_KINDS.map((kind) => ({ kind, size: 1, sha256: "" }));
      const versions = STATUSES.map((status, index) =>
        versionRecord({
          ...{ id: 10 + index, label: `s${index}`, number: 10 + index, status, files, derived },
          golden: GOLDEN_STATES[index % GOLDEN_STATES.length] ?? "absent",
        }),
      );
      await store.commit({ versions: versions.map((version) => ({ version, description: "{}" })) });
      await store.commit({
        sources: POLICIES.map((policy, index) => sourceRecord({ id: 10 + index, name: policy, policy })),
        lines: POLICIES.map((policy, index) => lineRecord({ id: 10 + index, namespace: policy, policy })),
      });
      expect(await store.eventsAfter(99, 100)).toEqual(events);
      expect((await store.movesOf(1, 100)).filter((move) => move.sequence >= 100)).toHaveLength(MOVE_ACTIONS.length);
      expect(await store.versionById(10)).toEqual(versions[0]);
    });
  });
});
