// The operation `doctor`, the daemon's part: what the process finds about itself, its clock, and the condition of each source.

import type { CheckView } from "../../shared/contract/service-operations.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import type { Catalog, SourceState } from "./catalog.ts";
import type { CatalogStore, OwnProcess } from "./ports.ts";

/** A clock before this was never set: 2025-01-01. */
const EARLIEST_MICROS = 1_735_689_600_000_000n;
/** Events are ordered by time, so the newest may be this far ahead after many in one moment. */
const AHEAD_MICROS = 5_000_000n;
const SET_CLOCK = "set the clock: timedatectl set-ntp true";

/** What `examine` looks at. */
export interface Examined {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly process: OwnProcess;
  readonly store?: Pick<CatalogStore, "availability">;
}

/** Every check of the daemon, in the order in which a person wants to read them. */
export async function examine({ catalog, clock, process, store }: Examined): Promise<Output<"doctor">> {
  const items = [
    ...(await process.examine()),
    ...databaseCheck(store?.availability),
    clockCheck(clock.nowMicros(), catalog.lastEventAt),
    ...catalog.registered().map((source) => sourceCheck(source)),
  ];
  return { items, total: items.length };
}

/** Nothing to say of a store that lies in a file of ours. */
function databaseCheck(availability: CatalogStore["availability"]): readonly CheckView[] {
  if (availability === undefined) return [];
  const { fault } = availability;
  if (fault === "") return [{ name: "database", state: "ok", detail: "it answers, and this daemon holds its lock", mend: "" }];
  return [{ name: "database", state: "fail", detail: fault, mend: "model-manager logs, for the reason; then see to the database" }];
}

function clockCheck(now: bigint, newestEvent: bigint): CheckView {
  const name = "clock";
  const shown = formatMicros(now);
  if (now < EARLIEST_MICROS) return { name, state: "fail", detail: `${shown} is long past: the clock was never set`, mend: SET_CLOCK };
  if (newestEvent > now + AHEAD_MICROS) {
    const detail = `${shown} is before the newest event (${formatMicros(newestEvent)}): the clock was set back, or was ahead`;
    return { name, state: "warn", detail, mend: SET_CLOCK };
  }
  return { name, state: "ok", detail: `${shown}, after every event`, mend: "" };
}

function sourceCheck(source: SourceState): CheckView {
  const { name: sourceName, rootPath } = source.record;
  const name = `source ${sourceName}`;
  const { degraded, warnings } = source.condition;
  if (degraded !== "") {
    const mend = `put ${rootPath} right and it recovers by itself, or: model-manager source remove ${sourceName}`;
    return { name, state: "fail", detail: `${rootPath}: ${degraded}`, mend };
  }
  let bad = 0;
  for (const line of source.listed.values()) if (line.record.degraded !== "") bad++;
  if (bad > 0) {
    const detail = `${bad} of ${source.listed.size} groups degraded; what was live is served`;
    return { name, state: "warn", detail, mend: `model-manager symbols ${sourceName}` };
  }
  const [first] = warnings;
  if (first !== undefined)
    return { name, state: "warn", detail: `${warnings.length} warnings, the first: ${first}`, mend: "model-manager source list --json" };
  if (source.scan.state !== "idle") return { name, state: "info", detail: `being scanned (${rootPath})`, mend: "" };
  return { name, state: "ok", detail: `${source.listed.size} groups (${rootPath})`, mend: "" };
}
