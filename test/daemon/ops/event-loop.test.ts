// The longest task of the main thread is seen, and an idle thread has none.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { watchEventLoop } from "../../../daemon/ops/event-loop.ts";

function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it("sees a task that blocks, and starts over when it is taken", async () => {
  using watch = watchEventLoop();
  await sleep(50);
  block(150);
  await sleep(50);
  const longest = watch.take();
  expect(longest).toBeGreaterThanOrEqual(140);
  expect(watch.longestMs()).toBeLessThan(longest);
});

it("says nothing before the first look", () => {
  using watch = watchEventLoop();
  expect(watch.longestMs()).toBe(0);
});
