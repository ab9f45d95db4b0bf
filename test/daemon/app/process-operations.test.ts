// The operations on the daemon's own process: its log lines, and what it finds when it looks at itself.

import { describe, expect, it } from "vitest";
import { streamLog } from "../../../daemon/app/log-stream.ts";
import { examine } from "../../../daemon/app/self-examination.ts";
import { Catalog } from "../../../daemon/app/catalog.ts";
import { createRecentLines, type RecentLines } from "../../../daemon/ops/recent-lines.ts";
import { OPERATIONS, SCOPES } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openStage } from "./application-fixture.ts";

const principal = { name: "test", door: "daemon" as const, scopes: new Set<string>(SCOPES) };
const folder = useTempDirectory("process-operations");

function say(ring: RecentLines, ...messages: readonly string[]): void {
  for (const msg of messages) ring.keep(`${JSON.stringify({ level: "info", time: "t", msg })}\n`);
}

async function read(ring: RecentLines, last: number): Promise<string[]> {
  const messages: string[] = [];
  for await (const line of streamLog(ring, { last, follow: false }, { principal, signal: new AbortController().signal }))
    messages.push(line.message);
  return messages;
}

describe("log.stream", () => {
  it("gives the last lines and ends", async () => {
    const ring = createRecentLines();
    expect(await read(ring, 5)).toEqual([]);
    say(ring, "a", "b", "c");
    expect(await read(ring, 2)).toEqual(["b", "c"]);
    expect(await read(ring, 0)).toEqual([]);
    expect(await read(ring, 100)).toEqual(["a", "b", "c"]);
  });

  it("goes on with new lines until the caller goes, and leaves no listener behind", async () => {
    const ring = createRecentLines();
    say(ring, "old", "newest");
    const stop = new AbortController();
    const seen: string[] = [];
    const done = (async () => {
      for await (const line of streamLog(ring, { last: 1, follow: true }, { principal, signal: stop.signal })) seen.push(line.message);
    })();
    await expect.poll(() => seen).toEqual(["newest"]);
    say(ring, "x", "y");
    await expect.poll(() => seen).toEqual(["newest", "x", "y"]);
    stop.abort();
    await done;
    say(ring, "z");
    expect(seen).toHaveLength(3);
  });

  it("shows lines that were lost before they could be read as a gap in the numbers", async () => {
    const ring = createRecentLines(1000);
    say(ring, "first");
    const lines = streamLog(ring, { last: 10, follow: true }, { principal, signal: new AbortController().signal })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toMatchObject({ sequence: 1 });
    say(ring, ...Array.from({ length: 500 }, (_, n) => `line ${n}`));
    const next: unknown = (await lines.next()).value;
    expect(next).not.toMatchObject({ sequence: 2 });
    await lines.return?.();
  });
});

describe("who may ask", () => {
  it("both operations show paths: for admins only, and others are refused", async () => {
    expect(OPERATIONS["log.stream"].scope).toBe("model:admin");
    await using stage = await openStage(folder());
    const context = { ...stage.context, principal: { ...principal, scopes: new Set(["model:read", "model:write"]) } };
    await expect(stage.app.invoke("doctor", {}, context)).rejects.toMatchObject({ code: "forbidden" });
    await expect(stage.app.invoke("doctor", {}, stage.context)).resolves.toMatchObject({ total: 2 });
  });
});

describe("doctor", () => {
  const empty = {
    sources: [],
    lines: [],
    groups: [],
    versions: [],
    loaded: [],
    lastSequence: 0,
    lastSourceId: 0,
    lastLineId: 0,
    lastVersionId: 0,
    policies: [],
    datasets: [],
    papers: [],
    statusCounts: [],
    lastPaperId: 0,
  };
  const process = { log: createRecentLines(), examine: () => Promise.resolve([]) };
  const clockAt = (micros: bigint) => ({ nowMicros: () => micros, monotonicMs: () => 0 });
  const now = 1_770_000_000_000_000n;

  it.each([
    ["ok", now, now - 1n],
    ["ok", now, now + 1_000_000n],
    ["warn", now, now + 3_600_000_000n],
    ["fail", 1_000_000n, 0n],
  ] as const)("calls the clock %s at %s when the newest event is of %s", async (state, at, lastEventAt) => {
    const catalog = new Catalog({ ...empty, lastEventAt });
    const { items } = await examine({ catalog, clock: clockAt(at), process });
    expect(items).toEqual([expect.objectContaining({ name: "clock", state })]);
    expect(items[0]?.mend === "").toBe(state === "ok");
  });

  it.each([
    ["ok", {}],
    ["fail", { degraded: "the directory is missing" }],
    ["warn", { warnings: ["a name that is not UTF-8"] }],
  ] as const)("calls a source %s with the condition %j", async (state, condition) => {
    await using stage = await openStage(folder());
    const source = {
      id: 1,
      name: "src",
      rootPath: "/models/src",
      rootDevice: "1",
      policy: "follow" as const,
      createdAt: 0n,
      updatedAt: 0n,
      removedAt: null,
    };
    const catalog = new Catalog({ ...empty, sources: [source], lastEventAt: 0n });
    for (const one of catalog.registered()) {
      one.condition = { degraded: "", warnings: [], rootDevice: null, ...condition };
      one.scan.state = "idle";
    }
    const { items } = await examine({ catalog, clock: stage.clock, process });
    expect(items.at(-1)).toMatchObject({ name: "source src", state });
  });
});
