// The operation `log.stream`: the log lines that are kept, and new ones as they come.

import type { Input, Output } from "../../shared/contract/operations.ts";
import type { RequestContext } from "./doors.ts";
import type { RecentLog } from "./ports.ts";
import { createWake } from "./wake.ts";

/** Lines taken from the ring in one go. */
const LINES_AT_ONCE = 200;

/** Ends after the kept lines, or with `follow` when the signal aborts. Lines that leave the ring before they are read are a gap in the numbers. */
export async function* streamLog(
  log: RecentLog,
  { last, follow }: Input<"log.stream">,
  { signal }: RequestContext,
): AsyncIterable<Output<"log.stream">> {
  const wake = createWake();
  using _listening = log.onLine(() => wake.ring());
  const end = log.newest;
  let cursor = Math.max(0, end - last);
  while (!signal.aborted) {
    const lines = log.after(cursor, LINES_AT_ONCE).filter(({ sequence }) => follow || sequence <= end);
    for (const line of lines) {
      if (signal.aborted) return;
      yield line;
      cursor = line.sequence;
    }
    if (lines.length > 0) continue;
    if (!follow) return;
    if (log.newest <= cursor) await wake.next(signal);
  }
}
