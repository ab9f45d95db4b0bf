// A record of paper trading in a few words.

import type { PaperView } from "../../shared/contract/registry-views.ts";
import { compact } from "../format/numbers.ts";
import { shortTime } from "../format/times.ts";

/** `since 2026-01-05 09:30:00Z, 3 h`, `3 h to 2026-01-06 09:30:00Z`; empty without a record. */
export function paperText(paper: PaperView | null): string {
  if (paper === null) return "";
  // Cut, not rounded: 23.999 hours are not yet 24.
  const hours = `${compact(Math.floor(paper.hours * 100) / 100)} h`;
  return paper.stopped_at === null ? `since ${shortTime(paper.started_at)}, ${hours}` : `${hours} to ${shortTime(paper.stopped_at)}`;
}
