// Fetches what the model asks for and reports it as actions.

import type { Output } from "../../shared/contract/operations.ts";
import type { Action } from "./action.ts";
import { attempt, call, reasonOf, type Loading } from "./loading.ts";
import type { PartName } from "./model.ts";
import { runCommand } from "./run-command.ts";

/** Items in one answer: the most that the daemon gives. */
const PAGE = 1000;
/** Moves in one page of a history: some screens. */
const HISTORY_PAGE = 200;
/** Versions of one line that are held. */
const MOST_VERSIONS = 10_000;
/** Features in one answer about a model. */
const FEATURES = 1000;

/** The registered sources. */
export function loadSources(loading: Loading): Promise<void> {
  const { client, signal, dispatch } = loading;
  const fetch = async (): Promise<void> => {
    const answer = await client.call("source.list", {}, signal);
    dispatch({ type: "sources_loaded", items: answer.items });
  };
  return attempt(loading, fetch, (reason) => ({ type: "sources_failed", reason }));
}

/** All groups of a source, page by page as they come. */
export function loadGroups(loading: Loading, source: string): Promise<void> {
  const { client, signal, dispatch } = loading;
  const fetch = async (): Promise<void> => {
    let after: string | undefined;
    let isFirst = true;
    for (;;) {
      const page: Output<"group.list"> = await client.call(
        "group.list",
        { source, limit: PAGE, ...(after === undefined ? {} : { after }) },
        signal,
      );
      if (signal.aborted) return;
      dispatch({ type: "groups_page", source, items: page.items, total: page.total, isFirst, isLast: page.next === null });
      if (page.next === null) return;
      after = page.next;
      isFirst = false;
    }
  };
  return attempt(loading, fetch, (reason) => ({ type: "groups_failed", source, reason }));
}

/** The rows of some groups. */
export function refreshRows(loading: Loading, source: string, keys: readonly string[]): Promise<void> {
  const { client, signal, dispatch } = loading;
  const fetch = async (): Promise<void> => {
    for (let at = 0; at < keys.length; at += PAGE) {
      const some = keys.slice(at, at + PAGE);
      const page = await client.call("group.list", { source, limit: PAGE, group_keys: some }, signal);
      dispatch({ type: "rows_refreshed", source, keys: some, items: page.items });
    }
  };
  return attempt(loading, fetch, (reason) => ({ type: "groups_failed", source, reason }));
}

type PartLoader = (loading: Loading, line: string) => Promise<Action>;

const PART_LOADERS: Readonly<Record<PartName, PartLoader>> = {
  show: async (loading, line) => ({ type: "part_loaded", line, part: "show", value: await call(loading, "line.show", { line }) }),
  ic: async (loading, line) => ({ type: "part_loaded", line, part: "ic", value: await call(loading, "line.ic", { line }) }),
  curve: async (loading, line) => ({ type: "part_loaded", line, part: "curve", value: await call(loading, "line.curve", { line }) }),
  model: async (loading, line) => ({
    type: "part_loaded",
    line,
    part: "model",
    value: await call(loading, "line.model", { line, importance: FEATURES }),
  }),
  factors: async (loading, line) => ({ type: "part_loaded", line, part: "factors", value: await call(loading, "line.factors", { line }) }),
  versions: async (loading, line) => ({
    type: "part_loaded",
    line,
    part: "versions",
    value: await allVersions(loading, line),
  }),
  history: async (loading, line) => ({
    type: "part_loaded",
    line,
    part: "history",
    value: await call(loading, "line.history", { line, limit: HISTORY_PAGE }),
  }),
  policy: async (loading, line) => ({
    type: "part_loaded",
    line,
    part: "policy",
    value: await call(loading, "policy.show", { target: line }),
  }),
};

/** The newest versions of a line: sorting by a metric needs them all, memory has an end. */
async function allVersions(loading: Loading, line: string): Promise<Output<"line.versions">["items"]> {
  const items: Output<"line.versions">["items"] = [];
  let after: string | undefined;
  do {
    const page: Output<"line.versions"> = await call(loading, "line.versions", {
      line,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined && items.length < MOST_VERSIONS && !loading.signal.aborted);
  return items;
}

/** Moves older than the key. */
export function loadMoreHistory(loading: Loading, line: string, after: string): Promise<void> {
  const fetch = async (): Promise<void> => {
    const page = await call(loading, "line.history", { line, limit: HISTORY_PAGE, after });
    loading.dispatch({ type: "history_page", line, page });
  };
  return attempt(loading, fetch, (reason) => ({ type: "part_failed", line, part: "history", reason }));
}

/** Parts of a line, all at once; each is reported when it comes. */
export async function loadParts(loading: Loading, line: string, parts: readonly PartName[]): Promise<void> {
  const one = (part: PartName): Promise<void> =>
    attempt(
      loading,
      async () => loading.dispatch(await PART_LOADERS[part](loading, line)),
      (reason) => ({ type: "part_failed", line, part, reason }),
    );
  await Promise.all(parts.map(one));
}

/** Registers directories; those that are registered already are passed over. */
export async function registerPaths(loading: Loading, paths: readonly string[]): Promise<void> {
  const known = await call(loading, "source.list", {}).catch((error: unknown) => {
    const reason = reasonOf(error, loading.signal);
    if (reason !== undefined) loading.dispatch({ type: "command_failed", command: "source.add", reason });
    return undefined;
  });
  for (const path of known === undefined ? [] : paths) {
    const bare = path.length > 1 ? path.replace(/\/+$/, "") : path;
    if (known?.items.some((source) => source.root_path === bare) !== true)
      await runCommand(loading, { name: "source.add", input: { path } });
  }
}

/** Follows a source's scan until it ends, telling at most four times a second. */
export function followScan(loading: Loading, name: string, nowMs: () => number): Promise<void> {
  const { client, signal, dispatch } = loading;
  const fetch = async (): Promise<void> => {
    let told = -Infinity;
    for await (const scan of client.stream("source.progress", { name }, signal)) {
      if (scan.state !== "idle" && nowMs() - told < 250) continue;
      told = nowMs();
      dispatch({ type: "scan_progressed", name, scan: { state: scan.state, done: scan.done, total: scan.total } });
    }
    dispatch({ type: "scan_progressed", name, scan: { state: "idle", done: 0, total: 0 } });
  };
  return attempt(loading, fetch, (reason) => ({ type: "sources_failed", reason }));
}
