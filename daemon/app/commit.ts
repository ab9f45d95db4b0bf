// The one way to change the catalog: decide on a draft under the mutex, commit it, then make it visible and wake the watchers.

import type { Clock } from "../../shared/lib/clock.ts";
import { failpoint } from "../failpoint.ts";
import type { Catalog } from "./catalog.ts";
import { ChangeDraft } from "./change-draft.ts";
import { createMutex } from "./mutex.ts";
import type { CatalogStore } from "./ports.ts";
import type { Wake } from "./wake.ts";

/** Runs changes one at a time. */
export interface Committer {
  /**
   * Runs `decide` while nobody else changes the catalog. What it put on the draft is committed in one transaction and then applied;
   * when it throws, or the commit fails, nothing happened. Resolves after both.
   */
  change<T>(decide: (draft: ChangeDraft) => Promise<T> | T): Promise<T>;
}

/** A committer over the store; `wake` is rung after each commit. */
export function createCommitter(catalog: Catalog, store: CatalogStore, clock: Clock, wake: Wake): Committer {
  const mutex = createMutex();

  return {
    change(decide) {
      return mutex.run(async () => {
        const draft = new ChangeDraft(catalog, clock);
        const result = await decide(draft);
        if (draft.isEmpty) return result;
        FAILPOINT: await failpoint("change.before_commit");
        await store.commit(draft.toChange());
        FAILPOINT: await failpoint("change.before_apply");
        draft.apply();
        FAILPOINT: await failpoint("change.before_wake");
        wake.ring();
        return result;
      });
    },
  };
}
