// Lists a source's directory tree: every artifact and companion file, by group, with its stamp.

import type { Dirent } from "node:fs";
import { recogniseFile, type FileKind } from "../../shared/domain/artifact-kinds.ts";
import type { FileStamp } from "../app/ports.ts";
import { sortByPath, type Listing } from "./file-listing.ts";
import { escapeUndecodable, mayBeLossy, printableName } from "./file-name-bytes.ts";
import { isStill, lookAtFile } from "./file-stamp.ts";
import { failureReason, isAbsence, type FsCalls } from "./fs-calls.ts";

/** More warnings than this are counted, not listed. */
const MAX_WARNINGS = 50;

/** What lies below a root. Paths are below the root, `/` separated; "" is the root itself. */
export interface TreeListing {
  /** Companions without an artifact are in it too. */
  readonly groups: ReadonlyMap<string, Listing>;
  /** Folders whose entries could not be read, with the reason in words. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** Files that could not be looked at: they count as they were before. */
  readonly unknownFiles: ReadonlySet<string>;
  /** `device:inode` of every folder that was read. */
  readonly folders: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Called often; returns a promise when it is time to let others work. */
export type Pause = () => Promise<void> | undefined;

/**
 * Lists the tree below `root` at any depth, hidden files included. A symbolic link to a file counts as that file, a linked
 * directory is not entered, so links can form no loop. `before`: the groups as they were; a file that is as it was keeps its stamp, which is
 * quicker than making a new one. Never rejects: what cannot be read is stated in the result.
 */
export async function listTree(root: string, fs: FsCalls, pause: Pause, before: ReadonlyMap<string, Listing>): Promise<TreeListing> {
  const walk = new TreeWalk(root, fs, before);
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of walk.open(folder)) {
      if (entry.isDirectory()) folders.push(below(folder, entry.name));
      else walk.file(folder, entry);
      const wait = pause();
      if (wait !== undefined) await wait;
    }
  }
  return walk.result();
}

/** The recognised files directly in one folder, as paths by group key. Empty when it cannot be read. */
export function filesInFolder(root: string, fs: FsCalls, folder: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let entries: Dirent[];
  try {
    entries = fs.entries(`${root}/${folder}`);
  } catch {
    return found; // The next full listing says what is wrong with it.
  }
  for (const entry of entries) {
    const recognised = entry.isDirectory() ? undefined : recogniseFile(entry.name);
    if (recognised === undefined) continue;
    const paths = found.get(recognised.groupKey);
    if (paths === undefined) found.set(recognised.groupKey, [below(folder, entry.name)]);
    else paths.push(below(folder, entry.name));
  }
  return found;
}

/** `folder/name`, or `name` in the root. */
export function below(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

class TreeWalk {
  readonly #root: string;
  readonly #fs: FsCalls;
  readonly #before: ReadonlyMap<string, Listing>;
  readonly #groups = new Map<string, FileStamp[]>();
  readonly #unreadable = new Map<string, string>();
  readonly #unknownFiles = new Set<string>();
  readonly #folders = new Map<string, string>();
  readonly #warnings: string[] = [];
  #moreWarnings = 0;

  constructor(root: string, fs: FsCalls, before: ReadonlyMap<string, Listing>) {
    this.#root = root;
    this.#fs = fs;
    this.#before = before;
  }

  open(folder: string): Dirent[] {
    const path = folder === "" ? this.#root : `${this.#root}/${folder}`;
    try {
      const entries = this.#fs.entries(path);
      const stat = this.#fs.stat(path);
      if (stat !== undefined) this.#folders.set(folder, folderIdentity(stat));
      if (entries.some((entry) => mayBeLossy(entry.name))) return this.#withoutUndecodable(folder, path, entries);
      return entries;
    } catch (error) {
      // A folder that went since its parent was read is simply not there.
      if (folder === "" || !isAbsence(error)) this.#unreadable.set(folder, failureReason(error));
      return [];
    }
  }

  file(folder: string, entry: Dirent): void {
    const recognised = recogniseFile(entry.name);
    if (recognised === undefined || !(entry.isFile() || entry.isSymbolicLink())) return;
    const path = below(folder, entry.name);
    const before = this.#before.get(recognised.groupKey)?.find((file) => file.path === path);
    if (before !== undefined && isStill(this.#fs, this.#root, before)) return this.#keep(recognised.groupKey, before);
    const look = lookAtFile(this.#fs, this.#root, path, recognised.kind);
    if (look.state === "file") this.#keep(recognised.groupKey, look.stamp);
    else if (look.state === "unknown") {
      this.#unknownFiles.add(path);
      this.#warn(`${printableName(path)} cannot be looked at: ${look.reason}`);
    } else if (entry.isSymbolicLink()) this.#warnOfLink(path, recognised.kind, look.state === "looping");
  }

  result(): TreeListing {
    for (const files of this.#groups.values()) sortByPath(files);
    const warnings = this.#warnings.sort();
    if (this.#moreWarnings > 0) warnings.push(`and ${this.#moreWarnings} more`);
    return { groups: this.#groups, unreadable: this.#unreadable, unknownFiles: this.#unknownFiles, folders: this.#folders, warnings };
  }

  #keep(groupKey: string, stamp: FileStamp): void {
    const files = this.#groups.get(groupKey);
    if (files === undefined) this.#groups.set(groupKey, [stamp]);
    else files.push(stamp);
  }

  /** A name that is not UTF-8 reaches us with its bytes replaced, so that nothing can be opened by it. */
  #withoutUndecodable(folder: string, path: string, entries: readonly Dirent[]): Dirent[] {
    for (const raw of this.#fs.rawEntries(path)) {
      const escaped = escapeUndecodable(raw.name);
      if (escaped === undefined) continue;
      if (raw.isDirectory()) this.#warn(`folder ${printableName(below(folder, escaped))} is passed over: its name is not UTF-8; rename it`);
      else if (recogniseFile(escaped) !== undefined)
        this.#warn(`${printableName(below(folder, escaped))} is passed over: its name is not UTF-8; rename it`);
    }
    return entries.filter((entry) => !mayBeLossy(entry.name) || this.#exists(`${path}/${entry.name}`));
  }

  #exists(path: string): boolean {
    try {
      return this.#fs.stat(path) !== undefined;
    } catch (error) {
      return !isAbsence(error);
    }
  }

  #warnOfLink(path: string, kind: FileKind, looping: boolean): void {
    // A link to a directory, a socket and the like is no file and no fault.
    if (!looping && this.#exists(`${this.#root}/${path}`)) return;
    this.#warn(`${printableName(path)} (${kind}) is a symbolic link ${looping ? "that leads to itself" : "whose target is missing"}`);
  }

  #warn(text: string): void {
    if (this.#warnings.length < MAX_WARNINGS) this.#warnings.push(text);
    else this.#moreWarnings++;
  }
}

/** Tells a folder from another one that took its name. */
export function folderIdentity(stat: { readonly dev: bigint | number; readonly ino: bigint | number }): string {
  // The watching library has its numbers as doubles; both sides must round alike.
  return `${Number(stat.dev)}:${Number(stat.ino)}`;
}
