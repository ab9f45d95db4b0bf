// From a settled group on disk to a committed version: reads in workers, then puts objects and commits in batches.

import type { Clock } from "../../shared/lib/clock.ts";
import type { ScanState } from "./catalog.ts";
import type { CaptureGate } from "./capture-gate.ts";
import { captureReading, degradeUnread, type CaptureTools } from "./capture.ts";
import type { Committer } from "./commit.ts";
import { createGoneGroups, type GoneGroups } from "./gone-groups.ts";
import { createTurns } from "./pace.ts";
import { primePayloads } from "./prime-payloads.ts";
import type {
  CatalogStore,
  DiskObserver,
  DiskSink,
  GroupReader,
  GroupReading,
  ObjectRecord,
  ObjectStore,
  ObservedGroup,
  ServedModels,
} from "./ports.ts";
import { bytesOf, likelyBytes, type ReadGroup } from "./read-group.ts";
import { stageFiles, storeFiles } from "./store-files.ts";
import { diskFaultOf } from "./disk-faults.ts";

/** Groups in the hands of the readers at once: enough to keep the threads busy, few enough to bound the bytes waiting for a commit. */
const READING_AT_ONCE = 24;
/** Groups in one transaction: each costs two fsyncs, which a cold scan shares among many. */
const BATCH_GROUPS = 48;
/** While more groups wait to be read, a batch that is not full waits for them, at most this long, in ms. */
const FILLING_MS = 50;
/** Bytes of one batch, and of the batches that wait for their turn: large models go in small batches. */
const BATCH_BYTES = 32 * 1024 * 1024;
const WAITING_BYTES = 2 * BATCH_BYTES;

/** Takes in what the observer shows. */
export interface Ingest extends DiskSink {
  /** The observer shows groups from now on; called once, before it is given a source. */
  attach(observer: DiskObserver): void;
  /** Resolves when nothing of this source is queued, being read or waiting for its commit (what is held back is none of it), or on abort. */
  idle(sourceId: number, signal: AbortSignal): Promise<void>;
  /** Resolves when everything handed in so far was dealt with; takes nothing more. */
  close(): Promise<void>;
}

/** What `createIngest` works with. */
export interface IngestDependencies extends CaptureTools {
  readonly store: CatalogStore;
  readonly objects: ObjectStore;
  readonly reader: GroupReader;
  readonly models: Pick<ServedModels, "prime">;
  readonly committer: Committer;
  readonly gate: CaptureGate;
  readonly clock: Clock;
  /** A source's condition or listing changed. */
  readonly onCondition: DiskSink["condition"];
  readonly onScanned: DiskSink["scanned"];
}

/** The ingest pipeline; its queue holds listings, not bytes. */
export function createIngest(dependencies: IngestDependencies): Ingest {
  return new IngestPipeline(dependencies);
}

class IngestPipeline implements Ingest {
  readonly #deps: IngestDependencies;
  readonly #gone: GoneGroups;
  #observer: DiskObserver | undefined;
  /** What waits for the gate to open: the newest listing of each group, by source and key. */
  readonly #held = new Map<string, ObservedGroup>();
  readonly #queue: ObservedGroup[] = [];
  readonly #read: ReadGroup[] = [];
  #reading = 0;
  #waitingBytes = 0;
  #committing = false;
  #filling: NodeJS.Timeout | undefined;
  #closed = false;
  /** Groups of each source that are somewhere in the pipeline. */
  readonly #pending = new Map<number, number>();
  readonly #idleWaiters = new Set<() => void>();

  constructor(dependencies: IngestDependencies) {
    this.#deps = dependencies;
    this.#gone = createGoneGroups(dependencies);
    dependencies.gate.onChange(() => this.#release());
  }

  attach(observer: DiskObserver): void {
    this.#observer = observer;
  }

  groupsChanged(groups: readonly ObservedGroup[]): void {
    if (this.#closed) return;
    for (const group of groups) {
      this.#gone.returned(group.sourceId, group.groupKey);
      this.#queue.push(group);
      this.#count(group.sourceId, 1);
    }
    this.#pump();
  }

  groupsGone(sourceId: number, groupKeys: readonly string[]): void {
    const source = this.#deps.catalog.sources.get(sourceId);
    if (source !== undefined) advanceScan(source.scan, groupKeys.length);
    this.#count(sourceId, 1);
    for (const groupKey of groupKeys) this.#held.delete(heldKey(sourceId, groupKey));
    void this.#gone.add(sourceId, groupKeys).finally(() => this.#count(sourceId, -1));
  }

  condition(...args: Parameters<DiskSink["condition"]>): void {
    this.#deps.onCondition(...args);
  }

  scanned(...args: Parameters<DiskSink["scanned"]>): void {
    this.#deps.onScanned(...args);
  }

  async idle(sourceId: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (this.#pending.get(sourceId) ?? 0) > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          this.#idleWaiters.delete(done);
          signal.removeEventListener("abort", done);
          resolve();
        };
        this.#idleWaiters.add(done);
        signal.addEventListener("abort", done, { once: true });
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#gone[Symbol.dispose]();
    for (const group of this.#queue.splice(0)) this.#count(group.sourceId, -1);
    const never = new AbortController().signal;
    for (const sourceId of [...this.#pending.keys()]) await this.idle(sourceId, never);
  }

  #pump(): void {
    if (!this.#deps.gate.isOpen()) this.#hold(this.#queue.splice(0));
    while (this.#reading < READING_AT_ONCE && this.#read.length < 2 * BATCH_GROUPS && this.#waitingBytes < WAITING_BYTES) {
      const group = this.#queue.shift();
      if (group === undefined) return;
      this.#reading++;
      void this.#readGroup(group).finally(() => {
        this.#reading--;
        this.#pump();
        this.#commitSoon();
      });
    }
  }

  async #readGroup(group: ObservedGroup): Promise<void> {
    const source = this.#deps.catalog.sources.get(group.sourceId);
    if (source === undefined || source.record.removedAt !== null) {
      this.#finish(group, "done");
      return;
    }
    const { rootPath } = source.record;
    let reading: GroupReading;
    try {
      reading = await this.#deps.reader.read(rootPath, group);
    } catch (error) {
      this.#deps.log.error({ err: error, source: source.record.name, group: group.groupKey }, "reading a group failed");
      reading = { outcome: "failed", reason: "the reader failed; the daemon's log has the details" };
    }
    this.#read.push({ group, reading, rootPath });
    this.#waitingBytes += bytesOf(reading);
  }

  /** A scan reads faster than it could commit each group alone; a single change finds nothing waiting and goes at once. */
  #commitSoon(): void {
    if (this.#isBatchDue()) void this.#commitBatches();
    else this.#filling ??= setTimeout(() => void this.#commitBatches(), FILLING_MS);
  }

  #isBatchDue(): boolean {
    const isFull = this.#read.length >= BATCH_GROUPS || this.#waitingBytes >= BATCH_BYTES;
    return isFull || this.#queue.length === 0;
  }

  /** What was read until now is committed, full batches or not; bytes of the next batch go to disk while the one before it is committed. */
  async #commitBatches(): Promise<void> {
    clearTimeout(this.#filling);
    this.#filling = undefined;
    if (this.#committing || this.#read.length === 0) return;
    // What was read would be old by then; its bytes are freed, and it is read again.
    if (!this.#deps.gate.isOpen()) return this.#hold(this.#takeRead(this.#read.length).map(({ group }) => group));
    this.#committing = true;
    let committed: Promise<void> = Promise.resolve();
    try {
      do {
        const batch = this.#takeBatch();
        this.#pump();
        const staged = stageFiles(this.#deps, likelyBytes(batch));
        // The writing begins before the deciding, which then costs no time of its own.
        await Promise.all([committed, new Promise(setImmediate)]);
        committed = this.#commitBatch(batch, staged);
        if (!this.#isBatchDue()) await committed;
      } while (this.#read.length > 0 && this.#isBatchDue() && this.#deps.gate.isOpen());
    } finally {
      await committed;
      this.#committing = false;
      if (this.#read.length > 0) this.#commitSoon();
    }
  }

  #takeBatch(): readonly ReadGroup[] {
    let bytes = 0;
    let count = 0;
    for (const { reading } of this.#read) {
      bytes += bytesOf(reading);
      if (count === BATCH_GROUPS || (count > 0 && bytes > BATCH_BYTES)) break;
      count++;
    }
    return this.#takeRead(count);
  }

  #takeRead(count: number): readonly ReadGroup[] {
    const taken = this.#read.splice(0, count);
    for (const { reading } of taken) this.#waitingBytes -= bytesOf(reading);
    return taken;
  }

  async #commitBatch(batch: readonly ReadGroup[], staged: Promise<readonly ObjectRecord[]>): Promise<void> {
    const outcomes = new Map<ReadGroup, "done" | "again">();
    try {
      await this.#deps.committer.change(async (draft) => {
        const turn = createTurns();
        for (const item of batch) {
          await turn();
          const { group, reading, rootPath } = item;
          if (this.#deps.catalog.sources.get(group.sourceId)?.record.rootPath !== rootPath) outcomes.set(item, "done");
          else if (reading.outcome === "read") outcomes.set(item, await captureReading(this.#deps, draft, group, reading));
          else outcomes.set(item, degradeUnread(this.#deps, draft, group, reading));
        }
        primePayloads(this.#deps.catalog, this.#deps.models, draft);
        draft.putObjects(await staged);
        await storeFiles(this.#deps, draft);
        await turn();
      });
    } catch (error) {
      this.#deps.log.error({ err: error, groups: batch.length }, "committing captured groups failed; they will be read again");
      if (diskFaultOf(error) === "full") this.#deps.gate.noteFull();
      if (!this.#deps.gate.isOpen()) return this.#hold(batch.map(({ group }) => group));
      for (const item of batch) outcomes.set(item, "again");
    }
    for (const item of batch) this.#finish(item.group, outcomes.get(item) ?? "again");
  }

  /** Keeps groups until something new may be captured again. */
  #hold(groups: readonly ObservedGroup[]): void {
    for (const group of groups) {
      const key = heldKey(group.sourceId, group.groupKey);
      const older = this.#held.get(key);
      this.#held.set(key, group);
      if (older !== undefined) this.#observer?.dealt(older, "again");
      this.#count(group.sourceId, -1);
    }
  }

  #release(): void {
    if (!this.#deps.gate.isOpen()) return;
    const held = [...this.#held.values()];
    this.#held.clear();
    this.groupsChanged(held);
  }

  #finish(group: ObservedGroup, outcome: "done" | "again"): void {
    const source = this.#deps.catalog.sources.get(group.sourceId);
    if (source !== undefined) advanceScan(source.scan, 1);
    this.#observer?.dealt(group, outcome);
    this.#count(group.sourceId, -1);
  }

  #count(sourceId: number, by: number): void {
    const now = (this.#pending.get(sourceId) ?? 0) + by;
    if (now > 0) this.#pending.set(sourceId, now);
    else {
      this.#pending.delete(sourceId);
      for (const wakeUp of [...this.#idleWaiters]) wakeUp();
    }
  }
}

/** Counts groups of the first listing that were dealt with; the scan is over when all were. */
function advanceScan(scan: ScanState, groups: number): void {
  if (scan.state !== "reading") return;
  scan.done = Math.min(scan.total, scan.done + groups);
  if (scan.done === scan.total) scan.state = "idle";
}

function heldKey(sourceId: number, groupKey: string): string {
  return `${sourceId}/${groupKey}`;
}
