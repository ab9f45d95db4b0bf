// The newest log lines in memory, so that they can be read where nobody keeps standard error.

import type { LogLineView } from "../../shared/contract/service-operations.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";
import type { RecentLog } from "../app/ports.ts";

/** The ring as its writer sees it. */
export interface RecentLines extends RecentLog {
  /** Takes one JSON line of the log. */
  keep(line: string): void;
}

/** About 10,000 lines of the usual length. */
export const KEPT_CHARACTERS = 2 * 1024 * 1024;
/** Read lines are dropped from the list in blocks: moving the rest for each would be slow. */
const BLOCK = 1024;

/** An empty ring that holds at most so many characters (two bytes each at most). */
export function createRecentLines(mostCharacters = KEPT_CHARACTERS): RecentLines {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  /** Lines at the front of the list that have left the ring. */
  let gone = 0;
  let characters = 0;
  let newest = 0;

  const drop = (): void => {
    while (characters > mostCharacters && gone < lines.length) {
      characters -= lines[gone]?.length ?? 0;
      lines[gone++] = "";
    }
    if (gone < BLOCK) return;
    lines.splice(0, gone);
    gone = 0;
  };
  return {
    get newest() {
      return newest;
    },
    keep(line) {
      lines.push(line);
      characters += line.length;
      newest++;
      drop();
      for (const listener of listeners) listener();
    },
    after(sequence, limit) {
      const oldest = newest - (lines.length - gone) + 1;
      const from = Math.max(sequence + 1, oldest);
      const start = gone + from - oldest;
      return lines.slice(start, start + limit).map((line, at) => toView(from + at, line));
    },
    onLine(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
}

/** The logger writes one object on each line; its three own members are taken out of the fields. */
function toView(sequence: number, line: string): LogLineView {
  const parsed = parseExact(line);
  const { time, level, msg, ...fields } = typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  return { sequence, time: textOf(time), level: textOf(level), message: textOf(msg), fields };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
