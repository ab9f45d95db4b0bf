// Directories that are swapped by rename, again and again: what is shown of a group is always one directory's, and all of it.

import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ObservedGroup } from "../../../daemon/app/ports.ts";
import { describeNeeding, plainPython } from "../../support/requirements.ts";
import { createRandom } from "../../support/soak.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { SETTLE_MS, watchRoot, write } from "./disk-fixture.ts";

const SWAPS = 30;
const GROUPS = 40;
/** The two directories have other files, so that a listing of one with the other's names would show. */
const ENDINGS = [
  ["_model.json", "_ic.csv", "_info.pkl"],
  ["_model.json", "_factors.txt", "_model.pkl"],
] as const;

/** Writes a directory whose files have a size of their own. */
function fill(directory: string, size: number): void {
  for (let group = 0; group < GROUPS; group++) {
    for (const ending of ENDINGS[size % 2] ?? []) write(directory, `sub${group % 4}/G${group}${ending}`, "x".repeat(size));
  }
}

/** The size of all files of a group as shown; text that says what is wrong when it is not one directory's. */
function generation({ groupKey, files }: ObservedGroup): number | string {
  const size = files[0]?.size ?? 0;
  const endings = files.map(({ path }) => path.slice(path.indexOf(groupKey) + groupKey.length)).toSorted();
  const isWhole = files.every((file) => file.size === size) && endings.join() === (ENDINGS[size % 2] ?? []).toSorted().join();
  return isWhole ? size : `${groupKey}: ${files.map((file) => `${file.path} of ${file.size}`).join(", ")}`;
}

/** Two renames, as `mv models old && mv next models` does them. */
function moveAway(root: string, next: string): void {
  renameSync(root, `${root}.old`);
  renameSync(next, root);
  renameSync(`${root}.old`, next);
}

/** Both names change places in one step. */
function exchange(root: string, next: string): void {
  const call = "import ctypes, sys; sys.exit(-ctypes.CDLL(None).renameat2(-100, sys.argv[1].encode(), -100, sys.argv[2].encode(), 2))";
  execFileSync(plainPython().command, ["-c", call, root, next]);
}

/** `swapped`: what is swapped, below the directory of the source. */
async function swapAgainAndAgain(swapped: string, swap: (root: string, next: string) => void): Promise<void> {
  await using temp = await openTempDirectory("swap");
  const random = createRandom(7);
  const root = join(temp.path, "models");
  const [current, next] = [join(root, swapped), join(temp.path, "next")];
  fill(current, 1);
  fill(next, 2);
  write(root, "stays_model.json");
  await using watched = await watchRoot(root, { outcome: "done", rescanMs: 2_000 });
  const { shown, gone } = watched.sink;
  await waitFor("every group", () => shown.length === GROUPS + 1);
  write(root, "stays_model.json", "the watch is there");
  await waitFor("an event", () => shown.length === GROUPS + 2);
  // A busy machine sees fewer of them: more are made then.
  const seesSeveral = (): boolean => shown.length > 4 * GROUPS;
  let swaps = 0;
  for (; swaps < SWAPS || (!seesSeveral() && swaps < 20 * SWAPS); swaps++) {
    swap(current, next);
    await sleep(random() * 3 * SETTLE_MS);
  }
  const last = 1 + (swaps % 2);
  const isLast = (group: number): boolean => {
    const listing = shown.findLast(({ groupKey }) => groupKey === `G${group}`);
    return listing !== undefined && generation(listing) === last;
  };
  await waitFor("the last swap in every group", () => Array.from({ length: GROUPS }, (_, group) => group).every(isLast));
  const faults = shown.filter(({ groupKey }) => groupKey !== "stays").map(generation);
  expect(faults.filter((fault) => typeof fault === "string")).toEqual([]);
  // In the swapped root of the one test, this group comes and goes.
  expect(gone.filter((groupKey) => groupKey !== "stays")).toEqual([]);
  expect(seesSeveral()).toBe(true);
  write(current, "sub1/new_model.json", "after the last swap");
  await waitFor("a change in what was swapped in", () => shown.some(({ groupKey }) => groupKey === "new"));
}

test("a root that is moved away and replaced", { timeout: 60_000 }, () => swapAgainAndAgain("", moveAway));

test("a folder that is moved away and replaced", { timeout: 60_000 }, () => swapAgainAndAgain("folder", moveAway));

describeNeeding(plainPython(), "exchanged in one step", () => {
  test("a root", { timeout: 60_000 }, () => swapAgainAndAgain("", exchange));

  test("a folder", { timeout: 60_000 }, () => swapAgainAndAgain("folder", exchange));
});
