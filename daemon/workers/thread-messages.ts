// What the main thread and a worker thread say to each other.

/** A job for the thread. */
export interface ThreadJob<Job> {
  readonly id: number;
  readonly job: Job;
}

export type ThreadMessage<Answer> =
  /** The thread is loaded and takes jobs. */
  | { readonly kind: "ready" }
  /** A job's answer. `bug`: the stack of an exception that nothing should let out, for the log. */
  | { readonly kind: "done"; readonly id: number; readonly answer: Answer; readonly bug?: string };
