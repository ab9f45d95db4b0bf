// The daemon's log: JSON lines on stderr, with priorities for journald, never blocking the daemon and never a flood.

import pino from "pino";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import type { Log } from "../app/ports.ts";
import { createFloodGate, DEFAULT_FLOOD_LIMITS, type FloodLimits } from "./flood-gate.ts";
import { openLineWriter, type LogDestination } from "./line-writer.ts";

/** From the most to the least talkative. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a logger needs; only the level must be named. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Standard error by default. */
  readonly destination?: LogDestination;
  /** The environment: systemd sets JOURNAL_STREAM when the output goes to the journal. */
  readonly env?: { readonly [name: string]: string | undefined };
  readonly flood?: FloodLimits;
}

/** The log, and its end. */
export interface Logger extends Log {
  /** Writes counts and buffered lines now: before the process ends, also by a fault. */
  flush(): void;
}

type Writing = Exclude<LogLevel, "silent">;

/** pino's numbers for levels → priorities of syslog(3), as sd-daemon(3) wants them before a line. */
const priorities: { readonly [level: number]: string } = { 10: "<7>", 20: "<7>", 30: "<6>", 40: "<4>", 50: "<3>", 60: "<2>" };

const STANDARD_ERROR = 2;
const DROPPED = "nobody read the log fast enough; lines are lost";

/** Lines are objects with `level`, `time` (RFC 3339, UTC), the fields, and `msg`. Errors are printed with stack and causes. */
export function createLogger({ level, clock, env = process.env, flood = DEFAULT_FLOOD_LIMITS, ...options }: LoggerOptions): Logger {
  const printError = pino.stdSerializers.err;
  const destination =
    options.destination ??
    openLineWriter(STANDARD_ERROR, (lines) => `${JSON.stringify({ level: "warn", dropped: lines, msg: DROPPED })}\n`);
  const log = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${formatMicros(clock.nowMicros())}"`,
      serializers: { err: printError, error: printError, cause: printError },
    },
    isJournal(env) ? withPriorities(destination) : destination,
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
    flush() {
      gate.flush();
      destination.flush?.();
    },
  };
}

/** True when systemd says that an output of this process is the journal (systemd.exec(5)). */
function isJournal(env: { readonly [name: string]: string | undefined }): boolean {
  return (env["JOURNAL_STREAM"] ?? "") !== "";
}

function writingLevel(text: string): Writing {
  return text === "info" || text === "warn" || text === "error" ? text : "warn";
}

/** pino tells a destination that carries this mark the level of each line. */
function withPriorities(destination: LogDestination) {
  return {
    [Symbol.for("pino.metadata")]: true,
    lastLevel: 30,
    write(line: string) {
      destination.write(`${priorities[this.lastLevel] ?? "<6>"}${line}`);
    },
  };
}
