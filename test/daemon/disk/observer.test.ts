// What the application hears of a real directory: groups when they are quiet, changes, what is gone, what is out of reach.

import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { publish, watchRoot, write } from "./disk-fixture.ts";

test("a group that is written in pieces is shown once, with its last bytes, after it was quiet", async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path, { outcome: "done", settleMs: 600 });
  const { sink } = watched;
  for (let piece = 0; piece < 12; piece++) {
    appendFileSync(join(root.path, "BTC_ret_model.json"), "0123456789");
    if (piece === 5) write(root.path, "BTC_ret_ic.csv");
    await sleep(20);
  }
  await waitFor("the group", () => sink.shown.length > 0);
  await watched.observer.rescan(1);
  expect(sink.shown).toHaveLength(1);
  expect(sink.shown[0]?.settled).toBe(true);
  expect(sink.shown[0]?.files.map((file) => [file.path, file.kind, file.size])).toEqual([
    ["BTC_ret_ic.csv", "ic_csv", 14],
    ["BTC_ret_model.json", "model_json", 120],
  ]);
});

test("files that are older than the window at the start are quiet already, and young ones are waited for", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "old_model.json");
  await sleep(250);
  write(root.path, "young_model.json");
  await using watched = await watchRoot(root.path, { settleMs: 200 });
  await waitFor("both groups", () => watched.sink.shown.length === 2);
  expect(watched.sink.shown.map((group) => group.groupKey)).toEqual(["old", "young"]);
  expect(watched.sink.scans[0]).toEqual({ groups: 2, pending: 2 });
  expect(watched.sink.order.slice(0, 3)).toEqual(["condition", "scanned", "changed"]);
});

test("a restart with known listings shows nothing of an unchanged directory", async () => {
  await using root = await openTempDirectory("disk");
  for (let group = 0; group < 450; group++) for (const ending of ["_model.json", "_ic.csv"]) write(root.path, `sub/g${group}${ending}`);
  const known = [];
  {
    await using first = await watchRoot(root.path, { outcome: "done" });
    await waitFor("all groups", () => first.sink.shown.length === 450);
    known.push(...first.sink.shown);
  }
  write(root.path, "sub/g7_ic.csv", "changed while nobody watched");
  rmSync(join(root.path, "sub/g8_ic.csv"));
  rmSync(join(root.path, "sub/g8_model.json"));
  await using second = await watchRoot(root.path, { known, outcome: "done" });
  await waitFor("the two changes", () => second.sink.gone.length === 1 && second.sink.shown.length === 1);
  expect(second.sink.shown[0]?.groupKey).toBe("g7");
  expect(second.sink.gone).toEqual(["g8"]);
  await second.observer.rescan(1);
  await sleep(200);
  expect(second.sink.shown).toHaveLength(1);
});

test("a group that is known without its files is shown again, or reported gone when it is not there", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "here_model.json");
  await using watched = await watchRoot(root.path, {
    known: [
      { groupKey: "here", files: [] },
      { groupKey: "away", files: [] },
    ],
    outcome: "done",
  });
  await waitFor("both", () => watched.sink.shown.length === 1 && watched.sink.gone.length === 1);
  expect(watched.sink.shown[0]?.groupKey).toBe("here");
  expect(watched.sink.gone).toEqual(["away"]);
});

test("a group with a manifest is shown at once, and once more when it is quiet if it was not done", async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path, { settleMs: 800 });
  const { sink, observer } = watched;
  sink.answer = (group) => observer.dealt(group, group.settled ? "done" : "again");
  write(root.path, "A_model.json", "one");
  publish(root.path, "A_manifest.json", "two");
  await waitFor("the early showing", () => sink.shown.some((group) => group.files.length === 2));
  expect(sink.of("A").every((group) => !group.settled)).toBe(true);
  await waitFor("the settled showing", () => sink.shown.some((group) => group.settled));
  expect(sink.of("A").filter((group) => group.settled)).toHaveLength(1);

  sink.answer = (group) => observer.dealt(group, "done");
  const before = sink.shown.length;
  publish(root.path, "A_manifest.json", "three");
  await waitFor("the next early showing", () => sink.shown.length > before);
  expect(sink.shown.at(-1)?.settled).toBe(false);
  const after = sink.shown.length;
  await sleep(1_100);
  expect(sink.shown).toHaveLength(after);
});

test("a listing in the application's hands is not shown twice, and its successor is shown after its own wait", async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path);
  const { sink, observer } = watched;
  write(root.path, "A_model.json", "one");
  await waitFor("the first listing", () => sink.shown.length === 1);
  await observer.rescan(1);
  await sleep(250);
  expect(sink.shown).toHaveLength(1);
  write(root.path, "A_model.json", "two, longer");
  await waitFor("the second listing", () => sink.shown.length === 2);
  const [first, second] = sink.shown;
  if (first === undefined || second === undefined) throw new Error("two listings were shown");
  expect(second.files[0]?.size).toBe(11);
  observer.dealt(first, "again");
  observer.dealt(second, "done");
  await sleep(250);
  expect(sink.shown).toHaveLength(2);
  expect(await observer.rescan(1)).toEqual({ groups: 1, changed: 0 });
});

test("a group answered with again comes back unchanged, and rests once it is done", async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path, { settleMs: 20 });
  const { sink, observer } = watched;
  sink.answer = (group) => observer.dealt(group, sink.shown.length < 3 ? "again" : "done");
  write(root.path, "A_model.json");
  await waitFor("three showings", () => sink.shown.length === 3);
  await sleep(600);
  expect(sink.shown).toHaveLength(3);
});

test("a forgotten group is shown again though nothing changed", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  await using watched = await watchRoot(root.path, { outcome: "done", watch: false });
  await waitFor("the group", () => watched.sink.shown.length === 1);
  watched.observer.forget(1, "A");
  expect((await watched.observer.rescan(1, "A")).groups).toBe(1);
  await waitFor("the group again", () => watched.sink.shown.length === 2);
});

test("files of a group that went are told, companions alone are no group, and a returning group is shown anew", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  write(root.path, "A_golden.json");
  write(root.path, "B_golden.json");
  await using watched = await watchRoot(root.path, { outcome: "done" });
  const { sink } = watched;
  await waitFor("the group", () => sink.shown.length === 1);
  expect(sink.scans[0]?.groups).toBe(1);
  unlinkSync(join(root.path, "A_model.json"));
  await waitFor("gone", () => sink.gone.includes("A"));
  write(root.path, "A_model.json", "back");
  await waitFor("back", () => sink.shown.length === 2);
  expect(sink.shown[1]?.files.map((file) => file.kind)).toEqual(["golden", "model_json"]);
});

test("a file that is removed and written anew within the window is a change, not a loss", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  await using watched = await watchRoot(root.path, { outcome: "done", settleMs: 800 });
  await waitFor("the group", () => watched.sink.shown.length === 1);
  unlinkSync(join(root.path, "A_model.json"));
  await sleep(60);
  write(root.path, "A_model.json", "anew");
  await waitFor("the change", () => watched.sink.shown.length === 2);
  expect(watched.sink.gone).toEqual([]);
});

test("a root that is swapped by rename is followed by events alone", async () => {
  await using temp = await openTempDirectory("disk");
  const root = join(temp.path, "models");
  write(root, "A_model.json", "old");
  write(temp.path, "next/A_model.json", "the next one");
  await using watched = await watchRoot(root, { outcome: "done" });
  const sizeShown = () => watched.sink.shown.at(-1)?.files[0]?.size;
  await waitFor("the group", () => sizeShown() === 3);
  // The watch begins after the first listing; what it says of this file shows that it is there.
  write(root, "A_model.json", "older");
  await waitFor("the change", () => sizeShown() === 5);
  renameSync(root, join(temp.path, "before"));
  renameSync(join(temp.path, "next"), root);
  await waitFor("the swapped group", () => sizeShown() === 12);
  write(root, "A_model.json", "in the swapped root");
  await waitFor("the change in the swapped root", () => sizeShown() === 19);
  expect(watched.sink.gone).toEqual([]);
});

test("new, moved and replaced folders are followed by events alone", async () => {
  await using root = await openTempDirectory("disk");
  await using outside = await openTempDirectory("disk");
  write(root.path, "a/one_model.json");
  await using watched = await watchRoot(root.path, { outcome: "done" });
  const { sink } = watched;
  await waitFor("one", () => sink.of("one").length === 1);
  write(root.path, "deep/er/two_model.json");
  await waitFor("two", () => sink.of("two").length === 1);
  write(root.path, "deep/er/two_ic.csv");
  await waitFor("two, changed", () => sink.of("two").length === 2);
  write(outside.path, "ready/made/three_model.json");
  renameSync(join(outside.path, "ready"), join(root.path, "ready"));
  await waitFor("three, moved in as a whole", () => sink.of("three").length === 1);
  renameSync(join(root.path, "deep"), join(root.path, "moved"));
  await waitFor("two, moved", () => sink.of("two").at(-1)?.files[0]?.path === "moved/er/two_ic.csv");
  write(root.path, "moved/er/two_model.json", "in the moved folder");
  await waitFor(
    "two, in its new place",
    () =>
      sink
        .of("two")
        .at(-1)
        ?.files.some((file) => file.size === 19) === true,
  );
  write(root.path, ".next/one_model.json", "swapped");
  renameSync(join(root.path, "a"), join(root.path, ".old"));
  renameSync(join(root.path, ".next"), join(root.path, "a"));
  rmSync(join(root.path, ".old"), { recursive: true });
  await waitFor("one, swapped", () => sink.of("one").at(-1)?.files[0]?.size === 7);
  write(root.path, "a/one_model.json", "in the swapped folder");
  await waitFor("one, in the swapped folder", () => sink.of("one").at(-1)?.files[0]?.size === 21);
  expect(sink.gone).toEqual([]);
});

test("3,000 files made in one burst are all seen", { timeout: 90_000 }, async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path, { outcome: "done", rescanMs: 2_000 });
  for (let folder = 0; folder < 30; folder++) {
    mkdirSync(join(root.path, `f${folder}`));
    for (let file = 0; file < 100; file++) writeFileSync(join(root.path, `f${folder}`, `g${folder}_${file}_model.json`), "x");
  }
  const isAll = (): boolean => new Set(watched.sink.shown.map((group) => group.groupKey)).size === 3_000;
  await waitFor("all groups", isAll, { deadlineMs: 60_000, everyMs: 50 });
  expect(watched.sink.gone).toEqual([]);
});

test("a directory without events is followed by the timed listing, and an unwatched one by rescan alone", async () => {
  await using root = await openTempDirectory("disk");
  const outside = join(root.path, "outside.json");
  mkdirSync(join(root.path, "source"));
  writeFileSync(outside, "one");
  // A change behind a symbolic link makes no event in the watched directory.
  symlinkSync(outside, join(root.path, "source", "A_model.json"));
  await using watched = await watchRoot(join(root.path, "source"), { outcome: "done", rescanMs: 150 });
  await using idle = await watchRoot(join(root.path, "source"), { outcome: "done", watch: false, rescanMs: 50 });
  await waitFor("the group, twice", () => watched.sink.shown.length === 1 && idle.sink.shown.length === 1);
  writeFileSync(outside, "three");
  await waitFor("the change", () => watched.sink.shown.length === 2);
  expect(idle.sink.shown).toHaveLength(1);
  expect((await idle.observer.rescan(1)).changed).toBe(1);
  await waitFor("the change, asked for", () => idle.sink.shown.length === 2);
});

test("nothing is reported of a removed source, and it can be added again", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  await using watched = await watchRoot(root.path, { outcome: "done" });
  await waitFor("the group", () => watched.sink.shown.length === 1);
  write(root.path, "A_model.json", "changed");
  await watched.observer.remove(1);
  const heard = watched.sink.order.length;
  await sleep(250);
  expect(watched.sink.order).toHaveLength(heard);
  await watched.observer.add({ id: 1, rootPath: root.path, rootDevice: null }, []);
  await waitFor("the group, again", () => watched.sink.shown.at(-1)?.files[0]?.size === 7);
});

test("a thread that crashes is started again and goes on where it was", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json");
  await using watched = await watchRoot(root.path, { outcome: "done" });
  await waitFor("the group", () => watched.sink.shown.length === 1);
  await watched.threads[0]?.terminate();
  write(root.path, "B_model.json");
  const counts = await watched.observer.rescan(1);
  expect(counts.groups).toBe(2);
  await waitFor("the new group", () => watched.sink.of("B").length === 1);
  expect(watched.sink.of("A")).toHaveLength(1);
  expect(watched.logged.join("\n")).toContain("thread crashed");
});

test("a thread that crashes again and again is given up with a stated condition", async () => {
  await using root = await openTempDirectory("disk");
  await using watched = await watchRoot(root.path);
  for (let crash = 0; crash < 6; crash++) {
    await waitFor("a new thread", () => watched.threads.length === crash + 1);
    await watched.threads[crash]?.terminate();
  }
  await waitFor("the condition", () => watched.sink.degraded.startsWith("watching stopped"));
  await expect(watched.observer.rescan(1)).rejects.toThrow("watching stopped");
});
