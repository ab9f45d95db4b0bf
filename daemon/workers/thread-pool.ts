// Worker threads that share a queue of jobs.

import { ThreadSlot, type PendingJob, type SlotOptions } from "./thread-slot.ts";

/** Threads that answer jobs. */
export interface ThreadPool<Job, Answer> {
  /** Never rejects: what goes wrong is the answer that `failed` makes. */
  run(job: Job, about: string, buffers?: readonly ArrayBuffer[]): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the pool. `isWarm`: its threads start now, and not with the first jobs. */
export function openThreadPool<Job, Answer>(
  threads: number,
  options: SlotOptions<Answer>,
  { isWarm }: { readonly isWarm: boolean },
): ThreadPool<Job, Answer> {
  const waiting: PendingJob<Job, Answer>[] = [];
  let next = 0;
  let closed = false;
  const slots = Array.from({ length: Math.max(1, threads) }, () => new ThreadSlot<Job, Answer>(options, () => feed()));

  /** Hands waiting jobs to the threads with the most room. */
  function feed(): void {
    while (next < waiting.length) {
      const slot = slots.reduce((best, other) => (other.room > best.room ? other : best));
      const pending = waiting[next];
      if (slot.room <= 0 || pending === undefined) break;
      next++;
      slot.give(pending);
    }
    if (next <= 1024 && next < waiting.length) return;
    waiting.splice(0, next);
    next = 0;
  }

  const ended = (): Answer => options.failed(`${options.doing} was ended`);
  if (isWarm) for (const slot of slots) slot.warm();
  return {
    run: (job, about, buffers = []) =>
      new Promise<Answer>((settle) => {
        if (closed) {
          settle(ended());
          return;
        }
        waiting.push({ job, about, buffers, settle });
        feed();
      }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      for (const pending of waiting.splice(next)) pending.settle(ended());
      waiting.length = 0;
      next = 0;
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}
