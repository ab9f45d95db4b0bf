// Keeps the event watch of one source alive: opens it, renews it when it watches the wrong folders, states its faults.

import { canWatch, openWatchTree, type WatchTree } from "./watch-tree.ts";
import { errorCode, type FsCalls } from "./fs-calls.ts";
import { isRemote } from "./remote-file-system.ts";

/** A watch that is not complete is set up anew after so long, in ms, and each time after twice as long: that costs a walk through the tree. */
const RENEW_MS = { first: 5_000, longest: 60_000 };

const FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "the system's limit of watched folders is reached (raise fs.inotify.max_user_watches)",
  EMFILE: "the system's limit of watchers is reached (raise fs.inotify.max_user_instances, or the daemon's limit of open files)",
  ENFILE: "the system has too many open files",
};

/** What a source wants to hear. */
export interface SourceWatchEvents {
  onName(folder: string, name: string | undefined): void;
  onFolder(folder: string): void;
  /** The events so far do not tell everything: a full listing is needed. */
  onGap(): void;
  /** `warnings` says something else than before. */
  onWarnings(): void;
}

/** The event watch of one source. */
export class SourceWatch {
  readonly #fs: FsCalls;
  readonly #root: string;
  readonly #events: SourceWatchEvents;
  readonly #closing = new Set<Promise<void>>();
  #tree: WatchTree | undefined;
  #ready = false;
  #openedAt = 0;
  #renewMs = RENEW_MS.first;
  #fault = "";
  /** Other machines may write there, of which the kernel knows nothing. */
  #isRemote = false;
  /** The last listing saw other folders than those that are watched. */
  #differed = false;

  constructor(fs: FsCalls, root: string, events: SourceWatchEvents) {
    this.#fs = fs;
    this.#root = root;
    this.#events = events;
  }

  /** What is wrong with the watch, in words; usually nothing. */
  warnings(): readonly string[] {
    return this.#fault === "" ? [] : [`changes are noticed late, by the timed listing: ${this.#fault}`];
  }

  /** False while changes may happen that no event tells of. */
  isReliable(): boolean {
    return this.#ready && this.#fault === "" && !this.#differed && !this.#isRemote;
  }

  /** A listing saw these folders (`device:inode` by path): opens the watch, or renews it when it does not fit them. */
  fit(folders: ReadonlyMap<string, string>): void {
    if (!canWatch(this.#root)) {
      this.#setFault("the path of the directory has a backslash, which the event watch cannot handle");
      return;
    }
    const tree = this.#tree;
    if (tree === undefined) return this.#open();
    if (!this.#ready) return;
    if (tree.folders.get("") !== folders.get("")) return this.#renew();
    const differs = !covers(tree.folders, folders);
    // Once may be a folder that was made during the listing.
    const isIncomplete = (differs && this.#differed) || this.#fault !== "";
    this.#differed = differs;
    if (!differs && !isIncomplete) this.#renewMs = RENEW_MS.first;
    if (!isIncomplete || performance.now() - this.#openedAt < this.#renewMs) return;
    this.#renewMs = Math.min(2 * this.#renewMs, RENEW_MS.longest);
    this.#renew();
  }

  /** The root is away: there is nothing to watch until `fit` is called again. */
  release(): void {
    const tree = this.#tree;
    this.#tree = undefined;
    this.#ready = false;
    this.#differed = false;
    if (tree === undefined) return;
    const closing: Promise<void> = tree.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Resolves when nothing is watched any more. */
  async close(): Promise<void> {
    this.release();
    await Promise.allSettled([...this.#closing]);
  }

  #renew(): void {
    this.release();
    this.#open();
  }

  #open(): void {
    this.#isRemote = isRemote(this.#fs, this.#root);
    this.#openedAt = performance.now();
    this.#ready = false;
    let fault = "";
    let tree: WatchTree | undefined;
    const isCurrent = () => tree !== undefined && this.#tree === tree;
    try {
      tree = openWatchTree(this.#root, {
        onName: (folder, name) => {
          if (isCurrent()) this.#events.onName(folder, name);
        },
        onFolder: (folder) => {
          if (isCurrent()) this.#events.onFolder(folder);
        },
        onFolderGone: () => {
          if (isCurrent()) this.#events.onGap();
        },
        onReady: () => {
          if (!isCurrent()) return;
          this.#ready = true;
          this.#setFault(fault);
          this.#events.onGap();
        },
        onFault: (code) => {
          fault = FAULTS[code] ?? `the event watch failed (${code === "" ? "unknown error" : code})`;
          if (isCurrent()) this.#setFault(fault);
        },
      });
      this.#tree = tree;
    } catch (error) {
      // The root went since it was listed; the next listing states it and tries again when it is back.
      this.#setFault(`the event watch could not start (${errorCode(error)})`);
    }
  }

  #setFault(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#events.onWarnings();
  }
}

function covers(watched: ReadonlyMap<string, string>, listed: ReadonlyMap<string, string>): boolean {
  for (const [folder, identity] of listed) {
    if (watched.get(folder) !== identity && !folder.includes("\\")) return false;
  }
  return true;
}
