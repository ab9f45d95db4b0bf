// Named places where a test can make the daemon fail. A build drops every labelled call and with them this file; only a run from the sources has them.

import { writeSync } from "node:fs";

/**
 * Every place. A call of one is written `FAILPOINT: await failpoint("…");`: the build drops statements with that label.
 * The value is the call of the operating system that the place stands for, where a fault is told by its call.
 */
export const FAILPOINTS = {
  "lock.taken": "",
  "migration.before_commit": "",
  "migration.after_commit": "",
  "pack.before_write": "write",
  "pack.after_write": "write",
  "pack.after_rename": "fsync",
  "pack.after_fsync": "fsync",
  "change.before_commit": "",
  "transaction.before_commit": "",
  "transaction.after_commit": "",
  "change.before_apply": "",
  "change.before_wake": "",
  "command.before_reply": "",
  "register.read": "",
  "register.stored": "",
  "register.before_commit": "",
  "promote.judged": "",
  "promote.verified": "",
  "promote.before_commit": "",
  "rollback.verified": "",
  "rollback.before_commit": "",
} as const satisfies Readonly<Record<string, string>>;

export type FailpointName = keyof typeof FAILPOINTS;

/** What happens there, from the `first` to the `last` time that a thread comes by, counted from 1. */
interface Armed {
  readonly action: "kill" | "error" | "delay";
  /** The code of the error, or milliseconds. */
  readonly detail: string;
  readonly first: number;
  readonly last: number;
}

const SYNTAX = /^([a-z_.]+)=(kill|error:[A-Z_]+|delay:\d+)(?:@(\d+)(?:-(\d+))?)?$/;
/** What this thread's variable said last, and how often the thread came by since it says so. */
const state = { text: "", armed: new Map() as ReadonlyMap<FailpointName, Armed>, passed: new Map<FailpointName, number>() };

/**
 * Reads `name=kill`, `name=error:ENOSPC`, `name=delay:50`, joined by `;`. With `@3` only the third time, with `@3-5` the third to the fifth.
 * Throws on a name or action that there is not: a test that tests nothing is worse than none.
 */
export function parseFailpoints(text: string): ReadonlyMap<FailpointName, Armed> {
  const entries = text.split(";").filter((entry) => entry.trim() !== "");
  return new Map(entries.map((entry) => parseEntry(entry.trim())));
}

function parseEntry(entry: string): readonly [FailpointName, Armed] {
  const [, name = "", what = "", first, last] = SYNTAX.exec(entry) ?? [];
  if (!isFailpoint(name)) throw new Error(`${JSON.stringify(entry)} names no failpoint; there are ${Object.keys(FAILPOINTS).join(", ")}`);
  const [action = "", detail = ""] = what.split(":");
  if (action !== "kill" && action !== "error" && action !== "delay") throw new Error(`${JSON.stringify(entry)} has no action`);
  const from = first === undefined ? 1 : Number(first);
  const until = first === undefined ? Infinity : Number(last ?? first);
  return [name, { action, detail, first: from, last: until }];
}

function isFailpoint(name: string): name is FailpointName {
  return Object.hasOwn(FAILPOINTS, name);
}

/** Does what the variable asks for at this place: ends the process, throws an error with that code, or waits. */
export async function failpoint(name: FailpointName): Promise<void> {
  const delayMs = hit(name);
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** The same where nothing can be awaited: a delay holds the thread. */
export function failpointNow(name: FailpointName): void {
  const delayMs = hit(name);
  if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
}

/** Returns the milliseconds to wait. */
function hit(name: FailpointName): number {
  const text = process.env["MODEL_MANAGER_FAILPOINTS"] ?? "";
  if (text !== state.text) Object.assign(state, { text, armed: parseFailpoints(text), passed: new Map() });
  const here = state.armed.get(name);
  if (here === undefined) return 0;
  const time = (state.passed.get(name) ?? 0) + 1;
  state.passed.set(name, time);
  if (time < here.first || time > here.last) return 0;
  if (here.action === "delay") return Number(here.detail);
  // Past the log's buffer, which a kill would not leave time to write.
  writeSync(2, `failpoint ${name}: ${here.action} ${here.detail}\n`);
  if (here.action === "kill") process.kill(process.pid, "SIGKILL");
  const syscall = FAILPOINTS[name];
  throw Object.assign(new Error(`${here.detail}: made to fail at ${name}`), { code: here.detail, ...(syscall === "" ? {} : { syscall }) });
}
