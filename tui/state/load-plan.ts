// What a move would do: the daemon's own dry run, and beside it what a person wants to see before saying yes.

import type { ComparisonView } from "../../shared/contract/registry-views.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { AppError } from "../../shared/contract/errors.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import { attempt, call, type Loading } from "./loading.ts";
import type { LoadedBy, MoveKind, MovePlan, PlanRequest } from "./move-types.ts";

type Core = Pick<MovePlan, "version" | "to" | "changes" | "gates" | "warnings">;
type Shown = Output<"line.show">;

/** Where each move leads; refused with the daemon's reason when it cannot be. */
const CORES: Readonly<Record<MoveKind, (loading: Loading, request: PlanRequest, now: Shown) => Promise<Core>>> = {
  promote: async (loading, { line, version }, { group }) => {
    const { gates, warnings } = await call(loading, "line.promote", { line, version, dry_run: true });
    return { version, to: version, changes: group.version !== version, gates, warnings };
  },
  rollback: async (loading, { line, version: to }, { group }) => {
    const { version, warnings } = await call(loading, "line.rollback", { line, ...(to === "" ? {} : { to }), dry_run: true });
    return { version, to: version, changes: group.version !== version || !group.pinned, gates: [], warnings };
  },
  activate: async (loading, { line, version }) => {
    const plan = await call(loading, "line.activate", { line, version, dry_run: true });
    return { version, to: version, changes: plan.changed, gates: [], warnings: [] };
  },
  archive: staysLive,
  restage: staysLive,
  fail: (_loading, { version }, { group }) =>
    Promise.resolve({ version, to: group.version === version ? "" : group.version, changes: true, gates: [], warnings: [] }),
  paper_start: staysLive,
  paper_stop: staysLive,
};

function staysLive(_loading: Loading, { version }: PlanRequest, { group }: Shown): Promise<Core> {
  return Promise.resolve({ version, to: group.version, changes: true, gates: [], warnings: [] });
}

/** Words for what could not be had beside the plan; a connection that broke ends the plan itself. */
function orNote<T>(answer: Promise<T>, note: (words: string) => T): Promise<T> {
  return answer.catch((error: unknown) => {
    if (error instanceof AppError) return note(error.message);
    throw error;
  });
}

async function compare(loading: Loading, line: string, from: string, to: string): Promise<Pick<MovePlan, "comparison" | "comparisonNote">> {
  if (from === "" || to === "" || from === to) return { comparison: undefined, comparisonNote: "" };
  const answer: Promise<ComparisonView | string> = call(loading, "version.compare", { line, version: from, other_version: to });
  const comparison = await orNote<ComparisonView | string>(answer, (words) => words);
  return typeof comparison === "string" ? { comparison: undefined, comparisonNote: comparison } : { comparison, comparisonNote: "" };
}

/** Clients whose newest report names a version of this line. */
async function loadedBy(loading: Loading, line: string): Promise<LoadedBy[]> {
  const { items } = await call(loading, "client.list", {});
  return items.flatMap((client) =>
    client.loaded.filter((one) => one.line === line).map((one) => ({ clientId: client.client_id, version: one.version })),
  );
}

async function viewOf(loading: Loading, line: string, version: string): Promise<Shown["live"] | undefined> {
  return version === "" ? undefined : (await call(loading, "line.show", { line, version })).live;
}

/** Everything a dialog shows of a move before it is made. */
export function loadPlan(loading: Loading, request: PlanRequest, clock: Clock): Promise<void> {
  const { line } = request;
  const fetch = async (): Promise<void> => {
    const now = await call(loading, "line.show", { line });
    const core = await CORES[request.move](loading, request, now);
    const from = now.group.version;
    const [fromView, view, comparison, clients] = await Promise.all([
      viewOf(loading, line, from),
      viewOf(loading, line, core.version),
      compare(loading, line, from, core.to),
      loadedBy(loading, line),
    ]);
    const { pinned: isPinned, policy } = now.group;
    const plan: MovePlan = {
      ...{ ...core, from, isPinned, policy, ...comparison, loadedBy: clients },
      ...{ fromView: fromView ?? undefined, view: view ?? undefined },
    };
    loading.dispatch({ type: "plan_loaded", request, plan, atMs: clock.monotonicMs() });
  };
  return attempt(loading, fetch, (reason) => ({ type: "plan_failed", request, reason }));
}
