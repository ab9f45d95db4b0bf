// What the upkeep of stored bytes needs from the catalog's store, the object store and the disk.

import type { ObjectRecord, VersionRecord } from "./records.ts";

/** A version that has a file with certain bytes. */
export interface ObjectHolder {
  readonly versionId: number;
  readonly lineId: number;
  readonly number: number;
  readonly label: string;
  /** Where the file lay below its source's root. */
  readonly path: string;
}

/** What the upkeep asks the catalog's store. */
export interface ObjectQueries {
  /** At most `limit` objects behind the given one, by pack and then by offset. */
  objectsAfter(after: ObjectRecord | undefined, limit: number): Promise<readonly ObjectRecord[]>;
  /** The objects that lie in these packs, in no particular order. */
  objectsIn(packs: readonly string[]): Promise<readonly ObjectRecord[]>;
  /** How many objects lie in packs whose names begin with these digits. */
  objectCount(packPrefix: string): Promise<number>;
  /** Versions with a file of these bytes, newest first; `before` = a version id to continue below. */
  holdersOf(sha256: string, limit: number, before?: number): Promise<readonly ObjectHolder[]>;
  /** Those of the versions of which not every file's bytes are kept. */
  versionsWithoutBytes(versionIds: readonly number[]): Promise<ReadonlySet<number>>;
  /** The line's versions from a number on, by number. */
  versionsFrom(lineId: number, number: number, limit: number): Promise<readonly VersionRecord[]>;
}

/** How stored bytes can be damaged. `unreadable`: the disk reports an error where they lie. */
export type ObjectDamage = "missing" | "short" | "other_bytes" | "unreadable";

/** An object that was found not to be as it was stored; `unchecked` = it could not be looked at, which says nothing about it. */
export interface ObjectFinding {
  readonly object: ObjectRecord;
  readonly damage: ObjectDamage | "unchecked";
  /** What was found, in words; names no path. */
  readonly detail: string;
}

/** Reads objects and hashes them outside of the main thread. */
export interface ObjectChecker extends AsyncDisposable {
  /** What is wrong with these objects; nothing for those that are whole. */
  check(objects: readonly ObjectRecord[]): Promise<readonly ObjectFinding[]>;
}

/** The object store's side of upkeep. */
export interface ObjectUpkeep {
  /** The names of the packs on disk, a folder at a time. */
  listPacks(): AsyncIterable<readonly string[]>;
  /** The size of a pack's file; undefined when it is not there. */
  packBytes(pack: string): Promise<number | undefined>;
  /**
   * Removes a pack that the catalog does not name; true when it is gone. One that was put a short while ago stays and gives false: it may be
   * about to be named.
   */
  removePack(pack: string): Promise<boolean>;
  openChecker(): ObjectChecker;
  /** The bytes of a file below a root if they are those of the object; undefined when they are not, or cannot be had. */
  findBytes(rootPath: string, path: string, object: Pick<ObjectRecord, "sha256" | "size">): Promise<Buffer | undefined>;
}
