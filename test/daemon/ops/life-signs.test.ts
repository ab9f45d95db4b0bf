// Pings to systemd are earned: none goes out while a part of the daemon is silent.

import { Worker } from "node:worker_threads";
import { describe, expect, it, vi, beforeEach, afterEach } from "vitest";
import { openLifeSigns, type LifeCheck } from "../../../daemon/ops/life-signs.ts";
import type { ServiceNotifier } from "../../../daemon/ops/notify-systemd.ts";
import { watchReads } from "../../../daemon/ops/watch-reads.ts";
import { openDiskObserver } from "../../../daemon/disk/observer.ts";
import type { DiskSink, GroupReader, GroupReading } from "../../../daemon/app/ports.ts";
import { createMemoryLog } from "../transport/ipc/fake-application.ts";

const clock = { nowMicros: () => 0n, monotonicMs: () => performance.now() };

/** A systemd that writes down what it hears; its watchdog has a limit of 3 s, so that pings are due every 0.5 s. */
function createNotifier(watchdogMs: number | undefined = 1500): ServiceNotifier & { readonly heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    listens: true,
    watchdogMs,
    ready: (status) => void heard.push(`ready ${status}`),
    status: (text) => void heard.push(`status ${text}`),
    stopping: () => void heard.push("stopping"),
    extendTimeout: (ms) => void heard.push(`extend ${ms}`),
    watchdog: () => void heard.push("ping"),
  };
}

const answering: LifeCheck = { name: "answering", ask: () => Promise.resolve() };

function open(checks: readonly LifeCheck[], saying = () => Promise.resolve("serving")) {
  const notifier = createNotifier();
  const log = createMemoryLog();
  const life = openLifeSigns({ checks, notifier, clock, log, describe: saying });
  const pings = (): number => notifier.heard.filter((text) => text === "ping").length;
  return { life, notifier, log, pings };
}

describe("signs of life", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("bring a ping every third of the patience once the daemon is ready; before that, more time to start", async () => {
    const { life, notifier, pings } = open([answering]);
    await vi.advanceTimersByTimeAsync(1200);
    expect(notifier.heard).toContain("extend 3000");
    expect(pings()).toBe(0);
    await life.ready();
    await vi.advanceTimersByTimeAsync(5000);
    expect(pings()).toBe(10);
    expect(notifier.heard.filter((text) => text !== "ping")).toEqual(["extend 3000", "status serving", "extend 3000", "ready serving"]);
    life[Symbol.dispose]();
  });

  it("stop with a part that answers no more, are told why, and come back with it", async () => {
    const part = { hangs: false, release: (): void => undefined };
    const stuck: LifeCheck = {
      name: "watcher",
      ask: () => (part.hangs ? new Promise<void>((resolve) => (part.release = resolve)) : Promise.resolve()),
    };
    const { life, notifier, log, pings } = open([answering, stuck]);
    await life.ready();
    await vi.advanceTimersByTimeAsync(1000);
    part.hangs = true;
    await vi.advanceTimersByTimeAsync(2500);
    const before = pings();
    expect(life.fault).toMatch(/^watcher silent for \d s$/);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(pings()).toBe(before);
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    expect(notifier.heard.at(-1)).toMatch(/^status no sign of life: watcher/);
    part.hangs = false;
    part.release();
    await vi.advanceTimersByTimeAsync(1000);
    expect(life.fault).toBe("");
    expect(pings()).toBeGreaterThan(before);
    life[Symbol.dispose]();
  });

  it("of a part that says it is dead end, with its own words", async () => {
    const { life, pings } = open([{ name: "database", ask: () => Promise.reject(new Error("disk I/O error")) }]);
    await life.ready();
    await vi.advanceTimersByTimeAsync(2500);
    const before = pings();
    expect(life.fault).toMatch(/^database silent for \d s: disk I\/O error$/);
    await vi.advanceTimersByTimeAsync(5000);
    expect(pings()).toBe(before);
    life[Symbol.dispose]();
  });

  it("are never asked for twice at once, and never after the end", async () => {
    let asked = 0;
    const { life, notifier } = open([{ name: "slow", ask: () => new Promise(() => asked++) }]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toBe(1);
    life[Symbol.dispose]();
    const heard = notifier.heard.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(notifier.heard).toHaveLength(heard);
  });

  it("tell systemd what the daemon does only when it has changed", async () => {
    let text = "scanning";
    const { life, notifier } = open([answering], () => Promise.resolve(text));
    await vi.advanceTimersByTimeAsync(2000);
    text = "serving";
    await vi.advanceTimersByTimeAsync(2000);
    expect(notifier.heard.filter((one) => one.startsWith("status"))).toEqual(["status scanning", "status serving"]);
    life[Symbol.dispose]();
  });
});

describe("the parts", () => {
  const sink: DiskSink = {
    groupsChanged: () => undefined,
    groupsGone: () => undefined,
    condition: () => undefined,
    scanned: () => undefined,
  };
  const settings = { settleMs: 10, rescanMs: 1000, watch: true, sink, log: createMemoryLog() };

  it("a watching thread that is well answers for a source that is none", async () => {
    const observer = await openDiskObserver(settings);
    await expect(observer.rescan(0)).resolves.toMatchObject({ changed: 0 });
    await observer[Symbol.asyncDispose]();
  });

  it("a watching thread that hangs does not", async () => {
    const hanging = "require('node:worker_threads').parentPort.on('message', () => { for (;;); })";
    const observer = await openDiskObserver({ ...settings, startThread: () => new Worker(hanging, { eval: true }) });
    const answer = observer.rescan(0).then(
      () => "answered",
      () => "closed",
    );
    expect(await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300, "silent"))])).toBe("silent");
    await observer[Symbol.asyncDispose]();
    expect(await answer).toBe("closed");
  });

  it("readers that answer nothing for too long are stuck; waiting for work is no fault", async () => {
    let now = 0;
    const waiting: ((reading: GroupReading) => void)[] = [];
    const reader: GroupReader = {
      read: () => new Promise((resolve) => waiting.push(resolve)),
      version: 1,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const reads = watchReads(reader, { nowMicros: () => 0n, monotonicMs: () => now }, 1000);
    const group = { sourceId: 1, groupKey: "a", files: [], settled: true };
    now = 1e9;
    await expect(reads.ask()).resolves.toBeUndefined();
    const all = [reads.reader.read("/", group), reads.reader.read("/", group)];
    now += 900;
    await expect(reads.ask()).resolves.toBeUndefined();
    waiting[0]?.({ outcome: "unstable" });
    await all[0];
    now += 900;
    await expect(reads.ask()).resolves.toBeUndefined();
    now += 200;
    await expect(reads.ask()).rejects.toThrow("1 groups wait");
    waiting[1]?.({ outcome: "unstable" });
    await all[1];
    await expect(reads.ask()).resolves.toBeUndefined();
  });
});
