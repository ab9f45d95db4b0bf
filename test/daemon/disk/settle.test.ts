// When a group is shown, by a clock that the test turns.

import { expect, test } from "vitest";
import type { FileKind } from "../../../shared/domain/artifact-kinds.ts";
import { Settling } from "../../../daemon/disk/settle.ts";

class Bench {
  now = 1_000;
  readonly settling = new Settling(100, () => this.now);

  observe(text: string, kind: FileKind = "model_json", quietMs = 0): void {
    this.settling.observe("A", files(text, kind), quietMs);
  }

  /** What is shown now, in one word. */
  show(): string {
    const keys = this.settling.due(10);
    const showing = keys[0] === undefined ? undefined : this.settling.take(keys[0]);
    if (showing === undefined) return "nothing";
    if (showing.what === "gone") return "gone";
    return `${showing.files.map((file) => file.stamp).join()} ${showing.settled ? "settled" : "early"}`;
  }

  after(ms: number): string {
    this.now += ms;
    return this.show();
  }

  answer(text: string, outcome: "done" | "again", settled = true, kind: FileKind = "model_json"): void {
    this.settling.dealt("A", files(text, kind), settled, outcome);
  }
}

function files(text: string, kind: FileKind) {
  if (text === "") return [];
  const file = (path: string, of: FileKind) => ({ path, kind: of, size: 1, mtimeNs: "0", stamp: text });
  return kind === "manifest" ? [file("A_manifest.json", kind)] : [file("A_model.json", kind)];
}

test("every change and every touch starts the wait again", () => {
  const bench = new Bench();
  bench.observe("1");
  expect(bench.after(99)).toBe("nothing");
  bench.observe("2");
  expect(bench.after(99)).toBe("nothing");
  bench.settling.touch("A");
  expect(bench.after(99)).toBe("nothing");
  expect(bench.settling.nextDueAt()).toBe(bench.now + 1);
  expect(bench.after(1)).toBe("2 settled");
  expect(bench.after(1_000)).toBe("nothing");
  expect(bench.settling.counts()).toEqual({ groups: 1, pending: 1 });
  bench.answer("2", "done");
  expect(bench.settling.counts()).toEqual({ groups: 1, pending: 0 });
});

test("time that the files are known to be quiet already counts", () => {
  const bench = new Bench();
  bench.observe("1", "model_json", 60);
  expect(bench.after(39)).toBe("nothing");
  expect(bench.after(1)).toBe("1 settled");
});

test("a group that always fails is shown ever more rarely, until it changes", () => {
  const bench = new Bench();
  bench.observe("1");
  const waits: number[] = [];
  for (let round = 0; round < 14; round++) {
    const from = bench.now;
    while (bench.after(50) === "nothing");
    waits.push(bench.now - from);
    bench.answer("1", "again");
  }
  expect(waits).toEqual([100, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000, 1_000, 1_000, 1_000]);
  bench.observe("2");
  expect(bench.after(100)).toBe("2 settled");
});

test("a manifest shows each listing at once, and again when quiet only if it was not done", () => {
  const bench = new Bench();
  bench.observe("1", "manifest");
  expect(bench.show()).toBe("1 early");
  expect(bench.after(100)).toBe("nothing");
  bench.answer("1", "again", false, "manifest");
  expect(bench.show()).toBe("1 settled");
  bench.observe("1b", "manifest");
  expect(bench.show()).toBe("1b early");
  bench.answer("1b", "again", false, "manifest");
  expect(bench.after(99)).toBe("nothing");
  expect(bench.after(1)).toBe("1b settled");
  bench.observe("2", "manifest");
  expect(bench.show()).toBe("2 early");
  bench.answer("1", "again", true, "manifest");
  bench.answer("2", "done", false, "manifest");
  expect(bench.after(1_000)).toBe("nothing");
  expect(bench.settling.counts().pending).toBe(0);
});

test("an answer to an older listing does not settle the newer one", () => {
  const bench = new Bench();
  bench.observe("1");
  expect(bench.after(100)).toBe("1 settled");
  bench.observe("2");
  bench.answer("1", "done");
  expect(bench.settling.differs("A")).toBe(true);
  expect(bench.after(100)).toBe("2 settled");
});

test("an answer that was under way when the group was forgotten does not count", () => {
  const bench = new Bench();
  bench.observe("1");
  expect(bench.after(100)).toBe("1 settled");
  bench.settling.forget("A");
  expect(bench.show()).toBe("1 settled");
  bench.answer("1", "done");
  expect(bench.settling.differs("A")).toBe(true);
  bench.answer("1", "done");
  expect(bench.settling.differs("A")).toBe(false);
});

test("an absent group is told after the window, never while its folder is out of reach, and never if nobody knew it", () => {
  const bench = new Bench();
  bench.observe("1");
  bench.observe("");
  expect(bench.after(1_000)).toBe("nothing");
  bench.settling.known("A", files("1", "model_json"));
  expect(bench.settling.differs("A")).toBe(false);
  bench.observe("");
  bench.settling.hold("A");
  expect(bench.after(1_000)).toBe("nothing");
  bench.settling.release("A");
  expect(bench.after(99)).toBe("nothing");
  expect(bench.after(1)).toBe("gone");
  expect(bench.settling.counts()).toEqual({ groups: 0, pending: 0 });
});

test("a known group without files is shown when it is there", () => {
  const bench = new Bench();
  bench.settling.known("A", []);
  bench.observe("1", "model_json", Infinity);
  expect(bench.show()).toBe("1 settled");
});

test("while events may be missing, a quiet group waits for a listing that began after its window, and a manifest does not", () => {
  const bench = new Bench();
  bench.settling.doubt(true);
  bench.observe("1");
  expect(bench.settling.nextDueAt()).toBe(bench.now + 100);
  expect(bench.after(99)).toBe("nothing");
  expect(bench.settling.needsListing()).toBe(false);
  bench.settling.listed(bench.now);
  expect(bench.after(1)).toBe("nothing");
  expect(bench.settling.needsListing()).toBe(true);
  expect(bench.settling.nextDueAt()).toBe(Infinity);
  expect(bench.settling.take("A")).toBeUndefined();
  bench.settling.listed(bench.now);
  expect(bench.settling.needsListing()).toBe(false);
  expect(bench.show()).toBe("1 settled");
  bench.answer("1", "done");

  bench.observe("2");
  expect(bench.after(100)).toBe("nothing");
  bench.settling.doubt(false);
  expect(bench.show()).toBe("2 settled");
  bench.answer("2", "done");

  bench.settling.doubt(true);
  bench.observe("3", "manifest");
  expect(bench.show()).toBe("3 early");
  bench.answer("3", "again", false, "manifest");
  expect(bench.after(100)).toBe("nothing");
  bench.settling.listed(bench.now);
  expect(bench.show()).toBe("3 settled");
});
