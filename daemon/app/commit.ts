// The one way to change the catalog: decide on a draft under the mutex, commit it, then make it visible and wake the watchers.

import type { Clock } from "../../shared/lib/clock.ts";
import { failpoint } from "../failpoint.ts";
import type { Catalog } from "./catalog.ts";
import { ChangeDraft } from "./change-draft.ts";
import { createMutex } from "./mutex.ts";
import type { CatalogStore, UnsettledCommit } from "./ports.ts";
import type { Wake } from "./wake.ts";

/** How long a change waits for a store that is away, its turn included, in ms. */
const CHANGE_WAIT_MS = 10_000;

/** Runs changes one at a time. */
export interface Committer {
  /**
   * Runs `decide` while nobody else changes the catalog. What it put on the draft is committed in one transaction and then applied;
   * when it throws, or the commit fails, nothing happened. Resolves after both. While the store is away it waits for a while, before deciding.
   * When nobody knows whether the commit was done, it rejects, and applies the draft once that is known and before anybody decides again.
   */
  change<T>(decide: (draft: ChangeDraft) => Promise<T> | T): Promise<T>;
}

/** A committer over the store; `wake` is rung after each commit. */
export function createCommitter(catalog: Catalog, store: CatalogStore, clock: Clock, wake: Wake): Committer {
  const mutex = createMutex();
  /** The last commit of which nobody knew what became of it. */
  let unsettled: Promise<void> = Promise.resolve();

  function applyWhenDone(draft: ChangeDraft, error: unknown): void {
    if (!isUnsettled(error)) return;
    unsettled = error.settled.then((isDone) => {
      if (!isDone) return;
      draft.apply();
      wake.ring();
    });
  }

  return {
    change(decide) {
      const giveUpAt = clock.monotonicMs() + CHANGE_WAIT_MS;
      const leftMs = (): number => Math.max(0, giveUpAt - clock.monotonicMs());
      return mutex.run(async () => {
        // Those behind wait here, each until its own time is over: the first to come is the first to give up.
        await store.availability?.writable(leftMs());
        await unsettled;
        const draft = new ChangeDraft(catalog, clock);
        const result = await decide(draft);
        if (draft.isEmpty) return result;
        FAILPOINT: await failpoint("change.before_commit");
        try {
          await store.commit(draft.toChange(), leftMs());
        } catch (error) {
          applyWhenDone(draft, error);
          throw error;
        }
        FAILPOINT: await failpoint("change.before_apply");
        draft.apply();
        FAILPOINT: await failpoint("change.before_wake");
        wake.ring();
        return result;
      });
    },
  };
}

function isUnsettled(error: unknown): error is Error & UnsettledCommit {
  return error instanceof Error && "settled" in error && error.settled instanceof Promise;
}
