// Full listings and single looks together give the newest state of each group.

import { renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isStill } from "../../../daemon/disk/file-stamp.ts";
import { REAL_FS, type FsCalls } from "../../../daemon/disk/fs-calls.ts";
import { listTree } from "../../../daemon/disk/list-tree.ts";
import { Settling } from "../../../daemon/disk/settle.ts";
import { SourceGroups } from "../../../daemon/disk/source-groups.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { write } from "./disk-fixture.ts";

const noPause = () => undefined;

function open(root: string) {
  const settling = new Settling(0, () => 0);
  return { settling, groups: new SourceGroups(REAL_FS, root, settling) };
}

function shown(settling: Settling): string[] {
  return settling.due(100).map((groupKey) => {
    const showing = settling.take(groupKey);
    return showing?.what === "changed"
      ? `${groupKey} ${showing.files.map((file) => `${file.path}:${file.size}`).join()}`
      : `${groupKey} gone`;
  });
}

test("a look that was made while a listing was under way wins over the listing", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json", "old");
  write(root.path, "B_model.json", "old");
  write(root.path, "C_model.json", "old");
  const { settling, groups } = open(root.path);
  groups.beginListing();
  const listing = await listTree(root.path, REAL_FS, noPause, new Map());
  write(root.path, "A_model.json", "newer");
  rmSync(join(root.path, "B_model.json"));
  write(root.path, "D_model.json", "new");
  for (const groupKey of ["A", "B", "D"]) groups.look(groupKey, [`${groupKey}_model.json`]);
  const looked: boolean[] = [];
  const settlingBefore = shown(settling);
  await groups.endListing(listing, undefined, () => {
    looked.push(settling.has("B"));
    return undefined;
  });
  expect(settlingBefore).toEqual(["A A_model.json:5", "D D_model.json:3"]);
  expect(looked.every((has) => !has)).toBe(true);
  expect(shown(settling)).toEqual(["C C_model.json:3"]);
});

test("one group's files may lie in many folders, its companions count only beside an artifact", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "x/A_model.json", "1");
  write(root.path, "y/z/A_ic.csv", "22");
  write(root.path, "B_manifest.json", "{}");
  write(root.path, "notes.txt", "nothing");
  const { settling, groups } = open(root.path);
  await groups.endListing(await listTree(root.path, REAL_FS, noPause, new Map()), undefined, noPause);
  expect(shown(settling)).toEqual(["A x/A_model.json:1,y/z/A_ic.csv:2"]);
  write(root.path, "w/B_model.json", "333");
  groups.look("B", ["w/B_model.json"]);
  expect(shown(settling)).toEqual(["B B_manifest.json:2,w/B_model.json:3"]);
});

test("a listing keeps the stamps of untouched files, and sees every way in which a file was touched", async () => {
  await using root = await openTempDirectory("disk");
  const names = ["A_model.json", "B_model.json", "sub/C_model.json", "D_model.json", "E_model.json"];
  for (const name of names) write(root.path, name, "same");
  const first = await listTree(root.path, REAL_FS, noPause, new Map());
  const at = (name: string) => join(root.path, name);
  const { atime, mtime } = statSync(at("B_model.json"));
  write(root.path, "B_model.json", "size"); // the same size and, after the next line, the same time of modification
  utimesSync(at("B_model.json"), atime, mtime);
  write(root.path, "other", "same");
  renameSync(at("other"), at("sub/C_model.json"));
  rmSync(at("D_model.json"));
  utimesSync(at("E_model.json"), 1, 1);
  const second = await listTree(root.path, REAL_FS, noPause, first.groups);
  expect(second.groups.get("A")?.[0]).toBe(first.groups.get("A")?.[0]);
  expect(second.groups.has("D")).toBe(false);
  for (const groupKey of ["B", "C", "E"]) expect(second.groups.get(groupKey)).not.toEqual(first.groups.get(groupKey));
  // What was kept and what was looked at anew is what a listing from nothing finds.
  expect(second.groups).toEqual((await listTree(root.path, REAL_FS, noPause, new Map())).groups);
});

test("a file is as it was only when its inode, size and both times are", async () => {
  await using root = await openTempDirectory("disk");
  write(root.path, "A_model.json", "1");
  const stamp = (await listTree(root.path, REAL_FS, noPause, new Map())).groups.get("A")?.[0];
  if (stamp === undefined) throw new Error("the file was not listed");
  expect(isStill(REAL_FS, root.path, stamp)).toBe(true);
  for (const member of ["ino", "size", "mtimeMs", "ctimeMs"] as const) {
    const roundedStat = (path: string) => {
      const stat = REAL_FS.roundedStat(path);
      if (stat !== undefined) stat[member] += 1;
      return stat;
    };
    expect(isStill({ ...REAL_FS, roundedStat }, root.path, stamp), member).toBe(false);
  }
  expect(isStill({ ...REAL_FS, roundedStat: () => undefined }, root.path, stamp)).toBe(false);
});

test.each([
  ["an hour ago", -3_600_000, 0],
  ["in the future by an hour", 3_600_000, 100],
  ["in the future by a century", 3_155_760_000_000, 100],
  ["before 1970", -2_000_000_000_000, 0],
])(
  "by a file system's clock that says %s, a group is quiet after the window at the latest, and never again by that clock",
  async (_name, by, waits) => {
    await using root = await openTempDirectory("disk");
    write(root.path, "A_model.json", "1");
    const shift = BigInt(by) * 1_000_000n;
    const stat: FsCalls["stat"] = (path) => {
      const real = REAL_FS.stat(path);
      if (real !== undefined) for (const member of ["mtimeNs", "ctimeNs"] as const) real[member] += shift;
      return real;
    };
    let now = 1_000;
    const settling = new Settling(100, () => now);
    const groups = new SourceGroups({ ...REAL_FS, stat }, root.path, settling);
    await groups.endListing(await listTree(root.path, { ...REAL_FS, stat }, noPause, new Map()), Date.now(), noPause);
    now += Math.max(0, waits - 1);
    if (waits > 0) expect(shown(settling)).toEqual([]);
    now += 1;
    expect(shown(settling)).toEqual(["A A_model.json:1"]);
    // Later changes are timed by the daemon's own clock alone, whatever their times say.
    write(root.path, "A_model.json", "22");
    groups.look("A", []);
    now += 99;
    expect(shown(settling)).toEqual([]);
    now += 1;
    expect(shown(settling)).toEqual(["A A_model.json:2"]);
  },
);
