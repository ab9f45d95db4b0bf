// Watches a directory tree for events, by chokidar; the only file that imports it.

import { lstatSync, realpathSync, type Stats } from "node:fs";
import { basename } from "node:path/posix";
import { FSWatcher } from "chokidar";
import { errorCode } from "./fs-calls.ts";
import { folderIdentity } from "./list-tree.ts";

/** What a watched tree tells. Folders are below the root, `/` separated, "" = the root. */
export interface TreeEvents {
  /** Something happened to this name in this folder; undefined = to some name. Comes before anything was looked at. */
  onName(folder: string, name: string | undefined): void;
  /** A folder is watched from now on that was not there before. */
  onFolder(folder: string): void;
  onFolderGone(folder: string): void;
  /** All folders there were are watched now. */
  onReady(): void;
  /** Some folder cannot be watched. `code` is the system's, such as ENOSPC. */
  onFault(code: string): void;
}

/** A watched tree. */
export interface WatchTree {
  /** `device:inode` of each watched folder. */
  readonly folders: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** True when chokidar can watch below this path: it takes a backslash for a separator. */
export function canWatch(root: string): boolean {
  return !root.includes("\\");
}

/**
 * Starts watching the tree below `root`. Throws when the root cannot be resolved.
 *
 * chokidar keeps one watch on every folder, follows new, moved and replaced ones, and nothing else: all files are ignored, for
 * it would look at each one (and at a whole folder after each temporary file that is renamed away). What happens to files is
 * taken from its `raw` event, which is the kernel's own, 1 to 8 ms earlier and never merged or held back.
 */
export function openWatchTree(root: string, events: TreeEvents): WatchTree {
  const realRoot = realpathSync(root);
  const folders = new Map<string, string>();
  let ready = false;
  const toFolder = (path: string): string | undefined => {
    if (path === realRoot) return "";
    const prefix = realRoot === "/" ? "/" : `${realRoot}/`;
    return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
  };
  const isNoFolder = (path: string): boolean => {
    const folder = toFolder(path);
    return (folder === undefined || !folders.has(folder)) && !isDirectory(path);
  };
  const watcher = new FolderWatcher({
    ignoreInitial: false,
    followSymlinks: false,
    atomic: false,
    ignorePermissionErrors: true,
    backend: "native",
    ignored: (path, stats) => (stats === undefined ? isNoFolder(path) : !stats.isDirectory()),
  });
  watcher.add(realRoot);
  watcher.on("addDir", (path, stats) => {
    const folder = toFolder(path);
    if (folder === undefined) return;
    folders.set(folder, stats === undefined ? "" : folderIdentity(stats));
    // chokidar sets the watch right after this event; what is listed then misses nothing.
    if (ready) setImmediate(() => events.onFolder(folder));
  });
  watcher.on("unlinkDir", (path) => {
    const folder = toFolder(path);
    if (folder !== undefined && folders.delete(folder)) events.onFolderGone(folder);
  });
  watcher.on("raw", (_event, name, details) => {
    const folder = toFolder(watchedPath(details));
    if (folder === undefined) return;
    events.onName(folder, typeof name === "string" ? name : undefined);
    // The kernel names a folder that was itself moved or removed by its own name. For the root nobody else says so.
    if (folder === "" && name === basename(realRoot)) events.onName(folder, undefined);
  });
  watcher.on("error", (error) => events.onFault(errorCode(error)));
  watcher.on("ready", () => {
    ready = true;
    events.onReady();
  });
  return { folders, close: () => watcher.close() };
}

type ScanOptions = NonNullable<Parameters<FSWatcher["createScanStream"]>[1]>;
type FolderTest = Extract<ScanOptions["directoryFilter"], (...entry: never) => boolean>;

/** chokidar, but a folder is searched for folders only: it would look at every file in it, which takes longer than our whole listing. */
class FolderWatcher extends FSWatcher {
  override createScanStream(root: string, options: ScanOptions = {}): ReturnType<FSWatcher["createScanStream"]> {
    const { directoryFilter } = options;
    const isWanted: FolderTest = (entry) => {
      // What chokidar expects to find there; it had the stats of everything.
      const stats = statOf(entry.fullPath);
      if (stats === undefined) return false;
      entry.stats = stats;
      return typeof directoryFilter !== "function" || directoryFilter(entry);
    };
    return super.createScanStream(root, { ...options, alwaysStat: false, fileFilter: () => false, directoryFilter: isWanted });
  }
}

function watchedPath(details: unknown): string {
  if (typeof details !== "object" || details === null || !("watchedPath" in details)) return "";
  return typeof details.watchedPath === "string" ? details.watchedPath : "";
}

function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // What cannot be looked at cannot be watched; the listing states it.
  }
}
