// The ring of newest log lines: bounded by characters, numbered, and heard of by listeners.

import { describe, expect, it } from "vitest";
import { createRecentLines } from "../../../daemon/ops/recent-lines.ts";

const line = (n: number, pad = 0): string => `${JSON.stringify({ level: "info", time: "t", n, pad: "x".repeat(pad), msg: "m" })}\n`;

describe("the ring", () => {
  it("gives lines after a number, oldest first, at most as many as asked for", () => {
    const ring = createRecentLines();
    for (let n = 1; n <= 5; n++) ring.keep(line(n));
    expect(ring.newest).toBe(5);
    expect(ring.after(2, 2).map(({ sequence, fields }) => [sequence, fields["n"]])).toEqual([
      [3, 3],
      [4, 4],
    ]);
    expect(ring.after(5, 10)).toEqual([]);
  });

  it("holds no more characters than allowed, and the newest lines of all", () => {
    const ring = createRecentLines(10_000);
    for (let n = 1; n <= 5000; n++) ring.keep(line(n, 100));
    const kept = ring.after(0, 10_000);
    const width = line(5000, 100).length;
    expect(kept.length).toBe(Math.floor(10_000 / width));
    expect(kept.map(({ sequence, fields }) => sequence === fields["n"])).not.toContain(false);
    expect(kept.at(-1)?.sequence).toBe(5000);
  });

  it("keeps none of a line that is larger than all of it, and goes on", () => {
    const ring = createRecentLines(1000);
    ring.keep(line(1, 2000));
    expect(ring.after(0, 10)).toEqual([]);
    ring.keep(line(2));
    expect(ring.after(0, 10).map(({ sequence }) => sequence)).toEqual([2]);
  });

  it("keeps all digits of large numbers", () => {
    const ring = createRecentLines();
    ring.keep('{"level":"info","time":"t","sequence":9007199254740993,"msg":"m"}\n');
    expect(ring.after(0, 1)[0]?.fields).toEqual({ sequence: 9_007_199_254_740_993n });
  });

  it("calls listeners until they are disposed", () => {
    const ring = createRecentLines();
    let heard = 0;
    const listening = ring.onLine(() => heard++);
    ring.keep(line(1));
    listening[Symbol.dispose]();
    ring.keep(line(2));
    expect(heard).toBe(1);
  });
});
