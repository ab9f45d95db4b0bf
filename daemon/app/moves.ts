// Moves that a person asks for on a source's line: activate (pins) and resume (unpins and follows the disk again).

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { legalStarts } from "../../shared/domain/lifecycle.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { captureReading, type CaptureTools } from "./capture.ts";
import type { Committer } from "./commit.ts";
import type { RequestContext } from "./doors.ts";
import { keptParts } from "./kept-bytes.ts";
import { KEPT_ONLY } from "./keep-rules.ts";
import { goLive, setHealth, setPinned } from "./live-moves.ts";
import type { ObjectMender } from "./mend-objects.ts";
import type { CatalogStore, GroupReader, GroupReading, VersionRecord } from "./ports.ts";

/** What `createMoves` works with. */
export interface MoveDependencies extends CaptureTools {
  readonly store: CatalogStore;
  readonly mender: ObjectMender;
  readonly reader: GroupReader;
  readonly committer: Committer;
  /** Puts the new objects of a draft into the store. */
  readonly storeFiles: (draft: Parameters<Parameters<Committer["change"]>[0]>[0]) => Promise<void>;
}

type MoveReply = Output<"line.activate">;

/** Handlers of `line.activate` and `line.resume`. */
export interface Moves {
  activate(input: Input<"line.activate">, context: RequestContext): Promise<MoveReply>;
  resume(input: Input<"line.resume">, context: RequestContext): Promise<MoveReply>;
}

/** Moves over the catalog and its store. */
export function createMoves(deps: MoveDependencies): Moves {
  return {
    async activate(input, context) {
      const line = requireLine(deps.catalog, input.line);
      const version = await requireVersion(deps.store, line, input.version);
      assertCanActivate(line, version);
      await assertBytesKept(deps, version);
      if (input.dry_run)
        return {
          ...replyOf(line, line.live?.label ?? ""),
          version: version.label,
          pinned: true,
          changed: line.live?.id !== version.id || !line.record.pinned,
        };
      await verifyFiles(deps, version);
      await assertProven(deps, version);
      return deps.committer.change(async (draft) => {
        const previous = line.live?.label ?? "";
        const now = await requireVersion(deps.store, line, input.version);
        assertCanActivate(line, now);
        // Once more: it may have fallen out of the last versions meanwhile, and nothing is dropped while this runs.
        await assertBytesKept(deps, now);
        const changed = draft.line(line);
        const because = { reason: input.reason === "" ? "activated" : input.reason, actor: context.principal.name };
        const wasLive = changed.live?.id === now.id;
        const wasPinned = changed.record.pinned;
        if (!wasLive) goLive(draft, changed, now, "activated", because);
        setPinned(draft, changed, true, because);
        if (line.group !== null && line.group.contentDigest === now.contentDigest) setHealth(draft, changed, "", context.principal.name);
        return { ...replyOf(changed, previous), changed: !wasLive || !wasPinned };
      });
    },

    async resume(input, context) {
      const line = requireLine(deps.catalog, input.line);
      const reading = await readNow(deps, line);
      return deps.committer.change(async (draft) => {
        const previous = line.live?.label ?? "";
        const before = line.record;
        const changed = draft.line(line);
        const because = { reason: input.reason === "" ? "resumed" : input.reason, actor: context.principal.name };
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

/** The line of that name. AppError `not_found`, which says what is wrong with the name, without one. */
export function requireLine(catalog: Catalog, name: string): LineState {
  const parts = splitLineName(name);
  if (parts === undefined) throw new AppError("invalid_input", `${JSON.stringify(name)} is not a line; write SOURCE/GROUP_KEY`);
  const line = catalog.line(parts.namespace, parts.name);
  if (line !== undefined) return line;
  const known = catalog.source(parts.namespace);
  throw new AppError(
    "not_found",
    known === undefined
      ? `no source is named ${JSON.stringify(parts.namespace)}; see: source list`
      : `source ${parts.namespace} has no group ${JSON.stringify(parts.name)}; see: symbols ${parts.namespace}`,
  );
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

function assertCanActivate(line: LineState, version: VersionRecord): void {
  if (line.source === null)
    throw new AppError(
      "wrong_state",
      `the source of line ${line.record.namespace}/${line.record.name} was removed; register it again first`,
    );
  if (!version.ready) throw new AppError("wrong_state", `${version.label} cannot be served: it has no usable model document`);
  if (line.live?.id === version.id || legalStarts("activated").includes(version.status)) return;
  throw new AppError(
    "wrong_state",
    `${version.label} is ${version.status}; only ${legalStarts("activated").join(" or ")} versions can be activated`,
  );
}

async function assertBytesKept({ store }: MoveDependencies, version: VersionRecord): Promise<void> {
  if ((await store.versionsWithoutBytes([version.id])).has(version.id))
    throw new AppError("wrong_state", `the bytes of ${version.label} are no longer kept: ${KEPT_ONLY}`);
}

/** Everything that is kept of a version must still have its digest before it goes live. */
async function verifyFiles({ mender }: MoveDependencies, version: VersionRecord): Promise<void> {
  for (const part of keptParts(version)) {
    try {
      await mender.read(part.sha256);
    } catch (error) {
      if (error instanceof AppError && error.code === "wrong_state") throw error;
      throw new AppError("wrong_state", `the stored bytes of ${part.name} of ${version.label} are damaged; nothing was changed`, {
        cause: error,
      });
    }
  }
}

/** What was captured under an older evaluator, or before there was one, must give its margins now. */
async function assertProven({ prover }: MoveDependencies, version: VersionRecord): Promise<void> {
  const failure = await prover.failureOf(version);
  if (failure !== "") throw new AppError("wrong_state", `${version.label} must not go live: ${failure}`);
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

function replyOf(line: Pick<LineState, "record" | "live">, previous: string): Omit<MoveReply, "changed"> {
  const { record, live } = line;
  return {
    line: `${record.namespace}/${record.name}`,
    version: live?.label ?? "",
    previous_version: previous,
    pinned: record.pinned,
    sequence: record.liveSequence,
  };
}
