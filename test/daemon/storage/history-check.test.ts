// The chain of the history: whatever is changed in any move, or taken out, is found.

import { rename, rm } from "node:fs/promises";
import { expect, it } from "vitest";
import { verifyHistory } from "../../../daemon/app/verify-history.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { openCatalogWriter } from "../../../daemon/storage/catalog-writer.ts";
import { openSqliteConnection, type SqliteConnection } from "../../../daemon/storage/sqlite-connection.ts";
import { createRandom } from "../../support/soak.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { AUDIT_CONTEXT as context, playHistory } from "../app/played-history.ts";
import { SILENT } from "./catalog-records.ts";
import { catalogFile, openQuickStore } from "./open-test-store.ts";

const directory = useTempDirectory("history-check");
/** A catalog with a history of many lines. */
async function play(steps: number): Promise<void> {
  await using store = await openQuickStore(directory());
  const history = await playHistory(store, createRandom(11), 6);
  for (let step = 0; step < steps; step++) await history.step();
}

async function verify() {
  await using store = await openCatalogStore({
    file: catalogFile(directory()),
    ...{ log: SILENT, startWriter: openCatalogWriter },
    // It would see some of what is done here before the history is looked at.
    integrityCheck: false,
  });
  return await verifyHistory({ store }, context);
}

/** What somebody could do who has the file: nothing is checked any more. */
function tamper(work: (connection: SqliteConnection) => void): void {
  using connection = openSqliteConnection({ file: catalogFile(directory()), busyTimeoutMs: 0 });
  connection.all("pragma foreign_keys = off");
  connection.all("pragma ignore_check_constraints = on");
  for (const name of ["move", "event"])
    for (const what of ["updated", "deleted"]) connection.all(`drop trigger if exists ${name}_never_${what}`);
  connection.all("drop trigger if exists version_content_never_updated");
  work(connection);
}

type Row = Readonly<Record<string, string | number>>;

function rowsOf(connection: SqliteConnection): readonly Row[] {
  return connection.all("select * from move order by sequence") as Row[];
}

/** The value with one byte of it changed. */
function withOtherByte(value: string | number, random: () => number): string | number {
  if (typeof value === "number") return value ^ 1 || 1_000_000;
  if (value === "") return "x";
  const at = Math.floor(random() * value.length);
  const code = value.charCodeAt(at);
  return `${value.slice(0, at)}${String.fromCharCode(code === 0x7e ? 0x21 : code + 1)}${value.slice(at + 1)}`;
}

/** A move of another number: the largest value is free. */
function changedValue(column: string, value: string | number, rows: readonly Row[], random: () => number): string | number {
  if (column === "sequence") return Number(rows.at(-1)?.["sequence"]) + 1;
  if (column === "at") return Number(value) + 1;
  return withOtherByte(value, random);
}

it("an untouched history is proven, and its newest hash is told", async () => {
  expect(await verify()).toEqual({ valid: true, moves: 0, hash: "", broken_at: null, detail: "there are no moves yet" });
  await play(60);
  const proof = await verify();
  expect(proof).toMatchObject({ valid: true, broken_at: null, detail: "every move follows from the one before" });
  tamper((connection) => {
    const rows = rowsOf(connection);
    expect(proof).toMatchObject({ moves: rows.length, hash: rows.at(-1)?.["hash"] });
  });
});

it("any change of any column of any move is found, at that move or where it was missed", async () => {
  await play(60);
  const random = createRandom(12);
  const columns: string[] = [];
  tamper((connection) => columns.push(...Object.keys(rowsOf(connection)[0] ?? {})));
  expect(columns).toHaveLength(13);
  for (const column of columns) {
    for (let sample = 0; sample < 3; sample++) {
      let sequence = 0;
      let original: Row = {};
      tamper((connection) => {
        const rows = rowsOf(connection);
        original = rows[Math.floor(random() * rows.length)] ?? {};
        sequence = Number(original["sequence"]);
        connection.all(
          `update move set ${column} = ? where sequence = ?`,
          changedValue(column, original[column] ?? "", rows, random),
          sequence,
        );
      });
      const proof = await verify();
      expect(proof.valid, `${column} of move ${sequence}`).toBe(false);
      // A move that is taken out of its place is missed by the next one.
      expect(Number(proof.broken_at), `${column} of move ${sequence}`).toBeGreaterThanOrEqual(sequence);
      if (column !== "sequence") expect(proof.broken_at, `${column} of move ${sequence}`).toBe(sequence);
      tamper((connection) => {
        const where = column === "sequence" ? Number(rowsOf(connection).at(-1)?.["sequence"]) : sequence;
        connection.all(`update move set ${column} = ? where sequence = ?`, original[column], where);
      });
    }
  }
  expect(await verify()).toMatchObject({ valid: true });
});

it("a move that is taken out is found, wherever it was, and so is one that is put in", async () => {
  await play(40);
  let rows: readonly Row[] = [];
  tamper((connection) => (rows = rowsOf(connection)));
  const put = (row: Row) =>
    tamper((connection) =>
      connection.all(
        `insert into move values (${Object.keys(row)
          .map(() => "?")
          .join(",")})`,
        ...Object.values(row),
      ),
    );
  for (const at of [0, 1, Math.floor(rows.length / 2), rows.length - 2, rows.length - 1]) {
    const row = rows[at] ?? {};
    tamper((connection) => connection.all("delete from move where sequence = ?", row["sequence"]));
    const proof = await verify();
    expect(proof.valid, `move ${at} of ${rows.length}`).toBe(false);
    put(row);
  }
  expect(await verify()).toMatchObject({ valid: true });
  for (const sequence of [-1, 1_000_000]) {
    put({ ...rows[3], sequence });
    expect(await verify()).toMatchObject({ valid: false, broken_at: sequence });
    tamper((connection) => connection.all("delete from move where sequence = ?", sequence));
  }
});

it("what the moves lean on is compared: events, labels, contents, the names of lines, and where each version stands", async () => {
  await play(40);
  const changes = [
    ["update event set reason = reason || '!' where sequence = (select max(sequence) from move)", /its event says something else/],
    ["update event set at = at + 1 where sequence = (select min(sequence) from move)", /its event says something else/],
    ["delete from event where sequence = (select sequence from move limit 1 offset 4)", /its event is not there/],
    ["update version set label = 'v99' where id = 1", /says something else|does not follow/],
    ["update version set content_digest = 'x' where id = 1", /does not follow/],
    ["update line set name = 'other' where id = 1", /says something else/],
    [
      "update version set status = 'failed' where id = (select id from version where status = 'staged' limit 1)",
      /is failed, but its last move/,
    ],
  ] as const;
  for (const [statement, detail] of changes) {
    tamper((connection) => {
      connection.all("vacuum into ?", `${catalogFile(directory())}.kept`);
      connection.all(statement);
    });
    const proof = await verify();
    expect(proof.valid, statement).toBe(false);
    expect(proof.detail, statement).toMatch(detail);
    await restore();
  }
  expect(await verify()).toMatchObject({ valid: true });
});

it("moves from before the chain are covered by the first that has a hash", async () => {
  await play(20);
  let covered = 0;
  tamper((connection) => {
    const rows = rowsOf(connection);
    covered = Number(rows[9]?.["sequence"]);
    connection.all("update move set hash = '' where sequence <= ?", covered);
  });
  expect(await verify()).toMatchObject({ valid: true });
  tamper((connection) =>
    connection.all("update move set gates = gates || ' ' where sequence = ?", Number(rowsOf(connection)[2]?.["sequence"])),
  );
  const proof = await verify();
  expect(proof).toMatchObject({ valid: false });
  expect(proof.detail).toContain("one of the 10 moves before it, which have no hash of their own");
  expect(Number(proof.broken_at)).toBeGreaterThan(covered);
  tamper((connection) => connection.all("update move set hash = ''"));
  expect((await verify()).detail).toMatch(/^none of the \d+ moves has a hash of its own yet/);
});

async function restore(): Promise<void> {
  const file = catalogFile(directory());
  for (const suffix of ["-wal", "-shm"]) await rm(`${file}${suffix}`, { force: true });
  await rename(`${file}.kept`, file);
}
