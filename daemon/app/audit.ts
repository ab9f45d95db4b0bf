// Looking across lines and times: lists, ranks, comparisons, what was live when, and the proof of the history.

import type { Input, Output } from "../../shared/contract/operations.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import { compareVersions } from "./compare-versions.ts";
import type { Handlers } from "./doors.ts";
import type { HandlerParts } from "./handlers.ts";
import { createLineOrder } from "./line-order.ts";
import { listLines } from "./list-lines.ts";
import { listVersions } from "./list-versions.ts";
import { liveAt, liveDiff } from "./live-at.ts";
import type { CatalogStore } from "./ports.ts";
import { rankVersions } from "./rank-versions.ts";
import { verifyHistory } from "./verify-history.ts";

/** Handlers of the audit's operations. */
export type Audit = Pick<
  Handlers,
  "line.list" | "version.list" | "version.rank" | "version.compare" | "live.at" | "live.diff" | "history.verify" | "move.outcome"
>;

/** The audit over the catalog and its store. */
export function createAudit(parts: Pick<HandlerParts, "catalog" | "store" | "clock" | "mender">): Audit {
  const { catalog, store, clock, mender } = parts;
  const order = createLineOrder(catalog);
  const listed = { catalog, store, clock, mender, order };
  return {
    "line.list": (input) => listLines(listed, input),
    "version.list": (input) => listVersions(listed, input),
    "version.rank": (input) => rankVersions(listed, input),
    "version.compare": (input) => compareVersions(listed, input),
    "live.at": (input) => liveAt(listed, input),
    "live.diff": (input) => liveDiff(listed, input),
    "history.verify": (_input, context) => verifyHistory(parts, context),
    "move.outcome": (input) => outcomeOf(store, input),
  };
}

/** What became of a request that moved a version: what it did, or that nothing of it was done. */
async function outcomeOf(store: Pick<CatalogStore, "moveByRequest">, input: Input<"move.outcome">): Promise<Output<"move.outcome">> {
  const move = await store.moveByRequest(input.request_id);
  if (move === undefined) return { found: false, line: "", version: "", action: "", sequence: 0, at: "" };
  const { line, label, action, sequence, at } = move;
  return { found: true, line, version: label, action, sequence, at: formatMicros(at) };
}
