// The daemon's log: JSON lines on stderr, with priorities for journald, never blocking the daemon and never a flood.

import { fstatSync } from "node:fs";
import pino from "pino";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import type { Log, RecentLog } from "../app/ports.ts";
import { createFloodGate, DEFAULT_FLOOD_LIMITS, type FloodLimits } from "./flood-gate.ts";
import { openLineWriter, type LogDestination } from "./line-writer.ts";
import { createRecentLines, type RecentLines } from "./recent-lines.ts";

/** From the most to the least talkative. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a logger needs; only the level must be named. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Standard error by default. */
  readonly destination?: LogDestination;
  /** True when the lines go to the journal, which reads priorities; found out by default. */
  readonly isJournal?: boolean;
  readonly flood?: FloodLimits;
}

/** The log, and its end. */
export interface Logger extends Log {
  /** For the one line before the process ends by itself; never held back. */
  fatal(fields: object, message: string): void;
  /** Writes counts and buffered lines now: before the process ends, also by a fault. */
  flush(): void;
  /** The newest lines, for those who ask the daemon. */
  readonly recent: RecentLog;
}

type Writing = Exclude<LogLevel, "silent">;

/** pino's numbers for levels → priorities of syslog(3), as sd-daemon(3) wants them before a line. */
const priorities: { readonly [level: number]: string } = { 10: "<7>", 20: "<7>", 30: "<6>", 40: "<4>", 50: "<3>", 60: "<2>" };

const FATAL = 60;
const STANDARD_ERROR = 2;
const DROPPED = "nobody read the log fast enough; lines are lost";

/** Lines are objects with `level`, `time` (RFC 3339, UTC), the fields, and `msg`. Errors are printed with stack and causes. */
export function createLogger({ level, clock, flood = DEFAULT_FLOOD_LIMITS, ...options }: LoggerOptions): Logger {
  const printError = pino.stdSerializers.err;
  const destination =
    options.destination ??
    openLineWriter(STANDARD_ERROR, (lines) => `${JSON.stringify({ level: "warn", dropped: lines, msg: DROPPED })}\n`);
  const recent = createRecentLines();
  const log = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${formatMicros(clock.nowMicros())}"`,
      serializers: { err: printError, error: printError, cause: printError },
    },
    toStream(destination, recent, options.isJournal ?? isJournal(process.env)),
  );
  const gate = createFloodGate(flood, "warn other messages", (key, held) => {
    const at = key.indexOf(" ");
    const message = `${key.slice(at + 1)} (repeated ${held.toLocaleString("en-US")} times more in ${flood.intervalMs / 1000} s)`;
    log[writingLevel(key.slice(0, at))]({ repeated: held }, message);
  });
  const write = (at: Writing) => (fields: object, message: string) => {
    if (log.isLevelEnabled(at) && gate.admit(`${at} ${message}`)) log[at](fields, message);
  };
  return {
    // Whoever asks for every detail gets every line.
    debug: (fields, message) => log.debug(fields, message),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    fatal: (fields, message) => log.fatal(fields, message),
    flush() {
      gate.flush();
      destination.flush?.();
    },
    recent,
  };
}

/**
 * True when standard error is the journal: systemd names the stream's device and inode (systemd.exec(5)). The variable alone says little, since
 * children inherit it whose output goes elsewhere.
 */
export function isJournal(env: { readonly [name: string]: string | undefined }, descriptor = STANDARD_ERROR): boolean {
  const named = env["JOURNAL_STREAM"] ?? "";
  if (named === "") return false;
  const { dev, ino } = fstatSync(descriptor);
  return named === `${dev}:${ino}`;
}

function writingLevel(text: string): Writing {
  return text === "info" || text === "warn" || text === "error" ? text : "warn";
}

/** pino tells a destination that carries this mark the level of each line. */
function toStream(destination: LogDestination, recent: RecentLines, hasPriorities: boolean) {
  return {
    [Symbol.for("pino.metadata")]: true,
    lastLevel: 30,
    write(line: string) {
      recent.keep(line);
      const text = hasPriorities ? `${priorities[this.lastLevel] ?? "<6>"}${line}` : line;
      if (this.lastLevel >= FATAL && destination.writeNow !== undefined) destination.writeNow(text);
      else destination.write(text);
    },
  };
}
