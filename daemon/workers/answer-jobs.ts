// The loop of a worker thread: takes jobs, does one after the other, posts the answers.

import { parentPort } from "node:worker_threads";
import type { ThreadJob, ThreadMessage } from "./thread-messages.ts";
import { makeThreadNice, READER_NICENESS } from "./thread-priority.ts";

/** An answer and the buffers to hand over with it. */
export interface ThreadAnswer<Answer> {
  readonly answer: Answer;
  readonly buffers: readonly ArrayBuffer[];
}

/** Does jobs until the thread is ended. An exception costs its job the answer that `failed` makes, and is told to the main thread's log. */
export function answerJobs<Job, Answer>(work: (job: Job) => ThreadAnswer<Answer>, failed: () => Answer): void {
  const port = parentPort;
  if (port === null) throw new Error("this program runs as a worker thread of the daemon only");
  makeThreadNice(READER_NICENESS);
  const post = (message: ThreadMessage<Answer>, buffers: readonly ArrayBuffer[] = []): void => port.postMessage(message, buffers);
  port.on("message", ({ id, job }: ThreadJob<Job>) => {
    try {
      const { answer, buffers } = work(job);
      post({ kind: "done", id, answer }, buffers);
    } catch (error) {
      const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
      post({ kind: "done", id, answer: failed(), bug });
    }
  });
  post({ kind: "ready" });
}
