// Whose message is handed on when: a client alone is served at once, a flood takes turns with everybody, and a reader keeps its pace.

import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createPace } from "../../../../daemon/transport/ipc/pace.ts";
import { createTurns } from "../../../../daemon/transport/ipc/turns.ts";
import { waitFor } from "../../../support/wait-for.ts";

/** A lane that writes down what it was handed and how its tap stands. */
function open(turns = createTurns(), name = "", options: { readonly pace?: ReturnType<typeof createPace>; readonly seen?: string[] } = {}) {
  const seen = options.seen ?? [];
  const taps: boolean[] = [];
  const handle = (text: string): void => void seen.push(`${name}${text}`);
  const lane = turns.lane({ handle, flow: (isOpen) => taps.push(isOpen), pace: options.pace });
  return { ...lane, seen, taps };
}

test("one message is handed on at once, and so is the next when a turn has passed", async () => {
  const lane = open();
  lane.push("1");
  expect(lane.seen).toEqual(["1"]);
  await turn();
  await turn();
  lane.push("2");
  expect(lane.seen).toEqual(["1", "2"]);
  expect(lane.taps).toEqual([]);
});

test("of many messages each takes a turn of the event loop; nothing more is read meanwhile", async () => {
  const lane = open();
  for (const text of ["1", "2", "3"]) lane.push(text);
  expect(lane.seen).toEqual(["1"]);
  expect(lane.taps).toEqual([false]);
  await waitFor("the rest", () => lane.seen.length === 3, { everyMs: 1 });
  expect(lane.seen).toEqual(["1", "2", "3"]);
  expect(lane.taps).toEqual([false, true]);
});

test("two floods share the turns, and a third client is served at once between them", async () => {
  const turns = createTurns();
  const seen: string[] = [];
  const [a, b, honest] = ["a", "b", "honest"].map((name) => open(turns, name, { seen }));
  for (let n = 0; n < 50; n += 1) {
    a?.push(String(n));
    b?.push(String(n));
  }
  await turn();
  await turn();
  const before = seen.length;
  honest?.push("!");
  expect(seen[before]).toBe("honest!");
  await waitFor("all", () => seen.length === 101, { everyMs: 1 });
  const order = seen.filter((text) => !text.startsWith("honest")).map((text) => text[0]);
  // Never more than one message of one flood while the other waits.
  expect(order.join("")).toBe("ab".repeat(50));
});

test("a held lane hands nothing on and reads nothing until it is let go", async () => {
  const lane = open();
  lane.hold();
  lane.push("1");
  lane.push("2");
  await sleep(10);
  expect(lane.seen).toEqual([]);
  expect(lane.taps).toEqual([false]);
  lane.release();
  await waitFor("both", () => lane.seen.length === 2, { everyMs: 1 });
  expect(lane.taps).toEqual([false, true]);
});

test("a closed lane drops what waits and takes nothing more", async () => {
  const lane = open();
  for (const text of ["1", "2", "3"]) lane.push(text);
  lane.close();
  lane.push("4");
  await sleep(10);
  expect(lane.seen).toEqual(["1"]);
});

test("lanes of one pace have one burst between them, then one message a time, in no client's disfavour", async () => {
  const clock = { ms: 0 };
  const pace = createPace(1000, 4, () => clock.ms);
  const turns = createTurns();
  const lanes = [open(turns, "", { pace }), open(turns, "", { pace })];
  const free = open(turns);
  const count = (): number => lanes.reduce((sum, { seen }) => sum + seen.length, 0);
  for (const lane of lanes) for (let n = 0; n < 10; n += 1) lane.push(String(n));
  await sleep(20);
  expect(count()).toBe(4);
  free.push("not its business");
  expect(free.seen).toHaveLength(1);
  clock.ms += 2;
  await waitFor("two more", () => count() === 6, { everyMs: 1 });
  await sleep(10);
  expect(count()).toBe(6);
  clock.ms += 1000;
  await waitFor("as many as a burst", () => count() === 10, { everyMs: 1 });
  for (const { seen } of lanes) expect(seen.length).toBeGreaterThan(2);
  for (const lane of lanes) lane.close();
});

test("a pace says how long the next one has to wait, and saves up no more than a burst", () => {
  const clock = { ms: 0 };
  const pace = createPace(100, 2, () => clock.ms);
  expect([pace.take(), pace.take(), pace.take()]).toEqual([true, true, false]);
  expect(pace.waitMs).toBe(10);
  clock.ms = 10;
  expect(pace.waitMs).toBe(0);
  expect([pace.take(), pace.take()]).toEqual([true, false]);
  clock.ms = 1e9;
  expect([pace.take(), pace.take(), pace.take()]).toEqual([true, true, false]);
});
