// Groups that vanished from disk, until a commit has withdrawn them: one that fails is tried again.

import { dropGone, type CaptureTools } from "./capture.ts";
import type { Committer } from "./commit.ts";
import type { Log } from "./ports.ts";

/** Waits between attempts, in ms. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** What `createGoneGroups` works with. */
export interface GoneGroupDependencies {
  readonly catalog: CaptureTools["catalog"];
  readonly committer: Committer;
  readonly log: Log;
}

/** The groups that are to be withdrawn. Disposing it ends the trying. */
export interface GoneGroups extends Disposable {
  /** None of their files is left. Resolves after the first attempt, also when that failed. */
  add(sourceId: number, groupKeys: readonly string[]): Promise<void>;
  /** The group has files again; its own capture says what becomes of it. */
  returned(sourceId: number, groupKey: string): void;
}

/** Withdraws through the committer. */
export function createGoneGroups(deps: GoneGroupDependencies): GoneGroups {
  return new PendingGroups(deps);
}

class PendingGroups implements GoneGroups {
  readonly #deps: GoneGroupDependencies;
  /** By source and key; the value tells one going from a later one of the same group. */
  readonly #pending = new Map<number, Map<string, symbol>>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #closed = false;

  constructor(deps: GoneGroupDependencies) {
    this.#deps = deps;
  }

  add(sourceId: number, groupKeys: readonly string[]): Promise<void> {
    const pending = this.#pending.get(sourceId) ?? new Map<string, symbol>();
    this.#pending.set(sourceId, pending);
    for (const groupKey of groupKeys) pending.set(groupKey, Symbol(groupKey));
    return this.#attempt(sourceId, FIRST_WAIT_MS);
  }

  returned(sourceId: number, groupKey: string): void {
    this.#pending.get(sourceId)?.delete(groupKey);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  async #attempt(sourceId: number, waitMs: number): Promise<void> {
    const pending = this.#pending.get(sourceId);
    if (pending === undefined) return;
    let taken: ReadonlyMap<string, symbol> = new Map();
    try {
      await this.#deps.committer.change((draft) => {
        taken = new Map(pending);
        dropGone(this.#deps, draft, sourceId, [...taken.keys()]);
      });
    } catch (error) {
      this.#deps.log.error({ err: error, sourceId, groups: taken.size }, "withdrawing vanished groups failed; it will be tried again");
      this.#tryAgain(sourceId, waitMs);
      return;
    }
    for (const [groupKey, going] of taken) if (pending.get(groupKey) === going) pending.delete(groupKey);
  }

  #tryAgain(sourceId: number, waitMs: number): void {
    if (this.#closed || this.#timers.has(sourceId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(sourceId);
      void this.#attempt(sourceId, Math.min(2 * waitMs, LONGEST_WAIT_MS));
    }, waitMs);
    this.#timers.set(sourceId, timer.unref());
  }
}
