// The pickle reader under attack: every hostile file, every truncation, 200,000 mutations. Each ends as a value or a refusal, soon and small; nothing runs.

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeValue } from "../../daemon/artifacts/pickle/describe.ts";
import { outputLimitsFor } from "../../daemon/artifacts/pickle/output-tree.ts";
import { readPickle } from "../../daemon/artifacts/pickle/read-pickle.ts";
import { fixtureFolder } from "../support/fixture-archive.ts";
import type { AbuseOrder } from "../support/pickle-abuse-thread.ts";
import type { AbuseAnswer, AbuseJob } from "../support/pickle-abuser.ts";
import { soakCount, soakSeed } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

/** One file in the worker, and memory above the idle reader: 3 × the file + 32 MB. */
const BAR = { ms: 250, mb: (fileBytes: number): number => (3 * fileBytes) / 2 ** 20 + 32 };
const MUTATIONS = soakCount(200_000);
/** Places of each file at which it is cut, evenly over its length; most files are smaller, so that this is every one. */
const CUTS = soakCount(2000);
const AT_ONCE = 5000;
/** Files whose truncations one thread reads. */
const FILES_AT_ONCE = 10;

interface Line {
  readonly what: string;
  read: number;
  values: number;
  refused: number;
  slowestMs: number;
  slowest: string;
  growthMb: number;
  growthOf: string;
}

const temporary = useTempDirectory("pickle");
const lines: Line[] = [];
let abuser: ChildProcess;

beforeEach(() => {
  abuser = fork(fileURLToPath(new URL("../support/pickle-abuser.ts", import.meta.url)), {
    cwd: temporary(),
    execArgv: [],
  });
});

afterEach(async () => {
  const exited = once(abuser, "exit");
  abuser.disconnect();
  await exited;
});

afterAll(() => {
  for (const { what, read, values, refused, slowestMs, slowest, growthMb, growthOf } of lines) {
    process.stdout.write(
      `${what.padEnd(34)} ${String(read).padStart(8)} read  ${String(values).padStart(7)} values  ${String(refused).padStart(7)} refused  ` +
        `slowest ${slowestMs.toFixed(0)} ms (${slowest})  most memory +${growthMb.toFixed(1)} MB (${growthOf})\n`,
    );
  }
});

/** The pickles of an archive. */
function pickles(archive: string): string[] {
  const folder = fixtureFolder(archive);
  return readdirSync(folder)
    .filter((name) => !name.endsWith(".json"))
    .map((name) => join(folder, name));
}

/** As many of the files, evenly chosen, as this run's scale says. */
function shareOf(files: readonly string[]): readonly string[] {
  const step = files.length / soakCount(files.length);
  return Array.from({ length: soakCount(files.length) }, (_, i) => files[Math.floor(i * step)] ?? "");
}

/** Pickled models and infos of the artifact directories: up to 300 KB each. */
function artifacts(): string[] {
  const folder = fileURLToPath(new URL("../fixtures/artifacts", import.meta.url));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pkl"))
    .map((name) => join(folder, name));
}

function named(order: AbuseOrder): string {
  const names = order.files.slice(0, 20).map((file) => basename(file));
  return `${order.kind} with seed ${order.seed} of ${names.join(", ")}${order.files.length > 20 ? " …" : ""}`;
}

async function abuse(line: Line, order: AbuseOrder): Promise<void> {
  const warmUp = pickles("info_pickles").filter((name) => /\.(pd22np126|py27)\./.test(name));
  const largest = Math.max(...order.files.map((file) => statSync(file).size));
  const answered = once(abuser, "message");
  abuser.send({ order, warmUp, deadlineMs: 600_000 } satisfies AbuseJob);
  const [answer] = (await answered) as [AbuseAnswer];
  if ("hung" in answer) throw new Error(`the thread hangs: ${named(order)}`);
  if ("died" in answer) throw new Error(`the thread ended after ${answer.after} files (${answer.died}): ${named(order)}`);
  const { report, growthMb = 0 } = answer;
  expect(report.faults).toEqual([]);
  expect(report.read).toBe(report.values + report.refused);
  expect(report.slowest.cpuMs, `${report.slowest.name} took ${report.slowest.wallMs.toFixed(0)} ms`).toBeLessThanOrEqual(BAR.ms);
  expect(growthMb, named(order)).toBeLessThanOrEqual(BAR.mb(largest));
  line.read += report.read;
  line.values += report.values;
  line.refused += report.refused;
  if (report.slowest.cpuMs > line.slowestMs) Object.assign(line, { slowestMs: report.slowest.cpuMs, slowest: report.slowest.name });
  if (growthMb > line.growthMb)
    Object.assign(line, { growthMb, growthOf: order.files.length === 1 ? order.files[0]?.split("/").at(-1) : "all together" });
}

function openLine(what: string): Line {
  const line = { what, read: 0, values: 0, refused: 0, slowestMs: 0, slowest: "", growthMb: 0, growthOf: "" };
  lines.push(line);
  return line;
}

test("every hostile file, each in a thread of its own", async () => {
  const line = openLine("hostile files");
  const files = shareOf(pickles("hostile"));
  for (const file of files) await abuse(line, { kind: "whole", files: [file], count: 1, seed: 0 });
  expect(line.read).toBe(files.length);
  expect(soakCount(124) < 124 || line.read === 124).toBe(true);
});

describe("truncations", () => {
  test.each(["info_pickles", "hostile", "pickle_releases"])("every truncation of %s", async (archive) => {
    const line = openLine(`truncations of ${archive}`);
    // The bombs' truncations are all alike, and slow to unpack.
    const files = shareOf(pickles(archive).filter((name) => !name.includes("bomb_")));
    for (let at = 0; at < files.length; at += FILES_AT_ONCE)
      await abuse(line, { kind: "cuts", files: files.slice(at, at + FILES_AT_ONCE), count: CUTS, seed: 0 });
    expect(line.refused).toBeGreaterThan(line.read * 0.9);
  });
});

test("truncations of pickled models", async () => {
  const line = openLine("truncations of models and infos");
  await abuse(line, { kind: "cuts", files: artifacts(), count: soakCount(500), seed: 0 });
});

test(`${MUTATIONS} mutations`, async () => {
  const line = openLine("mutations");
  const files = [...pickles("info_pickles"), ...pickles("hostile").filter((name) => !name.includes("bomb_")), ...artifacts()];
  for (let done = 0; done < MUTATIONS; done += AT_ONCE) {
    await abuse(line, { kind: "mutations", files, count: Math.min(AT_ONCE, MUTATIONS - done), seed: soakSeed() + done });
  }
  expect(line.read).toBe(MUTATIONS);
});

const SIXTEEN_MB = 16 * 2 ** 20;

/** A list of as many equal members as fill 16 MB, in batches of 1,000 as Python writes it; `member` is one of them, memo entry and all. */
function sixteenMegabytes(member: string): Buffer {
  const one = Buffer.from(member, "latin1");
  const batch = Buffer.concat([Buffer.from("("), ...Array.from({ length: 1000 }, () => one), Buffer.from("e")]);
  const batches = Array.from({ length: Math.floor((SIXTEEN_MB - 20) / batch.length) }, () => batch);
  return Buffer.concat([Buffer.from([0x80, 4, 0x5d, 0x94]), ...batches, Buffer.from(".")]);
}

test.each<readonly [string, string]>([
  ["empty lists", "]\x94"],
  ["booleans", "\x88"],
  ["empty tuples", ")"],
  ["small integers", "K\x07"],
  ["floats", "G\x3f\xb9\x99\x99\x99\x99\x99\x9a"],
  ["texts", "\x8c\x06factor\x94"],
  ["pairs", "K\x01\x88\x86\x94"],
  ["dicts", "}\x94(\x8c\x01aK\x01\x8c\x01bNu"],
])("16 MB of %s are described", (_name, member) => {
  const bytes = sixteenMegabytes(member);
  const read = readPickle(bytes);
  if (!read.ok) throw new Error(`${read.reason} at ${read.offset}`);
  expect(describeValue(read.value, outputLimitsFor(bytes.length)).json).toHaveProperty("length");
  expect(read.facts).toMatchObject({ limitsHit: [], trailing: 0 });
});
