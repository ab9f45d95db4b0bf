// What keys cost on a real terminal with ten thousand rows, beside a thousand and beside painting the whole screen. Milliseconds are less those
// without a core: what a quiet machine takes.

import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { largeCatalog } from "../support/large-catalog.ts";
import type { Answer } from "../support/pty.ts";
import {
  measureIdle,
  measureKeys,
  measureLineKeys,
  measureStarts,
  openMeasured,
  openMeasuredLines,
  type KeyCosts,
  type Size,
} from "../support/terminal-costs.ts";
import { openFakeDaemon, type FakeDaemon } from "../support/fake-daemon.ts";
import { openLargeDaemon } from "../support/terminal-program.ts";
import { median, ms, quantile, type Row } from "./report.ts";

const SIZES = [
  { columns: 80, rows: 24, bars: { bytes: 350, keyMs: 25, view: 3200, filterMs: 30 } },
  { columns: 200, rows: 60, bars: { bytes: 800, keyMs: 50, view: 13_500, filterMs: 60 } },
] as const;
const ROUNDS = 4;
const FEW = 1000;
const STARTS = 9;
const IDLE_MS = 10_000;

/** Measures and returns the table's rows. `base` is an empty directory. */
export async function benchTerminal(base: string): Promise<Row[]> {
  for (const name of ["many", "few"]) await mkdir(join(base, name));
  await using many = await openLargeDaemon(join(base, "many"));
  await using few = await openFakeDaemon(join(base, "few"), largeCatalog(FEW));
  const rows: Row[] = [];
  for (const { bars, ...size } of SIZES) rows.push(...(await keyRows(many, few, size, bars)));
  for (const { bars, ...size } of SIZES) rows.push(...(await lineRows(many, few, size, bars)));
  rows.push(await startRow(many), await idleRow(many));
  return rows;
}

type Bars = (typeof SIZES)[number]["bars"];

async function keyRows(many: FakeDaemon, few: FakeDaemon, size: Size, bars: Bars): Promise<Row[]> {
  await using ours = await openMeasured(many, size);
  await using theirs = await openMeasured(few, size);
  const [mine, other] = [[] as KeyCosts[], [] as KeyCosts[]];
  // In turn, so that whatever else the machine does falls on both.
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(await measureKeys(ours, size, 1));
    other.push(await measureKeys(theirs, size, 1));
  }
  const bytes = (kind: keyof KeyCosts): number[] => mine.flatMap((round) => round[kind]).map((answer) => answer.bytes);
  const p95 = (rounds: readonly KeyCosts[], kind: keyof KeyCosts): number =>
    quantile(
      rounds.flatMap((round) => round[kind]).map((answer) => answer.ownMs),
      0.95,
    );
  const place = `${size.columns}x${size.rows}`;
  // A view that changes wholly is the whole screen, painted.
  const whole = Math.max(...bytes("view"));
  const byteRow = (what: string, value: number, bar: string): Row => ({
    what: `${what}, ${place}`,
    ours: `${value} B`,
    baseline: `${whole} B`,
    ratio: (value / whole).toFixed(2),
    bar,
  });
  const timeRow = (what: string, kind: keyof KeyCosts, bar: string): Row => ({
    what: `${what} p95, ${place}, 10,000 rows beside 1,000`,
    ours: ms(p95(mine, kind)),
    baseline: ms(p95(other, kind)),
    ratio: (p95(mine, kind) / p95(other, kind)).toFixed(2),
    bar,
  });
  return [
    byteRow("cursor key, most", Math.max(...bytes("cursor")), `<= ${bars.bytes} B`),
    byteRow("five keys in one read, most", Math.max(...bytes("coalesced")), `<= ${bars.bytes} B`),
    byteRow("filter key, median", median(bytes("filter")), ""),
    byteRow("view switch, median", median(bytes("view")), ""),
    byteRow("view switch, most", whole, `<= ${bars.view} B`),
    timeRow("cursor key", "cursor", `<= ${bars.keyMs} ms`),
    timeRow("filter key", "filter", `<= ${bars.filterMs} ms`),
    timeRow("view switch", "view", ""),
  ];
}

/** The lines of every namespace, the same way. */
async function lineRows(many: FakeDaemon, few: FakeDaemon, size: Size, bars: Bars): Promise<Row[]> {
  await using ours = await openMeasuredLines(many, size);
  await using theirs = await openMeasuredLines(few, size);
  const [mine, other] = [[] as Answer[], [] as Answer[]];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(...(await measureLineKeys(ours, size)).cursor);
    other.push(...(await measureLineKeys(theirs, size)).cursor);
  }
  const place = `${size.columns}x${size.rows}`;
  const [most, least] = [Math.max(...mine.map(({ bytes }) => bytes)), Math.max(...other.map(({ bytes }) => bytes))];
  const p95 = (answers: readonly Answer[]): number =>
    quantile(
      answers.map(({ ownMs }) => ownMs),
      0.95,
    );
  return [
    {
      what: `lines screen, cursor key, most, ${place}, 10,000 rows beside 1,000`,
      ours: `${most} B`,
      baseline: `${least} B`,
      ratio: (most / least).toFixed(2),
      bar: `<= ${bars.bytes} B`,
    },
    {
      what: `lines screen, cursor key p95, ${place}, 10,000 rows beside 1,000`,
      ours: ms(p95(mine)),
      baseline: ms(p95(other)),
      ratio: (p95(mine) / p95(other)).toFixed(2),
      bar: `<= ${bars.keyMs} ms`,
    },
  ];
}

/** From exec to the first whole frame, beside Node that starts and writes one line. */
async function startRow(daemon: FakeDaemon): Promise<Row> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    ours.push(...(await measureStarts(daemon, { columns: 80, rows: 24 }, 1)).map((one) => one.ownMs));
    const begun = performance.now();
    spawnSync(process.execPath, ["-e", "console.log(1)"], { stdio: "ignore" });
    bare.push(performance.now() - begun);
  }
  return {
    what: "exec -> first frame, median, beside a bare node",
    ours: ms(median(ours)),
    baseline: ms(median(bare)),
    ratio: (median(ours) / median(bare)).toFixed(2),
    bar: "<= 250 ms",
  };
}

async function idleRow(daemon: FakeDaemon): Promise<Row> {
  await using terminal = await openMeasured(daemon, { columns: 80, rows: 24 });
  const idle = await measureIdle(terminal, IDLE_MS);
  return {
    what: `idle ${IDLE_MS / 1000} s`,
    ours: `${idle.bytes} B, ${(idle.cpu * 100).toFixed(2)} % cpu`,
    baseline: "",
    ratio: "",
    bar: "0 B",
  };
}
