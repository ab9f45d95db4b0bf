// The catalog in memory: sources, lines and what is live, as the last commit left them. Histories and descriptions stay in the store.

import type { Before, Status } from "../../shared/domain/lifecycle.ts";
import { lineName, symbolKey } from "../../shared/domain/names.ts";
import type {
  DatasetRecord,
  EventRecord,
  GroupRecord,
  LineRecord,
  LoadedCatalog,
  LoadedRecord,
  PaperRecord,
  PolicyRecord,
  SourceCondition,
  SourceRecord,
  VersionRecord,
} from "./ports.ts";

/** Where a source's first or next listing stands. */
export interface ScanState {
  state: "waiting" | "scanning" | "reading" | "idle";
  done: number;
  total: number;
}

export interface SourceState {
  record: SourceRecord;
  condition: SourceCondition;
  scannedAt: bigint | null;
  readonly scan: ScanState;
  /** Lines that are listed (something live, or files on disk), by group key. */
  readonly listed: Map<string, LineState>;
  /** The listed lines by compared symbol. */
  readonly bySymbol: Map<string, Set<LineState>>;
}

export interface LineState {
  record: LineRecord;
  live: VersionRecord | null;
  lastLive: VersionRecord | null;
  group: GroupRecord | null;
  /** Null for lines of namespaces that are no directory, and of removed sources. */
  source: SourceState | null;
  /** Key under which `bySymbol` holds it. */
  symbolKey: string;
}

/** Events whose lines a live watcher must look at; bounded. */
export interface RecentChange {
  readonly sequence: number;
  readonly line: LineState;
}

/** A watcher further behind than this many changes looks at every line instead. */
const RECENT_CHANGES = 8192;

const NO_VERSIONS: Readonly<Record<Status, number>> = { staged: 0, production: 0, archived: 0, failed: 0 };

/** The state that queries read and changes are applied to. Only `ChangeDraft.apply` writes it. */
export class Catalog {
  readonly sources = new Map<number, SourceState>();
  readonly sourcesByName = new Map<string, SourceState>();
  readonly lines = new Map<number, LineState>();
  readonly loaded = new Map<string, LoadedRecord>();
  /** Gates by target, as JSON text. */
  readonly policies = new Map<string, string>();
  readonly datasets = new Map<string, DatasetRecord>();
  /** Open records of paper trading by version. */
  readonly papers = new Map<number, PaperRecord>();
  readonly #statusCounts = new Map<number, Record<Status, number>>();
  readonly #linesByName = new Map<string, LineState>();
  #recent: RecentChange[] = [];
  lastSequence: number;
  lastEventAt: bigint;
  lastSourceId: number;
  lastLineId: number;
  lastVersionId: number;
  lastPaperId: number;
  /** Changes with a sequence up to here may be missing from the recent ones. */
  #recentSince: number;

  constructor(stored: LoadedCatalog) {
    this.lastSequence = stored.lastSequence;
    this.lastEventAt = stored.lastEventAt;
    this.lastSourceId = stored.lastSourceId;
    this.lastLineId = stored.lastLineId;
    this.lastVersionId = stored.lastVersionId;
    this.lastPaperId = stored.lastPaperId;
    this.#recentSince = stored.lastSequence;
    const versions = new Map(stored.versions.map((version) => [version.id, version]));
    const version = (id: number | null) => (id === null ? null : (versions.get(id) ?? null));
    for (const source of stored.sources) this.putSource(source);
    for (const line of stored.lines) this.putLine(line, version(line.liveVersionId), version(line.lastLiveVersionId));
    for (const group of stored.groups) this.putGroup(group);
    for (const report of stored.loaded) this.putLoaded(report);
    for (const policy of stored.policies) this.putPolicy(policy);
    for (const dataset of stored.datasets) this.datasets.set(dataset.name, dataset);
    for (const paper of stored.papers) this.putPaper(paper);
    for (const { lineId, status, count } of stored.statusCounts) this.#countsOf(lineId)[status] = count;
  }

  /** How many versions of the line have each status. */
  statusCounts(lineId: number): Readonly<Record<Status, number>> {
    return this.#statusCounts.get(lineId) ?? NO_VERSIONS;
  }

  /** One version of the line has another status from now on. */
  noteMove(lineId: number, from: Before, to: Status): void {
    const counts = this.#countsOf(lineId);
    if (from !== "none") counts[from]--;
    counts[to]++;
  }

  #countsOf(lineId: number): Record<Status, number> {
    const counts = this.#statusCounts.get(lineId) ?? { ...NO_VERSIONS };
    this.#statusCounts.set(lineId, counts);
    return counts;
  }

  putPolicy({ target, body }: PolicyRecord): void {
    if (body === "") this.policies.delete(target);
    else this.policies.set(target, body);
  }

  putPaper(paper: PaperRecord): void {
    if (paper.stoppedAt === null) this.papers.set(paper.versionId, paper);
    else this.papers.delete(paper.versionId);
  }

  line(namespace: string, name: string): LineState | undefined {
    return this.#linesByName.get(lineName(namespace, name));
  }

  /** A source that is registered now. */
  source(name: string): SourceState | undefined {
    const found = this.sourcesByName.get(name);
    return found === undefined || found.record.removedAt !== null ? undefined : found;
  }

  /** Registered sources by name, in no order. */
  registered(): SourceState[] {
    return [...this.sources.values()].filter((source) => source.record.removedAt === null);
  }

  /** Lines that changed what is live or healthy after the sequence, oldest first; undefined when it is too long ago to tell. */
  changedSince(sequence: number): readonly RecentChange[] | undefined {
    if (sequence < this.#recentSince) return undefined;
    let from = this.#recent.length;
    while (from > 0 && (this.#recent[from - 1]?.sequence ?? 0) > sequence) from--;
    return this.#recent.slice(from);
  }

  putSource(record: SourceRecord): SourceState {
    const known = this.sources.get(record.id);
    if (known !== undefined) {
      known.record = record;
      return known;
    }
    const source: SourceState = {
      record,
      condition: { degraded: "", warnings: [], rootDevice: null },
      scannedAt: null,
      scan: { state: "waiting", done: 0, total: 0 },
      listed: new Map(),
      bySymbol: new Map(),
    };
    this.sources.set(record.id, source);
    this.sourcesByName.set(record.name, source);
    return source;
  }

  putLine(record: LineRecord, live: VersionRecord | null, lastLive: VersionRecord | null): LineState {
    const known = this.lines.get(record.id);
    const line: LineState = known ?? { record, live, lastLive, group: null, source: null, symbolKey: "" };
    line.record = record;
    line.live = live;
    line.lastLive = lastLive;
    line.source = this.source(record.namespace) ?? null;
    if (known === undefined) {
      this.lines.set(record.id, line);
      this.#linesByName.set(lineName(record.namespace, record.name), line);
    }
    this.#relist(line);
    return line;
  }

  putGroup(record: GroupRecord): void {
    const line = this.lines.get(record.lineId);
    if (line === undefined) return;
    line.group = record;
    this.#relist(line);
  }

  dropGroup(lineId: number): void {
    const line = this.lines.get(lineId);
    if (line === undefined) return;
    line.group = null;
    this.#relist(line);
  }

  putLoaded(report: LoadedRecord): void {
    this.loaded.set(`${report.clientId}\u0000${report.lineId}`, report);
  }

  noteEvent(event: EventRecord): void {
    this.lastSequence = event.sequence;
    this.lastEventAt = event.at;
  }

  noteChange(sequence: number, line: LineState): void {
    this.#recent.push({ sequence, line });
    if (this.#recent.length > 2 * RECENT_CHANGES) {
      this.#recent = this.#recent.slice(-RECENT_CHANGES);
      this.#recentSince = (this.#recent[0]?.sequence ?? 1) - 1;
    }
  }

  /** Keeps a source's list and symbol index true after a line changed. */
  #relist(line: LineState): void {
    const source = this.sourcesByName.get(line.record.namespace);
    if (source === undefined) return;
    const isListed = line.source !== null && (line.live !== null || line.group !== null);
    const key = symbolKey(line.live?.symbol ?? line.group?.symbol ?? "");
    const old = source.bySymbol.get(line.symbolKey);
    if (old !== undefined && (!isListed || line.symbolKey !== key)) {
      old.delete(line);
      if (old.size === 0) source.bySymbol.delete(line.symbolKey);
    }
    line.symbolKey = key;
    if (!isListed) {
      source.listed.delete(line.record.name);
      return;
    }
    source.listed.set(line.record.name, line);
    const same = source.bySymbol.get(key);
    if (same === undefined) source.bySymbol.set(key, new Set([line]));
    else same.add(line);
  }
}
