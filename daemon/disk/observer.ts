// The disk observer on the main thread: passes commands to its worker thread and reports to the application.

import type { DiskObserver, DiskSink, FileStamp, Log, ObservedGroup } from "../app/ports.ts";
import {
  GROUPS_PER_MESSAGE,
  type Answer,
  type Command,
  type ListingCounts,
  type ObserverSettings,
  type Parcel,
  type Report,
} from "./observer-messages.ts";
import { openThreadLink, startObserverThread, type StartThread, type ThreadLink } from "./thread-link.ts";

/** More crashes of the thread than this within a minute: it is not started again. */
const MAX_CRASHES = 5;
const CRASH_WINDOW_MS = 60_000;
const RESTART_WAIT_MS = 200;
const GIVEN_UP =
  "watching stopped: the watching thread crashed again and again; the daemon's log says why, restart the daemon to watch again";

/** How to open the observer; `settleMs` and `rescanMs` in ms, fractions and 0 allowed. */
export interface DiskObserverOptions extends ObserverSettings {
  readonly sink: DiskSink;
  readonly log: Log;
  readonly startThread?: StartThread;
}

/** Opens the observer with its worker thread. Rejects when the thread cannot start. */
export async function openDiskObserver(options: DiskObserverOptions): Promise<DiskObserver> {
  const observer = new ThreadedObserver(options);
  await observer.start();
  return observer;
}

interface Source {
  readonly id: number;
  readonly rootPath: string;
  rootDevice: string | null;
  /** What was dealt with, kept for a thread that has to start again; shares its lists with the application. */
  readonly dealt: Map<string, readonly FileStamp[]>;
  readonly addRequest: number;
  /** Resolves when the thread knows of the source. */
  fed: Promise<void>;
}

interface Request {
  readonly command: Exclude<Command["kind"], "known" | "dealt" | "forget" | "taken">;
  /** What to send again to a new thread; an `add` is made anew. */
  readonly repeat: Command | undefined;
  resolve(counts: ListingCounts): void;
  reject(error: Error): void;
}

const NOTHING: ListingCounts = { groups: 0, changed: 0 };

class ThreadedObserver implements DiskObserver {
  readonly #options: DiskObserverOptions;
  readonly #settings: ObserverSettings;
  readonly #sources = new Map<number, Source>();
  readonly #requests = new Map<number, Request>();
  readonly #removals = new Map<number, Promise<void>>();
  #lastRequest = 0;
  #link: ThreadLink | undefined;
  #answers: Answer[] = [];
  #crashes: number[] = [];
  #state: "open" | "given up" | "closed" = "open";

  constructor(options: DiskObserverOptions) {
    this.#options = options;
    this.#settings = { settleMs: options.settleMs, rescanMs: options.rescanMs, watch: options.watch };
  }

  async start(): Promise<void> {
    const link = await openThreadLink(this.#options.startThread ?? startObserverThread, this.#settings, {
      onParcel: (parcel) => this.#takeIn(parcel),
      onEnd: (error) => this.#onEnd(error),
    });
    if (this.#state === "closed") return link.terminate();
    this.#link = link;
  }

  async add(
    source: { readonly id: number; readonly rootPath: string; readonly rootDevice: string | null },
    known: readonly { readonly groupKey: string; readonly files: readonly FileStamp[] }[],
  ): Promise<void> {
    if (this.#sources.has(source.id)) await this.remove(source.id);
    await this.#removals.get(source.id);
    await this.#request("add", undefined, (request) => {
      const dealt = new Map(known.map(({ groupKey, files }) => [groupKey, files]));
      const added: Source = { ...source, dealt, addRequest: request, fed: Promise.resolve() };
      this.#sources.set(source.id, added);
      added.fed = this.#feed(added);
    });
  }

  async remove(sourceId: number): Promise<void> {
    const source = this.#sources.get(sourceId);
    if (source === undefined) return this.#removals.get(sourceId);
    this.#sources.delete(sourceId);
    const removal = source.fed
      .then(() => this.#requestOf((request) => ({ kind: "remove", request, sourceId })))
      .then(() => this.#requests.get(source.addRequest)?.resolve(NOTHING))
      .finally(() => this.#removals.delete(sourceId));
    this.#removals.set(sourceId, removal);
    await removal;
  }

  dealt(group: ObservedGroup, outcome: "done" | "again"): void {
    if (outcome === "done") this.#sources.get(group.sourceId)?.dealt.set(group.groupKey, group.files);
    this.#answers.push({ group, outcome });
    if (this.#answers.length === 1) setImmediate(() => this.#flushAnswers());
    else if (this.#answers.length >= GROUPS_PER_MESSAGE) this.#flushAnswers();
  }

  async rescan(sourceId: number, groupKey?: string): Promise<ListingCounts> {
    await this.#sources.get(sourceId)?.fed;
    return this.#requestOf((request) => ({ kind: "rescan", request, sourceId, groupKey }));
  }

  forget(sourceId: number, groupKey: string): void {
    const dealt = this.#sources.get(sourceId)?.dealt;
    if (dealt?.has(groupKey) === true) dealt.set(groupKey, []);
    this.#post({ kind: "forget", sourceId, groupKey });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    const link = this.#link;
    this.#link = undefined;
    for (const request of [...this.#requests.values()]) {
      if (request.command === "rescan") request.reject(new Error("the daemon is stopping"));
      else request.resolve(NOTHING);
    }
    await link?.terminate();
  }

  // ── requests ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #requestOf(make: (request: number) => Extract<Command, { kind: "remove" | "rescan" }>): Promise<ListingCounts> {
    const command = make(++this.#lastRequest);
    return this.#request(command.kind, command, () => this.#post(command));
  }

  #request(kind: Request["command"], repeat: Command | undefined, send: (request: number) => void): Promise<ListingCounts> {
    if (this.#state === "closed") return Promise.reject(new Error("the disk observer is closed"));
    if (this.#state === "given up") return kind === "remove" ? Promise.resolve(NOTHING) : Promise.reject(new Error(GIVEN_UP));
    const number = repeat !== undefined && "request" in repeat ? repeat.request : ++this.#lastRequest;
    const promise = new Promise<ListingCounts>((resolve, reject) => {
      const settle =
        <T>(how: (value: T) => void) =>
        (value: T) => {
          this.#requests.delete(number);
          how(value);
        };
      this.#requests.set(number, { command: kind, repeat, resolve: settle(resolve), reject: settle(reject) });
    });
    send(number);
    return promise;
  }

  /** Tells the thread of a source, what was dealt with first, in parts that are no long task. */
  async #feed(source: Source): Promise<void> {
    const link = this.#link;
    let groups: { groupKey: string; files: readonly FileStamp[] }[] = [];
    const isWanted = () => this.#link === link && this.#sources.get(source.id) === source;
    for (const [groupKey, files] of source.dealt) {
      if (groups.push({ groupKey, files }) < GROUPS_PER_MESSAGE) continue;
      link?.post({ kind: "known", sourceId: source.id, groups });
      groups = [];
      await new Promise(setImmediate);
      if (!isWanted()) return;
    }
    if (groups.length > 0) link?.post({ kind: "known", sourceId: source.id, groups });
    link?.post({ kind: "add", request: source.addRequest, sourceId: source.id, rootPath: source.rootPath, rootDevice: source.rootDevice });
  }

  #flushAnswers(): void {
    const answers = this.#answers;
    this.#answers = [];
    if (answers.length > 0) this.#link?.post({ kind: "dealt", answers });
  }

  #post(command: Command): void {
    this.#flushAnswers();
    this.#link?.post(command);
  }

  // ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #takeIn(parcel: Parcel): void {
    if (this.#state === "closed") return;
    for (const report of parcel.reports) {
      try {
        this.#pass(report);
      } catch (error) {
        this.#options.log.error({ err: error, report: report.kind }, "taking in a report of the disk observer failed");
      }
    }
  }

  #pass(report: Report): void {
    if (report.kind === "reply") {
      this.#requests.get(report.request)?.resolve(report.counts);
      return;
    }
    const source = this.#sources.get(report.sourceId);
    if (source === undefined) return;
    const { sink } = this.#options;
    if (report.kind === "changed") sink.groupsChanged(report.groups);
    else if (report.kind === "gone") {
      for (const groupKey of report.groupKeys) source.dealt.delete(groupKey);
      sink.groupsGone(source.id, report.groupKeys);
    } else if (report.kind === "condition") {
      source.rootDevice = report.condition.rootDevice;
      sink.condition(source.id, report.condition);
    } else sink.scanned(source.id, { groups: report.groups, pending: report.pending });
  }

  // ── a thread that ends ────────────────────────────────────────────────────────────────────────────────────────────

  #onEnd(error: unknown): void {
    this.#link = undefined;
    if (this.#state !== "open") return;
    const at = performance.now();
    this.#crashes = [...this.#crashes.filter((crash) => crash > at - CRASH_WINDOW_MS), at];
    this.#options.log.error({ err: error, crashes: this.#crashes.length }, "the disk observer's thread crashed");
    if (this.#crashes.length > MAX_CRASHES) this.#giveUp();
    else setTimeout(() => void this.#restart(), RESTART_WAIT_MS * (this.#crashes.length - 1));
  }

  async #restart(): Promise<void> {
    if (this.#state !== "open") return;
    try {
      await this.start();
    } catch (error) {
      this.#onEnd(error);
      return;
    }
    for (const source of this.#sources.values()) source.fed = this.#feed(source);
    await Promise.all([...this.#sources.values()].map((source) => source.fed));
    for (const { repeat } of this.#requests.values()) if (repeat !== undefined) this.#post(repeat);
  }

  #giveUp(): void {
    this.#state = "given up";
    this.#options.log.error({ sources: this.#sources.size }, GIVEN_UP);
    for (const request of [...this.#requests.values()]) {
      if (request.command === "remove") request.resolve(NOTHING);
      else request.reject(new Error(GIVEN_UP));
    }
    for (const source of this.#sources.values()) {
      this.#options.sink.condition(source.id, { degraded: GIVEN_UP, warnings: [], rootDevice: source.rootDevice });
    }
  }
}
