// The groups of one source as they lie on disk, fed by full listings and by single looks, handed on to settling.

import { basename } from "node:path/posix";
import { recogniseFile } from "../../shared/domain/artifact-kinds.ts";
import type { FileStamp } from "../app/ports.ts";
import { asGroup, newestCtimeMs, NO_FILES, sameListing, sortByPath, type Listing } from "./file-listing.ts";
import { lookAtFile } from "./file-stamp.ts";
import type { FsCalls } from "./fs-calls.ts";
import type { Pause, TreeListing } from "./list-tree.ts";
import { isPlainlyAbsent } from "./root-check.ts";
import type { Settling } from "./settle.ts";

/** The groups of one source. */
export class SourceGroups {
  readonly #fs: FsCalls;
  readonly #root: string;
  readonly #settling: Settling;
  /** Companions that wait for their first artifact are in it too. */
  readonly #onDisk = new Map<string, Listing>();
  /** Where the files of absent groups lay. */
  readonly #lastFiles = new Map<string, Listing>();
  /** Groups looked at while a full listing is under way: the listing is older than these looks. */
  #looked: Set<string> | undefined;
  #someUnreadable = false;

  constructor(fs: FsCalls, root: string, settling: Settling) {
    this.#fs = fs;
    this.#root = root;
    this.#settling = settling;
  }

  /** What an earlier run dealt with. */
  known(groupKey: string, files: Listing): void {
    if (files.length > 0) this.#onDisk.set(groupKey, files);
    else this.#lastFiles.set(groupKey, NO_FILES);
    this.#settling.known(groupKey, files);
  }

  /** The groups as they were last seen, companions without an artifact too. */
  get seen(): ReadonlyMap<string, Listing> {
    return this.#onDisk;
  }

  /** A full listing begins; looks made from now on are newer than what it will say. */
  beginListing(): void {
    this.#looked = new Set();
  }

  /** Takes over a full listing. `wallMs`: time of day for the first one, which tells by ctime what is quiet already. */
  async endListing(listing: TreeListing, wallMs: number | undefined, pause: Pause): Promise<void> {
    this.#someUnreadable = listing.unreadable.size > 0;
    const looked = this.#looked ?? new Set<string>();
    for (const [groupKey, files] of listing.groups) {
      if (!looked.has(groupKey)) this.#set(groupKey, this.#withUnreadable(files, groupKey, listing), wallMs);
      const wait = pause();
      if (wait !== undefined) await wait;
    }
    for (const groupKey of [...this.#onDisk.keys(), ...this.#lastFiles.keys()]) {
      if (!listing.groups.has(groupKey) && !looked.has(groupKey)) {
        this.#set(groupKey, this.#withUnreadable(NO_FILES, groupKey, listing), undefined);
        this.#settling.release(groupKey);
      }
      const wait = pause();
      if (wait !== undefined) await wait;
    }
    this.#looked = undefined;
    for (const groupKey of looked) this.look(groupKey, listing.groups.get(groupKey)?.map((file) => file.path) ?? []);
  }

  /** The listing came to nothing. */
  abandonListing(): void {
    this.#looked = undefined;
  }

  /** Looks at the group's files, and at more paths that may belong to it, now. Returns true when something differs. */
  look(groupKey: string, morePaths: Iterable<string>): boolean {
    this.#looked?.add(groupKey);
    const before = this.#onDisk.get(groupKey) ?? this.#lastFiles.get(groupKey) ?? NO_FILES;
    const known = new Map(before.map((file) => [file.path, file]));
    const paths = new Set([...known.keys(), ...morePaths]);
    const files: FileStamp[] = [];
    for (const path of paths) {
      const kind = known.get(path)?.kind ?? recogniseFile(basename(path))?.kind;
      if (kind === undefined) continue;
      const look = lookAtFile(this.#fs, this.#root, path, kind);
      const kept =
        look.state === "file" ? look.stamp : look.state === "unknown" && this.#onDisk.has(groupKey) ? known.get(path) : undefined;
      if (kept !== undefined) files.push(kept);
    }
    return this.#set(groupKey, sortByPath(files), undefined);
  }

  /** True when the group's files are gone for certain, and not merely out of reach. */
  isPlainlyGone(groupKey: string): boolean {
    const last = this.#lastFiles.get(groupKey);
    if (last === undefined || last.length === 0) return !this.#someUnreadable;
    return last.every((file) => isPlainlyAbsent(this.#fs, this.#root, file.path));
  }

  /** Nothing more needs to be known of an absent group. */
  drop(groupKey: string): void {
    this.#lastFiles.delete(groupKey);
  }

  #set(groupKey: string, files: Listing, wallMs: number | undefined): boolean {
    const before = this.#onDisk.get(groupKey);
    if (before !== undefined && sameListing(before, files)) {
      this.#settling.observe(groupKey, asGroup(before));
      return false;
    }
    if (files.length > 0) this.#onDisk.set(groupKey, files);
    else this.#onDisk.delete(groupKey);
    const group = asGroup(files);
    if (group.length > 0) this.#lastFiles.delete(groupKey);
    else if (before !== undefined && asGroup(before).length > 0) this.#lastFiles.set(groupKey, before);
    const quietMs = wallMs === undefined ? 0 : Math.max(0, wallMs - newestCtimeMs(files));
    const changed = this.#settling.observe(groupKey, group, quietMs);
    if (!this.#settling.tracks(groupKey)) this.#lastFiles.delete(groupKey);
    return changed;
  }

  /** Files in places that cannot be read count as they were. */
  #withUnreadable(files: Listing, groupKey: string, listing: TreeListing): Listing {
    if (listing.unreadable.size === 0 && listing.unknownFiles.size === 0) return files;
    const listed = new Set(files.map((file) => file.path));
    const kept = (this.#onDisk.get(groupKey) ?? NO_FILES).filter((file) => !listed.has(file.path) && isOutOfReach(file.path, listing));
    return kept.length === 0 ? files : sortByPath([...files, ...kept]);
  }
}

function isOutOfReach(path: string, listing: TreeListing): boolean {
  if (listing.unknownFiles.has(path)) return true;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (listing.unreadable.has(path.slice(0, end))) return true;
  }
  return false;
}
