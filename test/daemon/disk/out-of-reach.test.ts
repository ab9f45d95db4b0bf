// A directory that is away, unreadable or odd is a stated condition of its source, and nothing of it is reported gone.

import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { watchRoot, write } from "./disk-fixture.ts";

test("a root that vanishes degrades its source, nothing is gone, and its return is watched again", async () => {
  await using temp = await openTempDirectory("disk");
  const root = join(temp.path, "models");
  write(root, "A_model.json");
  write(root, "B_model.json");
  await using watched = await watchRoot(root, { outcome: "done", rescanMs: 100 });
  const { sink } = watched;
  await waitFor("both groups", () => sink.shown.length === 2);
  renameSync(root, join(temp.path, "away"));
  await waitFor("the condition", () => sink.degraded.includes("root directory is missing"));
  await sleep(300);
  expect(sink.gone).toEqual([]);
  renameSync(join(temp.path, "away"), root);
  await waitFor("recovery", () => sink.degraded === "");
  await sleep(300);
  expect(sink.shown).toHaveLength(2);
  write(root, "A_model.json", "after the return");
  await waitFor("the change", () => sink.shown.length === 3);
  expect(sink.conditions.map((condition) => condition.degraded.slice(0, 4))).toEqual(["", "root", ""]);
});

test("a root whose files are deleted together with it is away, not emptied", async () => {
  await using temp = await openTempDirectory("disk");
  const root = join(temp.path, "models");
  for (let group = 0; group < 50; group++) write(root, `sub/g${group}_model.json`);
  await using watched = await watchRoot(root, { outcome: "done", rescanMs: 100, settleMs: 500 });
  const { sink } = watched;
  await waitFor("all groups", () => sink.shown.length === 50);
  rmSync(root, { recursive: true });
  await waitFor("the condition", () => sink.degraded.includes("missing"));
  await sleep(1_000);
  expect(sink.gone).toEqual([]);
  mkdirSync(root);
  await waitFor("what the emptied root means", () => sink.gone.length === 50);
});

test.each([
  ["missing", "root directory is missing", () => undefined],
  ["a file", "root path is not a directory", (path: string) => writeFileSync(path, "")],
  ["below a file", "root directory is missing", (path: string) => writeFileSync(join(path, ".."), "")],
  ["a link to itself", "cannot be read: its symbolic links form a loop", (path: string) => symlinkSync(path, path)],
] as const)("a root that is %s at the start degrades its source and keeps what is known", async (name, fault, make) => {
  await using temp = await openTempDirectory("disk");
  const path = name === "below a file" ? join(temp.path, "x", "models") : join(temp.path, "models");
  make(path);
  await using watched = await watchRoot(path, { known: [{ groupKey: "A", files: [] }], rescanMs: 50 });
  expect(watched.sink.degraded).toContain(fault);
  expect(watched.sink.degraded).not.toContain(temp.path);
  expect(watched.sink.scans[0]).toEqual({ groups: 0, pending: 1 });
  await sleep(300);
  expect(watched.sink.gone).toEqual([]);
});

test("an empty root on another device than before is a mount that is missing", async () => {
  await using root = await openTempDirectory("disk");
  await using elsewhere = await watchRoot(root.path, { rootDevice: "1", known: [{ groupKey: "A", files: [] }] });
  expect(elsewhere.sink.degraded).toContain("another device");
  await sleep(250);
  expect(elsewhere.sink.gone).toEqual([]);
  const device = String(statSync(root.path).dev);
  await using here = await watchRoot(root.path, { rootDevice: device, known: [{ groupKey: "A", files: [] }] });
  expect(here.sink.conditions).toEqual([{ degraded: "", warnings: [], rootDevice: device }]);
  await waitFor("the emptied root's group", () => here.sink.gone.length === 1);
});

test("links that form loops or lead nowhere, odd names and odd files are passed over, the rest is shown", async () => {
  await using temp = await openTempDirectory("disk");
  const root = join(temp.path, "models");
  write(root, ".hidden/.A_model.json");
  write(temp.path, "elsewhere.json", "linked");
  symlinkSync(join(temp.path, "elsewhere.json"), join(root, "B_model.json"));
  symlinkSync(root, join(root, "loop"));
  symlinkSync(root, join(root, "C_model.json"));
  symlinkSync("nowhere", join(root, "D_model.json"));
  symlinkSync("E_model.json", join(root, "E_model.json"));
  mkdirSync(join(root, "F_model.json"));
  execFileSync("mkfifo", [join(root, "G_model.json")]);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/H`), Buffer.from([0xff, 0x0a]), Buffer.from("_model.json")]), "x");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/note`), Buffer.from([0xff])]), "x");
  mkdirSync(Buffer.concat([Buffer.from(`${root}/dir`), Buffer.from([0xfe])]));
  write(root, "\uFFFDI_model.json");
  await using watched = await watchRoot(root, { outcome: "done" });
  await waitFor("the groups", () => watched.sink.shown.length === 3);
  expect(watched.sink.shown.map((group) => group.groupKey).sort()).toEqual([".A", "B", "\uFFFDI"]);
  expect(watched.sink.conditions.at(-1)).toMatchObject({
    degraded: "",
    warnings: [
      "D_model.json (model_json) is a symbolic link whose target is missing",
      "E_model.json (model_json) is a symbolic link that leads to itself",
      "H\\xff\\x0a_model.json is passed over: its name is not UTF-8; rename it",
      "folder dir\\xfe is passed over: its name is not UTF-8; rename it",
    ],
  });
  unlinkSync(join(root, "D_model.json"));
  await watched.observer.rescan(1);
  expect(watched.sink.conditions.at(-1)?.warnings).toHaveLength(3);
});
