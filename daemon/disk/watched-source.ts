// One source in the observer's thread: listings, events, settling and the reports they lead to.

import { recogniseFile } from "../../shared/domain/artifact-kinds.ts";
import type { ObservedGroup, SourceCondition } from "../app/ports.ts";
import type { BurstMeter } from "./burst-meter.ts";
import { EventIntake } from "./event-intake.ts";
import { printableName } from "./file-name-bytes.ts";
import type { FsCalls } from "./fs-calls.ts";
import { below, filesInFolder, listTree, type TreeListing } from "./list-tree.ts";
import type { Answer, KnownGroup, ListingCounts, ObserverSettings, Report } from "./observer-messages.ts";
import { checkRoot } from "./root-check.ts";
import { ScanClock } from "./scan-clock.ts";
import { Settling } from "./settle.ts";
import { ShowTimer } from "./show-timer.ts";
import { createPause } from "./slices.ts";
import { SourceGroups } from "./source-groups.ts";
import { SourceWatch } from "./source-watch.ts";

/** Groups shown without a break. */
const SHOWN_PER_SLICE = 100;

/** What a source is watched with. */
export interface SourceSetup {
  readonly sourceId: number;
  readonly rootPath: string;
  readonly rootDevice: string | null;
  readonly known: readonly KnownGroup[];
  readonly settings: ObserverSettings;
  readonly fs: FsCalls;
  /** Told of every event; who owns it lists all sources soon when there are too many. */
  readonly burstMeter: BurstMeter;
  readonly send: (report: Report) => void;
}

const now = () => performance.now();

/** A source being watched. */
export class WatchedSource {
  readonly #setup: SourceSetup;
  readonly #settling: Settling;
  readonly #groups: SourceGroups;
  readonly #intake: EventIntake;
  readonly #timer: ShowTimer;
  readonly #clock: ScanClock;
  readonly #watch: SourceWatch;
  #running: Promise<void> | undefined;
  #following: Promise<void> | undefined;
  /** Monotonic ms since when events may be missing, as far as no listing has answered that. */
  #gapAt = -Infinity;
  #listedOnce = false;
  #closed = false;
  #rootDevice: string | null;
  #degraded = "";
  #treeWarnings: readonly string[] = [];
  #lastCondition = "";

  constructor(setup: SourceSetup) {
    const { settleMs, rescanMs, watch } = setup.settings;
    this.#setup = setup;
    this.#rootDevice = setup.rootDevice;
    this.#settling = new Settling(settleMs, now);
    this.#groups = new SourceGroups(setup.fs, setup.rootPath, this.#settling);
    for (const { groupKey, files } of setup.known) this.#groups.known(groupKey, files);
    this.#timer = new ShowTimer(() => this.#showDue(), now);
    this.#clock = new ScanClock(watch ? rescanMs : undefined, () => void this.list());
    this.#intake = new EventIntake(
      (groupKey, paths) => {
        if (!this.#groups.look(groupKey, paths)) this.#settling.touch(groupKey);
      },
      (groupKeys) => this.#showOf(groupKeys),
    );
    this.#watch = new SourceWatch(setup.fs, setup.rootPath, {
      onName: (folder, name) => this.#onName(folder, name),
      onFolder: (folder) => this.#onFolder(folder),
      onGap: () => this.listSoon(),
      onWarnings: () => {
        this.#doubt();
        this.#reportCondition();
      },
    });
  }

  /** Lists everything now, after a listing that is under way. Resolves when it was reported. */
  list(): Promise<void> {
    if (this.#running === undefined) {
      this.#running = this.#listNow().finally(() => {
        this.#running = undefined;
      });
      return this.#running;
    }
    this.#following ??= this.#running.then(() => {
      this.#following = undefined;
      return this.list();
    });
    return this.#following;
  }

  /** Lists everything now and counts. With a group key: counts that group only. */
  async rescan(groupKey: string | undefined): Promise<ListingCounts> {
    await this.list();
    if (groupKey !== undefined) {
      return { groups: Number(this.#settling.has(groupKey)), changed: Number(this.#settling.differs(groupKey)) };
    }
    const { groups, pending } = this.#settling.counts();
    return { groups, changed: pending };
  }

  /** Events may have been lost: lists soon. */
  listSoon(): void {
    if (!this.#setup.settings.watch) return;
    this.#doubt();
    this.#clock.soon();
  }

  dealt({ group, outcome }: Answer): void {
    this.#settling.dealt(group.groupKey, group.files, group.settled, outcome);
    this.#timer.atLatest(this.#settling.dueAt(group.groupKey));
  }

  forget(groupKey: string): void {
    this.#settling.forget(groupKey);
    this.#timer.atLatest(this.#settling.dueAt(groupKey));
  }

  /** Resolves when nothing is watched and nothing will be reported any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.close();
    this.#clock.close();
    this.#intake.close();
    await this.#watch.close();
    await this.#running;
  }

  #onName(folder: string, name: string | undefined): void {
    if (this.#closed) return;
    this.#setup.burstMeter.note();
    if (name === undefined) return this.listSoon();
    const recognised = recogniseFile(name);
    if (recognised !== undefined) this.#intake.mark(recognised.groupKey, below(folder, name));
  }

  #onFolder(folder: string): void {
    if (this.#closed) return;
    for (const [groupKey, paths] of filesInFolder(this.#setup.rootPath, this.#setup.fs, folder)) {
      for (const path of paths) this.#intake.mark(groupKey, path);
    }
  }

  async #listNow(): Promise<void> {
    if (this.#closed) return;
    const started = now();
    this.#clock.begins();
    const root = checkRoot(this.#setup.fs, this.#setup.rootPath, this.#rootDevice);
    if (root.fault !== "") this.#rootAway(root.fault);
    else {
      const pause = createPause();
      this.#groups.beginListing();
      const listing = await listTree(this.#setup.rootPath, this.#setup.fs, pause, this.#groups.seen);
      if (this.#closed) return;
      const rootFault = listing.unreadable.get("");
      if (rootFault !== undefined) this.#rootAway(`root directory cannot be read: ${rootFault}`);
      else await this.#takeOver(listing, root.device, started, pause);
    }
    if (this.#closed) return;
    this.#setup.send({ kind: "scanned", sourceId: this.#setup.sourceId, ...this.#settling.counts() });
    this.#showDue();
    this.#clock.ended(now() - started);
  }

  #rootAway(fault: string): void {
    this.#groups.abandonListing();
    this.#watch.release();
    this.#degraded = fault;
    this.#treeWarnings = [];
    this.#reportCondition();
  }

  async #takeOver(listing: TreeListing, device: string, beganAt: number, pause: ReturnType<typeof createPause>): Promise<void> {
    await this.#groups.endListing(listing, this.#listedOnce ? undefined : Date.now(), pause);
    if (this.#closed) return;
    this.#listedOnce = true;
    if (listing.groups.size > 0) this.#rootDevice = device;
    this.#degraded = unreadableFolders(listing.unreadable);
    this.#treeWarnings = listing.warnings;
    this.#settling.listed(beganAt);
    if (this.#setup.settings.watch) {
      this.#watch.fit(listing.folders);
      this.#settling.doubt(this.#gapAt > beganAt || !this.#watch.isReliable());
    }
    this.#reportCondition();
  }

  /** Events may be missing from now on, until a listing that begins later says what is there. */
  #doubt(): void {
    this.#gapAt = now();
    this.#settling.doubt(true);
  }

  #reportCondition(): void {
    if (this.#closed) return;
    const warnings = [...this.#treeWarnings, ...this.#watch.warnings()];
    const condition: SourceCondition = { degraded: this.#degraded, warnings, rootDevice: this.#rootDevice };
    const text = JSON.stringify(condition);
    if (text === this.#lastCondition) return;
    this.#lastCondition = text;
    this.#setup.send({ kind: "condition", sourceId: this.#setup.sourceId, condition });
  }

  #showDue(): void {
    if (this.#closed) return;
    const groupKeys = this.#settling.due(SHOWN_PER_SLICE);
    this.#show(groupKeys);
    if (groupKeys.length === SHOWN_PER_SLICE) setImmediate(() => this.#showDue());
    else {
      if (this.#settling.needsListing()) this.#clock.soon();
      const spacing = Math.min(50, Math.max(1, this.#setup.settings.settleMs / 20));
      this.#timer.atLatest(Math.max(this.#settling.nextDueAt(), now() + spacing));
    }
  }

  #showOf(groupKeys: readonly string[]): void {
    const at = now();
    this.#show(groupKeys.filter((groupKey) => this.#settling.dueAt(groupKey) <= at));
    for (const groupKey of groupKeys) this.#timer.atLatest(this.#settling.dueAt(groupKey));
  }

  /** Looks at each group once more and hands it out if it is still the same. */
  #show(groupKeys: readonly string[]): void {
    const { sourceId, send } = this.#setup;
    const changed: ObservedGroup[] = [];
    const gone: string[] = [];
    let rootFault: string | undefined;
    for (const groupKey of groupKeys) {
      this.#groups.look(groupKey, []);
      if (!this.#settling.has(groupKey)) {
        rootFault ??= checkRoot(this.#setup.fs, this.#setup.rootPath, this.#rootDevice).fault;
        if (rootFault !== "" || !this.#groups.isPlainlyGone(groupKey)) {
          this.#settling.hold(groupKey);
          this.#clock.soon();
          continue;
        }
      }
      const showing = this.#settling.take(groupKey);
      if (showing?.what === "changed") changed.push({ sourceId, groupKey, files: showing.files, settled: showing.settled });
      if (showing?.what === "gone") {
        this.#groups.drop(groupKey);
        gone.push(groupKey);
      }
    }
    if (changed.length > 0) send({ kind: "changed", sourceId, groups: changed });
    if (gone.length > 0) send({ kind: "gone", sourceId, groupKeys: gone });
  }
}

function unreadableFolders(unreadable: ReadonlyMap<string, string>): string {
  const [first] = unreadable;
  if (first === undefined) return "";
  const more = unreadable.size === 1 ? "" : `, and ${unreadable.size - 1} more`;
  return `folder ${printableName(first[0])} cannot be read: ${first[1]}${more}; its groups stay as they were`;
}
