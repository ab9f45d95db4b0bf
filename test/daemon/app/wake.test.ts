// The bell that watchers sleep on.

import { expect, test } from "vitest";
import { createWake } from "../../../daemon/app/wake.ts";

test("a ring wakes everybody, and whoever stops waiting leaves nothing behind", async () => {
  const wake = createWake();
  const leaving = new AbortController();
  const staying = new AbortController();
  const sleeping = [wake.next(leaving.signal), wake.next(staying.signal), wake.next(staying.signal, 60_000)];
  expect(wake.sleepers).toBe(3);
  leaving.abort();
  expect(await sleeping[0]).toBe("aborted");
  expect(wake.sleepers).toBe(2);
  wake.ring();
  expect(await Promise.all(sleeping)).toEqual(["aborted", "rung", "rung"]);
  expect(wake.sleepers).toBe(0);
  expect(await wake.next(leaving.signal)).toBe("aborted");
  expect(await wake.next(staying.signal, 1)).toBe("time");
  expect(wake.sleepers).toBe(0);
});
