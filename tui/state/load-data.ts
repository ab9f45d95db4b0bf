// Fetches what the model asks for and reports it as actions.

import type { CallInput, CallName, Output } from "../../shared/contract/operations.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import { DaemonGone, type DaemonClient } from "../client/daemon-client.ts";
import type { Action, CommandRequest } from "./action.ts";
import type { PartName } from "./model.ts";

export interface Loading {
  readonly client: DaemonClient;
  readonly signal: AbortSignal;
  readonly dispatch: (...actions: readonly Action[]) => void;
}

/** Items in one answer: the most that the daemon gives. */
const PAGE = 1000;
/** Features in one answer about a model. */
const FEATURES = 1000;

/** A refusal's words. Undefined when nothing is to be said: the connection is gone, and what was asked for is asked again after it is back. */
function reasonOf(error: unknown, signal: AbortSignal): string | undefined {
  if (error instanceof DaemonGone || signal.aborted) return undefined;
  return error instanceof Error ? error.message : String(error);
}

/** Runs a fetch; a refusal becomes the action that `refused` makes of it. */
async function attempt(loading: Loading, fetch: () => Promise<void>, refused: (reason: string) => Action): Promise<void> {
  try {
    await fetch();
  } catch (error) {
    const reason = reasonOf(error, loading.signal);
    if (reason !== undefined) loading.dispatch(refused(reason));
  }
}

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

function call<N extends CallName>(loading: Loading, name: N, input: CallInput<N>): Promise<Output<N>> {
  return loading.client.call(name, input, loading.signal);
}

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
    value: (await call(loading, "line.versions", { line, limit: PAGE })).items,
  }),
  history: async (loading, line) => ({
    type: "part_loaded",
    line,
    part: "history",
    value: (await call(loading, "line.history", { line, limit: PAGE })).items,
  }),
};

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

/** What an activation would do. */
export function loadPreview(loading: Loading, line: string, version: string): Promise<void> {
  const fetch = async (): Promise<void> => {
    const answer = await call(loading, "line.activate", { line, version, dry_run: true });
    const preview = { version, previousVersion: answer.previous_version, isPinned: answer.pinned, changes: answer.changed };
    loading.dispatch({ type: "preview_loaded", line, preview });
  };
  return attempt(loading, fetch, (reason) => ({ type: "preview_failed", line, version, reason }));
}

/** The words for a command that was done. */
async function runRequest(loading: Loading, request: CommandRequest): Promise<string> {
  switch (request.name) {
    case "refresh": {
      const done = await call(loading, "refresh", request.input);
      return `looked at ${done.groups} groups in ${done.sources} sources: ${done.changed} read again`;
    }
    case "line.activate": {
      const done = await call(loading, "line.activate", request.input);
      return `${done.line}: ${done.version} is live and pinned${done.previous_version === "" ? "" : ` (before: ${done.previous_version})`}`;
    }
    case "line.resume": {
      const done = await call(loading, "line.resume", request.input);
      return `${done.line} follows its files again; live: ${done.version === "" ? "none" : done.version}`;
    }
    case "source.add": {
      const done = await call(loading, "source.add", request.input);
      return `${done.name} is registered: ${done.root_path}`;
    }
    case "source.remove": {
      const done = await call(loading, "source.remove", request.input);
      return `${done.name} is removed; ${done.withdrawn} models withdrawn, their history stays`;
    }
  }
}

/** Has the daemon do something. */
export async function runCommand(loading: Loading, request: CommandRequest): Promise<void> {
  try {
    const text = await runRequest(loading, request);
    loading.dispatch({ type: "command_done", command: request.name, text });
  } catch (error) {
    // A command is never sent twice: whether a lost one was done shows when the daemon is back.
    const reason =
      reasonOf(error, loading.signal) ?? `the connection broke; look whether ${commandWords(request)} was done once it is back`;
    loading.dispatch({ type: "command_failed", command: request.name, reason });
  }
}

function commandWords(request: CommandRequest): string {
  if (request.name !== "line.activate" && request.name !== "line.resume") return request.name;
  return `${request.name} of ${splitLineName(request.input.line)?.name ?? request.input.line}`;
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
