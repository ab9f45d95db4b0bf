// Registering, refreshing and removing sources, and keeping their condition.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { sourceNameFault } from "../../shared/domain/names.ts";
import type { Catalog, SourceState } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import type { RequestContext } from "./doors.ts";
import type { Ingest } from "./ingest.ts";
import { setHealth, setPinned, withdraw } from "./live-moves.ts";
import type { DiskObserver, GroupReader, Log, SourceCondition, SourceRecord } from "./ports.ts";
import { toSourceView } from "./to-views.ts";

/** How long a refresh waits for the groups that it found changed, ms. */
const REFRESH_WAIT_MS = 30_000;

/** What `createSources` works with. */
export interface SourceDependencies {
  readonly catalog: Catalog;
  readonly committer: Committer;
  readonly observer: DiskObserver;
  readonly ingest: Ingest;
  readonly reader: Pick<GroupReader, "version">;
  readonly log: Log;
  /** Turns a path as a person writes it into the real directory; AppError when there is none. */
  readonly resolveRoot: (path: string) => Promise<{ readonly rootPath: string; readonly device: string; readonly folderName: string }>;
}

/** The operations on sources, and the hooks that the disk calls. */
export interface Sources {
  add(input: Input<"source.add">, context: RequestContext): Promise<Output<"source.add">>;
  remove(input: Input<"source.remove">, context: RequestContext): Promise<Output<"source.remove">>;
  progress(input: Input<"source.progress">, context: RequestContext): AsyncIterable<Output<"source.progress">>;
  refresh(input: Input<"refresh">, context: RequestContext): Promise<Output<"refresh">>;
  /** Starts watching every registered source; resolves when each was listed once. */
  watchAll(): Promise<void>;
}

/** Sources over the catalog and the observer. */
export function createSources(deps: SourceDependencies): Sources {
  const { catalog, observer } = deps;

  async function watch(source: SourceState): Promise<void> {
    source.scan.state = "scanning";
    const known = [...source.listed.values()].flatMap((line) => {
      const group = line.group;
      return group === null ? [] : [{ groupKey: group.groupKey, files: group.readerVersion === deps.reader.version ? group.files : [] }];
    });
    await observer.add({ id: source.record.id, rootPath: source.record.rootPath, rootDevice: source.record.rootDevice }, known);
  }

  function startWatching(source: SourceState): void {
    watch(source).catch((error: unknown) => deps.log.error({ err: error, source: source.record.name }, "watching a source failed"));
  }

  return {
    add: (input, context) => addSource(deps, input, context, startWatching),
    remove: (input, context) => removeSource(deps, input, context),
    progress: (input, context) => watchProgress(deps, input, context),

    refresh: (input, context) => refreshSources(deps, input, context),

    async watchAll() {
      await Promise.all(catalog.registered().map((source) => watch(source)));
    },
  };
}

async function addSource(
  { catalog, committer, observer, resolveRoot }: SourceDependencies,
  input: Input<"source.add">,
  context: RequestContext,
  start: (source: SourceState) => void,
): Promise<Output<"source.add">> {
  const root = await resolveRoot(input.path);
  const name = (input.name ?? root.folderName).trim();
  const fault = sourceNameFault(name);
  if (fault !== undefined) throw new AppError("invalid_input", fault);
  const known = catalog.sourcesByName.get(name);
  const isRegistered = known !== undefined && known.record.removedAt === null;
  if (isRegistered && known.record.rootPath === root.rootPath && known.record.policy === input.policy) return toSourceView(known);
  if (isRegistered && !input.replace) {
    const difference = known.record.rootPath === root.rootPath ? `with policy ${known.record.policy}` : "for another directory";
    throw new AppError(
      "conflict",
      `source ${name} is already registered ${difference}; pass --replace to change it, or choose another --name`,
    );
  }
  refuseNested(catalog, name, root.rootPath);
  await committer.change((draft) => {
    const at = draft.now();
    const record: SourceRecord = {
      id: known?.record.id ?? catalog.lastSourceId + 1,
      name,
      rootPath: root.rootPath,
      rootDevice: root.device,
      policy: input.policy,
      createdAt: known?.record.createdAt ?? at,
      updatedAt: at,
      removedAt: null,
    };
    draft.putSource(record);
    draft.event(isRegistered ? "source_changed" : "source_added", { source: name, reason: "", actor: context.principal.name });
    for (const line of catalog.lines.values()) {
      if (line.record.namespace === name && line.record.policy !== input.policy) {
        const changed = draft.line(line);
        changed.record = { ...changed.record, policy: input.policy };
      }
    }
  });
  if (isRegistered) await observer.remove(known.record.id);
  const source = requireSource(catalog, name);
  source.scan.state = "waiting";
  start(source);
  return toSourceView(source, sameRootWarnings(catalog, name, root.rootPath));
}

async function refreshSources(
  { catalog, observer, ingest }: SourceDependencies,
  input: Input<"refresh">,
  context: RequestContext,
): Promise<Output<"refresh">> {
  const targets = input.source === undefined ? catalog.registered() : [requireSource(catalog, input.source)];
  if (input.group_key !== undefined && targets[0]?.listed.has(input.group_key) !== true) {
    const where = input.source ?? "SOURCE";
    throw new AppError("not_found", `source ${where} has no group ${JSON.stringify(input.group_key)}; see: symbols ${where}`);
  }
  let groups = 0;
  let changed = 0;
  for (const source of targets) {
    if (input.group_key !== undefined) observer.forget(source.record.id, input.group_key);
    const counts = await observer.rescan(source.record.id, input.group_key);
    groups += counts.groups;
    changed += counts.changed;
    await ingest.idle(source.record.id, AbortSignal.any([context.signal, AbortSignal.timeout(REFRESH_WAIT_MS)]));
  }
  return { sources: targets.length, groups, changed };
}

async function removeSource(
  { catalog, committer, observer }: SourceDependencies,
  input: Input<"source.remove">,
  context: RequestContext,
): Promise<Output<"source.remove">> {
  const source = requireSource(catalog, input.name);
  await observer.remove(source.record.id);
  const withdrawn = await committer.change((draft) => {
    const because = {
      reason: input.reason === "" ? "the source was removed" : `the source was removed: ${input.reason}`,
      actor: context.principal.name,
    };
    let count = 0;
    for (const line of source.listed.values()) {
      const changed = draft.line(line);
      if (changed.live !== null) count++;
      withdraw(draft, changed, because);
      setPinned(draft, changed, false, because);
      setHealth(draft, changed, "", context.principal.name);
      if (line.group !== null) draft.dropGroup(source.record.id, line.group.groupKey, line.record.id);
    }
    const at = draft.now();
    draft.putSource({ ...source.record, updatedAt: at, removedAt: at });
    draft.event("source_removed", { source: source.record.name, reason: input.reason, actor: context.principal.name });
    return count;
  });
  return { name: source.record.name, withdrawn };
}

async function* watchProgress(
  { catalog }: SourceDependencies,
  input: Input<"source.progress">,
  context: RequestContext,
): AsyncIterable<Output<"source.progress">> {
  const source = requireSource(catalog, input.name);
  let last = "";
  while (!context.signal.aborted) {
    const { state, done, total } = source.scan;
    const now = `${state} ${done} ${total}`;
    if (now !== last) yield { name: source.record.name, state, done, total };
    last = now;
    if (state === "idle" || source.record.removedAt !== null || source.condition.degraded !== "") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Notes a source's condition; a change of it is an event. */
export async function noteCondition(
  { catalog, committer }: Pick<SourceDependencies, "catalog" | "committer">,
  sourceId: number,
  condition: SourceCondition,
): Promise<void> {
  const source = catalog.sources.get(sourceId);
  if (source === undefined || source.record.removedAt !== null) return;
  const before = source.condition;
  source.condition = condition;
  const hasNewDevice = condition.degraded === "" && condition.rootDevice !== null && condition.rootDevice !== source.record.rootDevice;
  if (before.degraded === condition.degraded && !hasNewDevice && before.warnings.join("\n") === condition.warnings.join("\n")) return;
  await committer.change((draft) => {
    if (hasNewDevice) draft.putSource({ ...source.record, rootDevice: condition.rootDevice });
    const kind =
      before.degraded === condition.degraded ? "source_changed" : condition.degraded === "" ? "source_recovered" : "source_degraded";
    if (kind === "source_changed" && before.warnings.join("\n") === condition.warnings.join("\n")) return;
    draft.event(kind, { source: source.record.name, reason: condition.degraded, actor: "daemon" });
  });
}

/** Notes that a full listing ended. */
export function noteScanned(
  { catalog }: Pick<SourceDependencies, "catalog">,
  nowMicros: bigint,
  sourceId: number,
  counts: { readonly groups: number; readonly pending: number },
): void {
  const source = catalog.sources.get(sourceId);
  if (source === undefined) return;
  source.scannedAt = nowMicros;
  if (source.scan.state !== "scanning") return;
  source.scan.total = Math.max(counts.pending, source.scan.done);
  source.scan.state = source.scan.done >= source.scan.total ? "idle" : "reading";
}

/** The registered source of that name. AppError `not_found` without one. */
export function requireSource(catalog: Catalog, name: string): SourceState {
  const source = catalog.source(name);
  if (source === undefined) throw new AppError("not_found", `no source is named ${JSON.stringify(name)}; see: source list`);
  return source;
}

function refuseNested(catalog: Catalog, name: string, rootPath: string): void {
  for (const other of catalog.registered()) {
    if (other.record.name === name) continue;
    const inside = isInside(rootPath, other.record.rootPath);
    if (!inside && !isInside(other.record.rootPath, rootPath)) continue;
    const relation = inside
      ? `lies inside the directory of source ${other.record.name}`
      : `contains the directory of source ${other.record.name}`;
    throw new AppError(
      "conflict",
      `the directory ${relation}, so its groups would be listed twice; remove that source first, or register a directory beside it`,
    );
  }
}

function sameRootWarnings(catalog: Catalog, name: string, rootPath: string): readonly string[] {
  return catalog
    .registered()
    .filter((other) => other.record.name !== name && other.record.rootPath === rootPath)
    .map((other) => `source ${other.record.name} watches the same directory`);
}

function isInside(path: string, parent: string): boolean {
  return path !== parent && path.startsWith(parent.endsWith("/") ? parent : `${parent}/`);
}
