// What keys cost on a real terminal, in bytes and milliseconds: measured the same way by the soak suite and the bench.

import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { FakeDaemon } from "./fake-daemon.ts";
import { largeKey } from "./large-catalog.ts";
import type { Answer, Pty } from "./pty.ts";
import { openGroups, openLines, openProgram } from "./terminal-program.ts";

/** A terminal's size. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Answers to keys, by what the keys did. */
export interface KeyCosts {
  /** One line down, nothing scrolls. */
  readonly cursor: readonly Answer[];
  /** One line down, the whole list scrolling as it must. */
  readonly held: readonly Answer[];
  /** Five keys that came in one read. */
  readonly coalesced: readonly Answer[];
  /** One more letter of a filter over all rows. */
  readonly filter: readonly Answer[];
  /** Another screen or tab. */
  readonly view: readonly Answer[];
}

/** Keys that lead from the list of groups through every tab and back, and what shows that the whole view has come. */
const VIEWS: readonly (readonly [key: string, shown: RegExp])[] = [
  ["\r", /\[1 IC\][^]*by tau/],
  ["2", /\[2 Training\][^]*gap best/],
  ["3", /\[3 Model\][^]*importance by total gain/],
  ["4", /\[4 Factors\][^]*factor_1/],
  ["5", /\[5 Info\][^]*depth/],
  ["6", /\[6 Versions\][^]*moves[^]*LIVE|\[6 Versions\][^]*LIVE[^]*moves/],
  ["7", /\[7 Files\][^]*_model\.json/],
  ["1", /\[1 IC\][^]*by tau/],
  ["\u007f", /train end[^]*> SYM/],
];
const FILTER = "sym0 ret";

type Gathered = { [K in keyof KeyCosts]: Answer[] };

/** One round of the keys that move in a list and filter it. `first` shows the cursor on the first row, `whole` the list without a filter. */
async function pressInList(terminal: Pty, size: Size, costs: Omit<Gathered, "view">, first: string | RegExp, whole: RegExp): Promise<void> {
  const press = async (into: Answer[], keys: Iterable<string>): Promise<void> => {
    for (const key of keys) into.push(await terminal.answerTo(key));
  };
  terminal.type("g");
  await terminal.waitFor(first);
  await terminal.quiet();
  // Half a page: the window stays where it is.
  await press(costs.cursor, "j".repeat(Math.floor(size.rows / 2)));
  await press(costs.held, "j".repeat(size.rows));
  await press(costs.coalesced, ["kkkkk", "jjjjj"]);
  terminal.type("/");
  await terminal.waitFor(/^\/_/m);
  await terminal.quiet();
  await press(costs.filter, FILTER);
  terminal.type("\u001b");
  await terminal.waitFor(whole);
  await terminal.quiet();
}

/** Presses keys on a program that shows the lines of every namespace, a thousand or more. */
export async function measureLineKeys(terminal: Pty, size: Size): Promise<KeyCosts> {
  const costs: Gathered = { cursor: [], held: [], coalesced: [], filter: [], view: [] };
  await pressInList(terminal, size, costs, new RegExp(`> alpha +${largeKey(0).slice(0, 8)}`), /^lines +\d+$/m);
  return costs;
}

/** Presses keys on a program that shows the list of groups; `rounds` times all of it. The list must have a thousand rows or more. */
export async function measureKeys(terminal: Pty, size: Size, rounds: number): Promise<KeyCosts> {
  const costs: Gathered = { cursor: [], held: [], coalesced: [], filter: [], view: [] };
  for (let round = 0; round < rounds; round++) {
    await pressInList(terminal, size, costs, `> ${largeKey(0).slice(0, 8)}`, /^sources . alpha +\d+$/m);
    for (const [key, shown] of VIEWS) {
      const before = terminal.bytes;
      const answer = await terminal.answerTo(key);
      // What a view shows comes from the daemon, a frame later.
      await terminal.waitFor(shown);
      await terminal.quiet();
      costs.view.push({ ...answer, bytes: terminal.bytes - before });
    }
  }
  return costs;
}

/** Starts the program so many times: from exec to the first whole frame, each. */
export async function measureStarts(daemon: FakeDaemon, size: Size, count: number): Promise<Pty["firstFrame"][]> {
  const starts: Pty["firstFrame"][] = [];
  for (let start = 0; start < count; start++) {
    await using terminal = await openProgram(daemon, size);
    await terminal.waitFor("/srv/models/alpha");
    starts.push(terminal.firstFrame);
    terminal.type("q");
    await terminal.ended;
  }
  return starts;
}

/** What a program does while nothing happens: bytes written, and its share of one core. */
export async function measureIdle(terminal: Pty, ms: number): Promise<{ readonly bytes: number; readonly cpu: number }> {
  await terminal.quiet(500);
  const [bytes, ticks] = [terminal.bytes, cpuTicks(terminal.pid)];
  await sleep(ms);
  // The kernel counts processor time in hundredths of a second.
  return { bytes: terminal.bytes - bytes, cpu: ((cpuTicks(terminal.pid) - ticks) * 10) / ms };
}

function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** The program with the list of lines open. */
export async function openMeasuredLines(daemon: FakeDaemon, size: Size): Promise<Pty> {
  const terminal = await openProgram(daemon, size);
  await openLines(terminal);
  return terminal;
}

/** The program with the list of groups open. */
export async function openMeasured(daemon: FakeDaemon, size: Size): Promise<Pty> {
  const terminal = await openProgram(daemon, size);
  await openGroups(terminal);
  return terminal;
}
