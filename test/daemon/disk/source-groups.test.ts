// Full listings and single looks together give the newest state of each group.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REAL_FS } from "../../../daemon/disk/fs-calls.ts";
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
  const listing = await listTree(root.path, REAL_FS, noPause);
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
  await groups.endListing(await listTree(root.path, REAL_FS, noPause), undefined, noPause);
  expect(shown(settling)).toEqual(["A x/A_model.json:1,y/z/A_ic.csv:2"]);
  write(root.path, "w/B_model.json", "333");
  groups.look("B", ["w/B_model.json"]);
  expect(shown(settling)).toEqual(["B B_manifest.json:2,w/B_model.json:3"]);
});
