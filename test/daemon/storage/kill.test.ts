// kill -9 at any moment loses no acknowledged commit and leaves no half of another.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createRandom, soakSeed } from "../../support/soak.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { startProgram, type ChildProgram } from "./child-program.ts";
import { openTestStore } from "./open-test-store.ts";

const directory = useTempDirectory("kill");
const kills = 6;

/** The last number that the child acknowledged before it died. */
async function lastAcknowledged(program: ChildProgram, afterFirst: () => Promise<void>): Promise<number> {
  let last = Number(await program.nextLine());
  await afterFirst();
  for (let line = await program.nextLine(); line !== undefined; line = await program.nextLine()) last = Number(line);
  return last;
}

it(`after each of ${kills} kills everything acknowledged is there, whole`, { timeout: 240_000 }, async () => {
  const random = createRandom(soakSeed());
  for (let round = 0; round < kills; round++) {
    const program = startProgram("commit-loop.ts", directory());
    const acknowledged = await lastAcknowledged(program, async () => {
      await sleep(random() * 40);
      await program.kill();
    });
    await using store = await openTestStore(directory());
    const catalog = await store.load();
    expect(acknowledged).toBeGreaterThan(0);
    expect(catalog.lastSequence).toBeGreaterThanOrEqual(acknowledged);
    // Each commit wrote three events, one version and one move: nothing of it is there without the rest.
    const count = catalog.lastVersionId;
    expect({ events: catalog.lastSequence, versions: await store.versionCount(1), moves: await store.moveCount(1) }).toEqual({
      events: 3 * count,
      versions: count,
      moves: count,
    });
    expect(catalog.lines[0]).toMatchObject({ liveVersionId: count, liveSequence: 3 * count });
    expect(catalog.versions[0]).toMatchObject({ id: count, status: "production" });
    expect(catalog.groups[0]?.contentDigest).toBe(catalog.versions[0]?.contentDigest);
    expect(await store.descriptionOf(count)).toHaveLength(20_000);
  }
});
