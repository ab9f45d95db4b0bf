// Decides when a group's listing is shown: after it was quiet for the settle window, or at once when it has a manifest.

import { hasManifest, NO_FILES, sameListing, type Listing } from "./file-listing.ts";

/** A group that fails again and again is shown at most this many waits apart. */
const LONGEST_WAIT = 10;
/** One wait of a failing group, in ms, when the settle window is shorter. */
const SHORTEST_WAIT_MS = 100;

interface Group {
  files: Listing;
  /** What the application has dealt with. */
  dealt: Listing | undefined;
  /** Handed out and not answered yet. */
  shown: { readonly files: Listing; readonly settled: boolean } | undefined;
  /** Listing that was shown before it was quiet; it is shown once more when quiet. */
  early: Listing | undefined;
  /** Monotonic ms of the last change of its files. */
  changedAt: number;
  /** Answers "again" to this listing, and the earliest time it may be shown after them. */
  repeats: number;
  notBefore: number;
  /** The application knows of this group, so it is told when the group goes. */
  reported: boolean;
  /** Absent, but its folders could not be read: waits for the next full listing. */
  held: boolean;
  /** Showings made before `forget` whose answers say nothing any more. */
  staleAnswers: number;
  outstanding: number;
}

/** What is to be told about a group. */
export type Showing =
  | { readonly what: "changed"; readonly groupKey: string; readonly files: Listing; readonly settled: boolean }
  | { readonly what: "gone"; readonly groupKey: string };

/** The groups of one source on their way from a change on disk to the application. No timers, no I/O. */
export class Settling {
  readonly #settleMs: number;
  readonly #now: () => number;
  readonly #groups = new Map<string, Group>();
  /** Groups that will be shown at some time without anything else happening. */
  readonly #waiting = new Set<string>();
  /** Groups that differ from what was dealt with. */
  readonly #open = new Set<string>();
  #present = 0;
  #doubtful = false;
  /** Monotonic ms at which the last full listing began. */
  #listedAt = -Infinity;

  /** `settleMs`: length of the quiet window; `now`: monotonic milliseconds. */
  constructor(settleMs: number, now: () => number) {
    this.#settleMs = settleMs;
    this.#now = now;
  }

  /**
   * What an earlier run dealt with; taken as the present state until a listing says otherwise. No files: the application
   * knows of the group and wants to see it again; it counts as absent until it is listed.
   */
  known(groupKey: string, files: Listing): void {
    const group = this.#create(groupKey);
    group.reported = true;
    if (files.length > 0) group.dealt = files;
    else group.changedAt = this.#now();
    this.#setFiles(group, files);
    this.#sort(groupKey, group);
  }

  /**
   * The group's files as they are now; none = it is absent. `quietMs`: for how long they are known to be untouched.
   * Returns true when they differ from the last look.
   */
  observe(groupKey: string, files: Listing, quietMs = 0): boolean {
    const before = this.#groups.get(groupKey);
    if (before === undefined && files.length === 0) return false;
    const group = before ?? this.#create(groupKey);
    const changed = before === undefined || !sameListing(group.files, files);
    if (changed) {
      this.#setFiles(group, files);
      group.changedAt = this.#now() - quietMs;
      group.repeats = 0;
      group.notBefore = 0;
      group.held = false;
    }
    this.#sort(groupKey, group);
    return changed;
  }

  /** A file of the group was written although its stamp is the same: the wait starts again. */
  touch(groupKey: string): void {
    const group = this.#groups.get(groupKey);
    if (group !== undefined && this.#open.has(groupKey)) group.changedAt = this.#now();
  }

  /** The group is absent but its folder cannot be read: nothing is said before `release`. */
  hold(groupKey: string): void {
    const group = this.#groups.get(groupKey);
    if (group === undefined) return;
    group.held = true;
    this.#sort(groupKey, group);
  }

  /** A full listing found the group absent in folders that can be read. */
  release(groupKey: string): void {
    const group = this.#groups.get(groupKey);
    if (group?.held !== true) return;
    group.held = false;
    group.changedAt = this.#now();
    this.#sort(groupKey, group);
  }

  /**
   * While events may be missing, a group that looks quiet may have files that nobody has seen: it is shown only when a full listing began
   * after its window was over.
   */
  doubt(isDoubtful: boolean): void {
    this.#doubtful = isDoubtful;
  }

  /** A full listing that began at this monotonic ms was taken over. */
  listed(beganAt: number): void {
    this.#listedAt = beganAt;
  }

  /** True when a group could be shown if a full listing began now. */
  needsListing(): boolean {
    if (!this.#doubtful) return false;
    const now = this.#now();
    for (const groupKey of this.#waiting) if (this.#isUnconfirmed(this.#require(groupKey), now)) return true;
    return false;
  }

  /** The application's answer to a showing. */
  dealt(groupKey: string, files: Listing, settled: boolean, outcome: "done" | "again"): void {
    const group = this.#groups.get(groupKey);
    if (group === undefined) return;
    group.outstanding = Math.max(0, group.outstanding - 1);
    if (group.staleAnswers > 0) {
      group.staleAnswers--;
      return;
    }
    const isCurrent = sameListing(group.files, files);
    if (sameListing(group.shown?.files, files)) group.shown = undefined;
    if (outcome === "done") group.dealt = files;
    else if (isCurrent && settled) {
      group.repeats++;
      group.notBefore = this.#now() + Math.max(this.#settleMs, SHORTEST_WAIT_MS) * Math.min(group.repeats, LONGEST_WAIT);
    }
    this.#sort(groupKey, group);
  }

  /** Forgets what was dealt with, so that the group is shown again though nothing changed. */
  forget(groupKey: string): void {
    const group = this.#groups.get(groupKey);
    if (group === undefined) return;
    group.dealt = undefined;
    group.shown = undefined;
    group.early = undefined;
    group.repeats = 0;
    group.notBefore = 0;
    group.staleAnswers = group.outstanding;
    this.#sort(groupKey, group);
  }

  /** Groups to show now, at most `limit`. Their files should be looked at once more before `take`. */
  due(limit: number): string[] {
    const now = this.#now();
    const keys: string[] = [];
    for (const groupKey of this.#waiting) {
      if (keys.length >= limit) break;
      const group = this.#require(groupKey);
      if (this.#dueAt(group) <= now && !this.#isUnconfirmed(group, now)) keys.push(groupKey);
    }
    return keys;
  }

  /** Monotonic ms at which the next group is due; Infinity when none waits for time alone. */
  nextDueAt(): number {
    const now = this.#now();
    let next = Infinity;
    for (const groupKey of this.#waiting) {
      const group = this.#require(groupKey);
      if (!this.#isUnconfirmed(group, now)) next = Math.min(next, this.#dueAt(group));
    }
    return next;
  }

  /** Hands the group out if it is (still) due. */
  take(groupKey: string): Showing | undefined {
    const group = this.#groups.get(groupKey);
    const now = this.#now();
    if (group === undefined || this.#dueAt(group) > now || this.#isUnconfirmed(group, now)) return undefined;
    if (group.files.length === 0) {
      this.#drop(groupKey);
      return { what: "gone", groupKey };
    }
    const settled = now >= group.changedAt + this.#settleMs;
    group.shown = { files: group.files, settled };
    if (!settled) group.early = group.files;
    group.reported = true;
    group.outstanding++;
    this.#sort(groupKey, group);
    return { what: "changed", groupKey, files: group.files, settled };
  }

  /** Monotonic ms at which this group is due; Infinity when it waits for nothing. */
  dueAt(groupKey: string): number {
    const group = this.#groups.get(groupKey);
    return group === undefined ? Infinity : this.#dueAt(group);
  }

  /** Present groups, and those that wait or are handed out. */
  counts(): { readonly groups: number; readonly pending: number } {
    return { groups: this.#present, pending: this.#open.size };
  }

  /** True when anything is kept of the group: it has files, or the application is to be told that it went. */
  tracks(groupKey: string): boolean {
    return this.#groups.has(groupKey);
  }

  /** True when the group has files. */
  has(groupKey: string): boolean {
    return (this.#groups.get(groupKey)?.files.length ?? 0) > 0;
  }

  /** True when the group's files are not what was last dealt with. */
  differs(groupKey: string): boolean {
    return this.#open.has(groupKey);
  }

  #create(groupKey: string): Group {
    const group: Group = {
      files: NO_FILES,
      dealt: undefined,
      shown: undefined,
      early: undefined,
      changedAt: -Infinity,
      repeats: 0,
      notBefore: 0,
      reported: false,
      held: false,
      staleAnswers: 0,
      outstanding: 0,
    };
    this.#groups.set(groupKey, group);
    return group;
  }

  #setFiles(group: Group, files: Listing): void {
    this.#present += Number(files.length > 0) - Number(group.files.length > 0);
    group.files = files;
  }

  #drop(groupKey: string): void {
    this.#groups.delete(groupKey);
    this.#waiting.delete(groupKey);
    this.#open.delete(groupKey);
  }

  /** Puts the group into the sets it belongs to. An absent group nobody has heard of needs no place at all. */
  #sort(groupKey: string, group: Group): void {
    if (group.files.length === 0 && !group.reported) return this.#drop(groupKey);
    if (sameListing(group.files, group.dealt)) this.#open.delete(groupKey);
    else this.#open.add(groupKey);
    if (this.#dueAt(group) === Infinity) this.#waiting.delete(groupKey);
    else this.#waiting.add(groupKey);
  }

  #dueAt(group: Group): number {
    if (group.held || sameListing(group.files, group.dealt) || sameListing(group.files, group.shown?.files)) return Infinity;
    if (hasManifest(group.files) && !sameListing(group.files, group.early)) return group.notBefore;
    return Math.max(group.changedAt + this.#settleMs, group.notBefore);
  }

  /** Due, but events may be missing and no listing has told that these are all of its files. A manifest tells it by itself. */
  #isUnconfirmed(group: Group, now: number): boolean {
    if (!this.#doubtful || (hasManifest(group.files) && !sameListing(group.files, group.early))) return false;
    const dueAt = this.#dueAt(group);
    return dueAt <= now && this.#listedAt < dueAt;
  }

  #require(groupKey: string): Group {
    const group = this.#groups.get(groupKey);
    if (group === undefined) throw new Error(`the waiting group ${JSON.stringify(groupKey)} is unknown`);
    return group;
  }
}
