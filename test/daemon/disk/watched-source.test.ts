// One source, on real files, with a file system that refuses when the test says so.

import { rmSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ObservedGroup } from "../../../daemon/app/ports.ts";
import { BurstMeter } from "../../../daemon/disk/burst-meter.ts";
import { REAL_FS, type FsCalls } from "../../../daemon/disk/fs-calls.ts";
import type { Report } from "../../../daemon/disk/observer-messages.ts";
import { WatchedSource } from "../../../daemon/disk/watched-source.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { SETTLE_MS, write } from "./disk-fixture.ts";

class RefusingFs implements FsCalls {
  /** Path fragments that are refused, with the error's code. */
  readonly refused = new Map<string, string>();

  entries(path: string) {
    return this.#allowed(path, () => REAL_FS.entries(path));
  }

  rawEntries(path: string) {
    return this.#allowed(path, () => REAL_FS.rawEntries(path));
  }

  isEmpty(path: string) {
    return this.#allowed(path, () => REAL_FS.isEmpty(path));
  }

  stat(path: string) {
    return this.#allowed(path, () => REAL_FS.stat(path));
  }

  roundedStat(path: string) {
    return this.#allowed(path, () => REAL_FS.roundedStat(path));
  }

  fileSystemType(path: string) {
    return this.#allowed(path, () => REAL_FS.fileSystemType(path));
  }

  #allowed<T>(path: string, call: () => T): T {
    for (const [fragment, code] of this.refused) if (path.includes(fragment)) throw Object.assign(new Error(`${code}: ${path}`), { code });
    return call();
  }
}

interface Opened extends AsyncDisposable {
  readonly source: WatchedSource;
  readonly fs: RefusingFs;
  readonly reports: Report[];
  shown(): readonly ObservedGroup[];
  gone(): readonly string[];
  degraded(): string;
}

async function open(
  root: string,
  watch: boolean,
  fs = new RefusingFs(),
  times = { settleMs: SETTLE_MS, rescanMs: 60_000 },
): Promise<Opened> {
  const reports: Report[] = [];
  const source: WatchedSource = new WatchedSource({
    sourceId: 1,
    rootPath: root,
    rootDevice: null,
    known: [],
    settings: { ...times, watch },
    fs,
    burstMeter: new BurstMeter(() => undefined),
    send: (report) => {
      reports.push(report);
      if (report.kind === "changed") for (const group of report.groups) source.dealt({ group, outcome: "done" });
    },
  });
  await source.list();
  return {
    source,
    fs,
    reports,
    shown: () => reports.flatMap((report) => (report.kind === "changed" ? report.groups : [])),
    gone: () => reports.flatMap((report) => (report.kind === "gone" ? report.groupKeys : [])),
    degraded: () => reports.flatMap((report) => (report.kind === "condition" ? [report.condition.degraded] : [])).at(-1) ?? "",
    [Symbol.asyncDispose]: () => source.close(),
  };
}

test("the groups of a folder that cannot be read stay as they were, and the others go on", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  write(root.path, "locked/B_model.json");
  write(root.path, "locked/C_model.json");
  write(root.path, "locked/in/D_model.json");
  write(root.path, "C_ic.csv");
  await using opened = await open(root.path, false);
  await waitFor("all groups", () => opened.shown().length === 4);
  opened.fs.refused.set("/locked", "EACCES");
  rmSync(join(root.path, "locked/B_model.json"));
  write(root.path, "A_model.json", "changed");
  expect(await opened.source.rescan(undefined)).toEqual({ groups: 4, changed: 1 });
  expect(opened.degraded()).toBe("folder locked cannot be read: permission denied; its groups stay as they were");
  await waitFor("the readable change", () => opened.shown().length === 5);
  await sleep(3 * SETTLE_MS);
  expect(opened.gone()).toEqual([]);
  expect(opened.shown()).toHaveLength(5);
  opened.fs.refused.clear();
  await opened.source.rescan(undefined);
  expect(opened.degraded()).toBe("");
  await waitFor("the one that is gone indeed", () => opened.gone().length === 1);
  expect(opened.gone()).toEqual(["B"]);
});

test("a root that cannot be read, or only for a moment, loses no group", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  await using opened = await open(root.path, false);
  await waitFor("the group", () => opened.shown().length === 1);
  opened.fs.refused.set(root.path, "EIO");
  expect(await opened.source.rescan(undefined)).toEqual({ groups: 1, changed: 0 });
  expect(opened.degraded()).toBe("root directory cannot be read: the disk reports an input/output error");
  opened.fs.refused.clear();
  expect(await opened.source.rescan("A")).toEqual({ groups: 1, changed: 0 });
  expect(opened.degraded()).toBe("");
});

test("a file that cannot be looked at counts as it was, with a warning", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  write(root.path, "A_ic.csv");
  await using opened = await open(root.path, false);
  await waitFor("the group", () => opened.shown().length === 1);
  opened.fs.refused.set("A_ic.csv", "ESTALE");
  expect(await opened.source.rescan(undefined)).toEqual({ groups: 1, changed: 0 });
  expect(opened.reports.findLast((report) => report.kind === "condition")).toMatchObject({
    condition: { degraded: "", warnings: ["A_ic.csv cannot be looked at: the network file system has lost it"] },
  });
});

test("a group whose folder becomes unreadable while its loss settles is not reported gone", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "sub/A_model.json");
  await using opened = await open(root.path, true);
  await waitFor("the group", () => opened.shown().length === 1);
  unlinkSync(join(root.path, "sub/A_model.json"));
  await waitFor("the loss being noticed", async () => (await opened.source.rescan("A")).groups === 0);
  opened.fs.refused.set("/sub", "EACCES");
  await sleep(4 * SETTLE_MS);
  expect(opened.gone()).toEqual([]);
  opened.fs.refused.clear();
  await opened.source.rescan(undefined);
  await waitFor("gone at last", () => opened.gone().length === 1);
});

test("events that arrive while a long listing is under way win over what it saw", async () => {
  await using root = await openTempDirectory("disk");
  for (let group = 0; group < 600; group++) write(root.path, `d${group % 20}/g${group}_model.json`);
  await using opened = await open(root.path, true);
  await waitFor("all groups", () => opened.shown().length === 600);
  for (let round = 1; round <= 5; round++) {
    const listing = opened.source.list();
    for (let group = 0; group < 600; group += 100)
      write(root.path, `d${group % 20}/g${group}_model.json`, `round ${round}${"!".repeat(round)}`);
    await listing;
  }
  await opened.source.list();
  await waitFor(
    "the last state of each",
    () => opened.shown().filter((group) => group.files[0]?.size === "round 5!!!!!".length).length >= 6,
  );
  await sleep(3 * SETTLE_MS);
  expect((await opened.source.rescan(undefined)).changed).toBe(0);
  expect(opened.gone()).toEqual([]);
});

test("in a directory of which no event tells, a first training is shown whole, though listings come more seldom than its files", async () => {
  await using temp = await openTempDirectory("disk");
  const root = join(temp.path, "back\\slash");
  write(root, "first_model.json");
  await using opened = await open(root, true, new RefusingFs(), { settleMs: 500, rescanMs: 700 });
  await waitFor("the group that is there", () => opened.shown().length === 1);
  const endings = ["_factors.txt", "_ic.csv", "_info.pkl", "_model.pkl", "_model.json"];
  for (let group = 0; group < 4; group++) {
    for (const ending of endings) {
      write(root, `G${group}${ending}`);
      await sleep(150);
    }
  }
  await waitFor("every group", () => opened.shown().length === 5);
  expect(opened.shown().map(({ groupKey, files }) => `${groupKey} ${files.length}`)).toEqual(["first 1", "G0 5", "G1 5", "G2 5", "G3 5"]);
});

/** Says what kind of file system it is, and counts listings of the root. */
class TypedFs extends RefusingFs {
  listings = 0;
  readonly #type: number;

  constructor(type: number) {
    super();
    this.#type = type;
  }

  override entries(path: string) {
    this.listings++;
    return super.entries(path);
  }

  override fileSystemType(): number {
    return this.#type;
  }
}

test.each([
  ["NFS", 0x6969, true],
  ["ext4", 0xef53, false],
])(
  "a change on %s is shown after a listing of its own when other machines may write there, else by events alone",
  async (_name, type, isListed) => {
    await using root = await openTempDirectory("disk");
    write(root.path, "A_model.json");
    const fs = new TypedFs(type);
    await using opened = await open(root.path, true, fs);
    write(root.path, "B_model.json");
    await waitFor("the watch", () => opened.shown().length === 2);
    await sleep(10 * SETTLE_MS);
    const before = fs.listings;
    write(root.path, "B_model.json", "changed");
    await waitFor("the change", () => opened.shown().length === 3);
    expect(fs.listings > before).toBe(isListed);
  },
);
