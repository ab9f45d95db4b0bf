// The gate of capture: shut below the bound and after a write that found no room, open again by itself, and never flickering.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCaptureGate, type CaptureGate } from "../../../daemon/app/capture-gate.ts";
import { quietLog } from "./application-fixture.ts";

const MB = 1024 * 1024;
const disk = { totalBytes: 1000 * MB, freeBytes: 500 * MB };
let looks = 0;
let gate: CaptureGate;
let changes: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  disk.freeBytes = 500 * MB;
  looks = 0;
  changes = [];
  gate = createCaptureGate({
    room: () => {
      looks++;
      return { ...disk };
    },
    clock: { nowMicros: () => 0n, monotonicMs: () => performance.now() },
    log: quietLog,
  });
  gate.onChange(() => changes.push(gate.stopped));
});
afterEach(() => {
  gate[Symbol.dispose]();
  vi.useRealTimers();
});

test("it looks at the disk at most once a second", () => {
  for (let i = 0; i < 100; i++) gate.isOpen();
  expect(looks).toBe(1);
  vi.advanceTimersByTime(1000);
  gate.isOpen();
  gate.isOpen();
  expect(looks).toBe(2);
});

test("below 5 % it is shut with what to do, and it opens by itself a second after there is room", () => {
  disk.freeBytes = 50 * MB;
  vi.advanceTimersByTime(1000);
  expect(gate.isOpen()).toBe(true);
  disk.freeBytes = 49 * MB;
  vi.advanceTimersByTime(1000);
  expect(gate.isOpen()).toBe(false);
  expect(gate.stopped).toContain("less than 5 % of the state directory's disk is free; free some space");
  expect(() => gate.assertOpen()).toThrow(expect.objectContaining({ code: "unavailable", message: gate.stopped }));
  disk.freeBytes = 300 * MB;
  vi.advanceTimersByTime(1000);
  expect(gate.stopped).toBe("");
  expect(changes).toHaveLength(2);
});

test("at the bound itself it does not flicker", () => {
  for (let i = 0; i < 10; i++) {
    disk.freeBytes = (i % 2 === 0 ? 49 : 51) * MB;
    vi.advanceTimersByTime(1000);
    gate.isOpen();
  }
  expect(changes).toHaveLength(1);
});

test("a write that found no room shuts it until something was freed", () => {
  gate.noteFull();
  expect(gate.isOpen()).toBe(false);
  expect(gate.stopped).toContain("disk is full");
  vi.advanceTimersByTime(1000);
  expect(gate.isOpen()).toBe(false);
  disk.freeBytes += MB;
  vi.advanceTimersByTime(1000);
  expect(gate.isOpen()).toBe(true);
});

test("with nothing freed it is tried again after 2, 4, 8 … seconds, at most a minute", () => {
  const waits: number[] = [];
  for (let i = 0; i < 8; i++) {
    gate.noteFull();
    // Other batches that were under way find the same disk.
    gate.noteFull();
    let seconds = 0;
    for (; !gate.isOpen(); seconds++) vi.advanceTimersByTime(1000);
    waits.push(seconds);
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
  vi.advanceTimersByTime(600_000);
  gate.noteFull();
  vi.advanceTimersByTime(2000);
  expect(gate.isOpen()).toBe(true);
});

test("a disk that nobody can look at stops nothing", () => {
  using blind = createCaptureGate({
    room: () => undefined,
    clock: { nowMicros: () => 0n, monotonicMs: () => performance.now() },
    log: quietLog,
  });
  expect(blind.isOpen()).toBe(true);
});
