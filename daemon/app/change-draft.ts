// One change of the catalog in the making: what the store will commit, and what memory becomes once it has.

import type { Clock } from "../../shared/lib/clock.ts";
import type { EventKind } from "../../shared/contract/events.ts";
import { isLegalMove, type Before, type MoveAction, type Policy, type Status } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { KeptBytes } from "./kept-bytes.ts";
import { newLine } from "./new-line.ts";
import { RegistryDraft } from "./registry-draft.ts";
import type {
  CatalogChange,
  EventRecord,
  GroupRecord,
  LineRecord,
  LoadedRecord,
  MoveRecord,
  ObjectRecord,
  SourceRecord,
  VersionRecord,
} from "./ports.ts";

/** Kinds that change what a live watcher sees. */
const WATCHED_KINDS: ReadonlySet<EventKind> = new Set(["version_live", "line_withdrawn", "line_degraded", "line_recovered"]);

interface LineDraft {
  record: LineRecord;
  live: VersionRecord | null;
  lastLive: VersionRecord | null;
}

/** A version that a draft adds: its description (exact JSON text) and all its bytes come with it. */
export interface NewVersion {
  readonly version: VersionRecord;
  readonly description: string;
  readonly bytes: readonly KeptBytes[];
}

/** What a move keeps besides its reason and actor: what the gates said, and the caller's id of the request. */
export interface MoveFacts {
  readonly gates?: string;
  readonly gatesSkipped?: boolean;
  readonly requestId?: string;
}

/** What an event says besides its kind. */
export interface EventFacts {
  readonly source: string;
  readonly groupKey?: string;
  readonly version?: string;
  readonly previousVersion?: string;
  readonly reason?: string;
  readonly actor: string;
}

/** Collects records; nothing is visible before `apply`, which the caller runs after the commit. Used under the catalog's mutex only. */
export class ChangeDraft {
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  #sequence: number;
  #at: bigint;
  #lineId: number;
  #versionId: number;
  readonly #sources: SourceRecord[] = [];
  readonly #lines = new Map<number, LineDraft>();
  readonly #groups: GroupRecord[] = [];
  readonly #gone: { sourceId: number; groupKey: string; lineId: number }[] = [];
  readonly #versions = new Map<number, NewVersion>();
  readonly #statuses: { versionId: number; status: Status; since: bigint; reason: string; actor: string }[] = [];
  readonly #moves: MoveRecord[] = [];
  readonly #events: EventRecord[] = [];
  readonly #loaded: LoadedRecord[] = [];
  readonly #objects = new Map<string, ObjectRecord>();
  readonly #goneObjects: string[] = [];
  readonly #neededBytes: KeptBytes[] = [];
  /** Objects were moved: reason enough for a commit, while objects that came with nothing else are not. */
  #hasMovedObjects = false;
  readonly #newLines = new Map<string, number>();
  /** Registrations, paper trading, gates and datasets. */
  readonly registry: RegistryDraft;

  constructor(catalog: Catalog, clock: Clock) {
    this.#catalog = catalog;
    this.#clock = clock;
    this.registry = new RegistryDraft(catalog);
    this.#sequence = catalog.lastSequence;
    this.#at = catalog.lastEventAt;
    this.#lineId = catalog.lastLineId;
    this.#versionId = catalog.lastVersionId;
  }

  /** Time of the next event: now, or just after the last one when the clock went back. */
  #nextTime(): bigint {
    const now = this.#clock.nowMicros();
    this.#at = now > this.#at ? now : this.#at + 1n;
    return this.#at;
  }

  /** The time for records that are no events. */
  now(): bigint {
    return this.#clock.nowMicros();
  }

  /** One more committed fact; its sequence number and time are the next ones. */
  event(kind: EventKind, facts: EventFacts): EventRecord {
    const event: EventRecord = {
      sequence: ++this.#sequence,
      at: this.#nextTime(),
      kind,
      source: facts.source,
      groupKey: facts.groupKey ?? "",
      version: facts.version ?? "",
      previousVersion: facts.previousVersion ?? "",
      reason: facts.reason ?? "",
      actor: facts.actor,
    };
    this.#events.push(event);
    return event;
  }

  putSource(record: SourceRecord): void {
    this.#sources.push(record);
  }

  /** The line as this draft has it so far. */
  line(state: LineState): LineDraft {
    const known = this.#lines.get(state.record.id);
    if (known !== undefined) return known;
    const draft = { record: state.record, live: state.live, lastLive: state.lastLive };
    this.#lines.set(state.record.id, draft);
    return draft;
  }

  /** The line of that name: the known one, or a new empty one. */
  lineNamed(namespace: string, name: string, policy: Policy): LineDraft {
    const known = this.#catalog.line(namespace, name);
    if (known !== undefined) return this.line(known);
    const key = `${namespace}/${name}`;
    const id = this.#newLines.get(key) ?? ++this.#lineId;
    const made = this.#lines.get(id);
    if (made !== undefined) return made;
    this.#newLines.set(key, id);
    const draft: LineDraft = { record: newLine(id, namespace, name, policy), live: null, lastLive: null };
    this.#lines.set(id, draft);
    return draft;
  }

  putGroup(record: GroupRecord): void {
    this.#groups.push(record);
  }

  dropGroup(sourceId: number, groupKey: string, lineId: number): void {
    this.#gone.push({ sourceId, groupKey, lineId });
  }

  putObjects(objects: readonly ObjectRecord[]): void {
    for (const object of objects) this.#objects.set(object.sha256, object);
  }

  /** Objects that are known already and lie elsewhere from now on. */
  moveObjects(objects: readonly ObjectRecord[]): void {
    this.putObjects(objects);
    this.#hasMovedObjects ||= objects.length > 0;
  }

  /** Digests whose bytes are no longer kept. */
  dropObjects(digests: readonly string[]): void {
    this.#goneObjects.push(...digests);
  }

  /** Digests of the objects on the draft. */
  get objectDigests(): ReadonlySet<string> {
    return new Set(this.#objects.keys());
  }

  putLoaded(report: LoadedRecord): void {
    this.#loaded.push(report);
  }

  nextVersionId(): number {
    return ++this.#versionId;
  }

  /** A new version with its description (exact JSON text) and all its bytes, which must be in the object store before the commit. */
  addVersion(version: VersionRecord, description: string, bytes: readonly KeptBytes[]): void {
    this.#versions.set(version.id, { version, description, bytes });
  }

  /** Bytes of a known version that goes live again: they may have been dropped since it was captured. */
  needBytes(bytes: readonly KeptBytes[]): void {
    this.#neededBytes.push(...bytes);
  }

  /** What must be in the object store before the commit: the bytes of the new versions, and of known ones that come back. */
  get newBytes(): readonly KeptBytes[] {
    return [...[...this.#versions.values()].flatMap((added) => added.bytes), ...this.#neededBytes];
  }

  /** The new versions that are live on their lines. */
  *newlyLive(): Generator<NewVersion & { readonly line: LineDraft }> {
    for (const line of this.#lines.values()) {
      const added = line.live === null ? undefined : this.#versions.get(line.live.id);
      if (added !== undefined) yield { ...added, line };
    }
  }

  /** Records a move of a version (new ones come from "none"). Throws on an illegal one: that is a bug of the caller. */
  move(
    line: LineDraft,
    version: VersionRecord,
    action: MoveAction,
    from: Before,
    to: Status,
    event: EventRecord,
    facts: MoveFacts = {},
  ): VersionRecord {
    if (!isLegalMove(action, from, to)) throw new Error(`illegal move: ${action} from ${from} to ${to}`);
    this.#moves.push({
      sequence: event.sequence,
      at: event.at,
      lineId: line.record.id,
      versionId: version.id,
      line: lineName(line.record.namespace, line.record.name),
      label: version.label,
      contentDigest: version.contentDigest,
      ...{ action, from, to },
      reason: event.reason,
      actor: event.actor,
      gates: facts.gates ?? "",
      gatesSkipped: facts.gatesSkipped ?? false,
      requestId: facts.requestId ?? "",
    });
    const moved: VersionRecord = { ...version, status: to, statusSince: event.at, statusReason: event.reason, statusActor: event.actor };
    const fresh = this.#versions.get(version.id);
    if (fresh === undefined)
      this.#statuses.push({ versionId: version.id, status: to, since: event.at, reason: event.reason, actor: event.actor });
    else this.#versions.set(version.id, { ...fresh, version: moved });
    if (line.lastLive?.id === version.id) line.lastLive = moved;
    return moved;
  }

  /** What the store is to commit. */
  toChange(): CatalogChange {
    return {
      sources: this.#sources,
      lines: [...this.#lines.values()].map((line) => line.record),
      groups: this.#groups,
      goneGroups: this.#gone,
      objects: [...this.#objects.values()],
      goneObjects: this.#goneObjects,
      versions: [...this.#versions.values()].map(({ version, description }) => ({ version, description })),
      statuses: this.#statuses,
      moves: this.#moves,
      events: this.#events,
      loaded: this.#loaded,
      ...this.registry.toChange(),
    };
  }

  get isEmpty(): boolean {
    const records = [this.#events, this.#groups, this.#gone, this.#sources, this.#loaded, this.#goneObjects];
    return records.every((list) => list.length === 0) && this.#lines.size === 0 && !this.#hasMovedObjects && this.registry.isEmpty;
  }

  /** Makes memory what was committed. */
  apply(): void {
    const catalog = this.#catalog;
    for (const source of this.#sources) {
      catalog.putSource(source);
      catalog.lastSourceId = Math.max(catalog.lastSourceId, source.id);
    }
    catalog.lastLineId = this.#lineId;
    catalog.lastVersionId = this.#versionId;
    for (const line of this.#lines.values()) catalog.putLine(line.record, line.live, line.lastLive);
    for (const gone of this.#gone) catalog.dropGroup(gone.lineId);
    for (const group of this.#groups) catalog.putGroup(group);
    for (const report of this.#loaded) catalog.putLoaded(report);
    for (const { lineId, from, to } of this.#moves) catalog.noteMove(lineId, from, to);
    this.registry.apply();
    for (const event of this.#events) {
      catalog.noteEvent(event);
      if (!WATCHED_KINDS.has(event.kind)) continue;
      const line = catalog.line(event.source, event.groupKey);
      if (line !== undefined) catalog.noteChange(event.sequence, line);
    }
  }
}

export type { LineDraft };
