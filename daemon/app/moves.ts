// Moves that a person asks for without gates: activate (pins) and resume (unpins, and follows the disk again where there is one).

import { AppError } from "../../shared/contract/errors.ts";
import type { Input } from "../../shared/contract/operations.ts";
import { legalStarts, refusalOf } from "../../shared/domain/lifecycle.ts";
import { isRegistryNamespace, lineName, splitLineName } from "../../shared/domain/names.ts";
import { admit } from "./admit-version.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { captureReading, type CaptureTools } from "./capture.ts";
import type { Committer } from "./commit.ts";
import type { RequestContext } from "./doors.ts";
import { wasEverLive } from "./line-history.ts";
import { goLive, setPinned } from "./live-moves.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { firstReply, replyOf, settleHealth, type MoveReply } from "./move-reply.ts";
import type { CatalogStore, GroupReader, GroupReading, VersionRecord } from "./ports.ts";
import { moveDone } from "./request-ids.ts";
import { assertBytesKept, assertServable } from "./safe-to-go-live.ts";

/** What `createMoves` works with. */
export interface MoveDependencies extends CaptureTools {
  readonly store: CatalogStore;
  readonly mender: ObjectMender;
  readonly reader: GroupReader;
  readonly committer: Committer;
  /** Puts the new objects of a draft into the store. */
  readonly storeFiles: (draft: Parameters<Parameters<Committer["change"]>[0]>[0]) => Promise<void>;
}

/** Handlers of `line.activate` and `line.resume`. */
export interface Moves {
  activate(input: Input<"line.activate">, context: RequestContext): Promise<MoveReply>;
  resume(input: Input<"line.resume">, context: RequestContext): Promise<MoveReply>;
}

/** Moves over the catalog and its store. */
export function createMoves(deps: MoveDependencies): Moves {
  return {
    activate: (input, context) => activate(deps, input, context),

    async resume(input, context) {
      const line = requireLine(deps.catalog, input.line);
      const reading = await readNow(deps, line);
      const request = { requestId: input.request_id, line, label: undefined, actions: ["resumed", "captured"] } as const;
      return deps.committer.change(async (draft) => {
        const done = await moveDone(deps.store, request);
        // A resumption that made nothing live, such as one that staged contradictory files, is answered with what is live now.
        if (done?.move.to === "production") return firstReply(line, done, false);
        if (done !== undefined) return { ...replyOf(line, line.live?.label ?? ""), changed: true };
        const previous = line.live?.label ?? "";
        const before = line.record;
        const changed = draft.line(line);
        const because = {
          reason: input.reason === "" ? "resumed" : input.reason,
          actor: context.principal.name,
          requestId: input.request_id,
        };
        setPinned(draft, changed, false, because);
        const { group, source } = line;
        if (reading?.outcome === "read" && group !== null && source !== null && changed.record.policy === "follow") {
          await captureReading(
            deps,
            draft,
            { sourceId: source.record.id, groupKey: group.groupKey, files: group.files, settled: true },
            reading,
            because,
          );
          await deps.storeFiles(draft);
        }
        return { ...replyOf(changed, previous), changed: before.pinned || changed.live?.label !== previous };
      });
    },
  };
}

async function activate(deps: MoveDependencies, input: Input<"line.activate">, context: RequestContext): Promise<MoveReply> {
  const line = requireLine(deps.catalog, input.line);
  const request = { requestId: input.request_id, line, label: input.version, actions: ["activated"] } as const;
  const first = await moveDone(deps.store, request);
  if (first !== undefined) return firstReply(line, first, true);
  const version = await requireVersion(deps.store, line, input.version);
  await assertCanActivate(deps.store, line, version);
  await assertBytesKept(deps.store, version);
  if (input.dry_run)
    return {
      ...replyOf(line, line.live?.label ?? ""),
      version: version.label,
      pinned: true,
      changed: line.live?.id !== version.id || !line.record.pinned,
    };
  const keeps = !isRegistryNamespace(line.record.namespace);
  await admit(deps, line, version, { actor: context.principal.name, requestId: input.request_id, keeps });
  return deps.committer.change(async (draft) => {
    const done = await moveDone(deps.store, request);
    if (done !== undefined) return firstReply(line, done, true);
    const previous = line.live?.label ?? "";
    const now = await requireVersion(deps.store, line, input.version);
    await assertCanActivate(deps.store, line, now);
    // Once more: it may have fallen out of the last versions meanwhile, and nothing is dropped while this runs.
    await assertBytesKept(deps.store, now);
    const changed = draft.line(line);
    const because = { reason: input.reason === "" ? "activated" : input.reason, actor: context.principal.name };
    const wasLive = changed.live?.id === now.id;
    const wasPinned = changed.record.pinned;
    if (!wasLive) goLive(draft, changed, now, "activated", because, { facts: { requestId: input.request_id } });
    setPinned(draft, changed, true, because);
    settleHealth(draft, line, changed, wasLive, context.principal.name);
    return { ...replyOf(changed, previous), changed: !wasLive || !wasPinned };
  });
}

/** The line of that name. AppError `not_found`, which says what is wrong with the name, without one. */
export function requireLine(catalog: Catalog, name: string): LineState {
  const parts = splitLineName(name);
  if (parts === undefined)
    throw new AppError("invalid_input", `${JSON.stringify(name)} is not a line; write NAMESPACE/NAME, such as SOURCE/GROUP_KEY`);
  const line = catalog.line(parts.namespace, parts.name);
  if (line !== undefined) return line;
  throw new AppError("not_found", unknownLine(catalog, parts));
}

function unknownLine(catalog: Catalog, { namespace, name }: { readonly namespace: string; readonly name: string }): string {
  if (isRegistryNamespace(namespace)) return `there is no line ${lineName(namespace, name)}; its first registration makes it`;
  return catalog.source(namespace) === undefined
    ? `no source is named ${JSON.stringify(namespace)}; see: source list`
    : `source ${namespace} has no group ${JSON.stringify(name)}; see: symbols ${namespace}`;
}

/** The version with that label. AppError `not_found` without one. */
export async function requireVersion(store: Pick<CatalogStore, "versionByLabel">, line: LineState, label: string): Promise<VersionRecord> {
  const version = await store.versionByLabel(line.record.id, label);
  if (version === undefined) {
    const name = `${line.record.namespace}/${line.record.name}`;
    throw new AppError("not_found", `line ${name} has no version ${JSON.stringify(label)}; see: versions ${name}`);
  }
  return version;
}

async function assertCanActivate(store: CatalogStore, line: LineState, version: VersionRecord): Promise<void> {
  assertServable(line, version);
  if (line.live?.id === version.id) return;
  if (!legalStarts("activated").includes(version.status))
    throw new AppError("wrong_state", refusalOf(version.label, version.status, legalStarts("activated"), "activated"));
  if (version.status === "archived" && !(await wasEverLive(store, version)))
    throw new AppError("wrong_state", `${version.label} was put away and never was live; restage it first`);
}

async function readNow(deps: MoveDependencies, line: LineState): Promise<GroupReading | undefined> {
  if (line.group === null || line.source === null || line.record.policy === "gated") return undefined;
  return deps.reader.read(line.source.record.rootPath, {
    sourceId: line.source.record.id,
    groupKey: line.group.groupKey,
    files: line.group.files,
    settled: true,
  });
}
