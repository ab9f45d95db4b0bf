// One worker thread and the jobs it was given: watches the deadline of the job at hand and starts over after a crash.

import { Worker } from "node:worker_threads";
import type { Log } from "../app/ports.ts";
import type { ThreadJob, ThreadMessage } from "./thread-messages.ts";

/** A job and who waits for its answer. */
export interface PendingJob<Job, Answer> {
  readonly job: Job;
  /** What the job is about, for the log. */
  readonly about: string;
  /** Buffers of the job that are handed over; only where `ahead` is 1, since nothing can be sent twice then. */
  readonly buffers?: readonly ArrayBuffer[];
  settle(answer: Answer): void;
}

export interface SlotOptions<Answer> {
  readonly entry: URL;
  readonly settings: unknown;
  readonly deadlineMs: number;
  readonly maxOldSpaceMb: number;
  readonly log: Log | undefined;
  /** How many jobs the thread is given ahead, so that it never waits for the main thread; few, because they wait behind a slow one. */
  readonly ahead: number;
  /** What the thread does, for messages: "reading". */
  readonly doing: string;
  /** The answer to a job that came to nothing; the reason begins with what the thread does. */
  readonly failed: (reason: string) => Answer;
}

/** Loading the thread's program may take this long on a busy machine, beside the deadline of its first job. */
const START_GRACE_MS = 30_000;

/** A thread with its queue. Jobs are answered in the order given. */
export class ThreadSlot<Job, Answer> {
  readonly #options: SlotOptions<Answer>;
  readonly #given: { readonly id: number; readonly pending: PendingJob<Job, Answer> }[] = [];
  /** Called when there is room for more jobs. */
  readonly #hungry: () => void;
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closed = false;

  constructor(options: SlotOptions<Answer>, hungry: () => void) {
    this.#options = options;
    this.#hungry = hungry;
  }

  get room(): number {
    return this.#closed ? 0 : this.#options.ahead - this.#given.length;
  }

  /** Starts the thread before there is work for it. */
  warm(): void {
    this.#worker ??= this.#start();
  }

  give(pending: PendingJob<Job, Answer>): void {
    const id = ++this.#lastId;
    this.#given.push({ id, pending });
    this.warm();
    this.#send(id, pending);
    if (this.#given.length === 1) this.#watchHead();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    for (const { pending } of this.#given.splice(0)) pending.settle(this.#options.failed(`${this.#options.doing} was ended`));
  }

  #start(): Worker {
    const { entry, settings, maxOldSpaceMb } = this.#options;
    this.#ready = false;
    const worker = new Worker(entry, { workerData: settings, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxOldSpaceMb } });
    worker.on("message", (message: ThreadMessage<Answer>) => {
      if (worker === this.#worker) this.#take(message);
    });
    // An error may arrive before answers that were posted earlier; the exit comes after all of them.
    let cause: Error | undefined;
    worker.on("error", (error: Error) => {
      cause = error;
    });
    worker.on("exit", () => this.#lost(worker, cause === undefined ? "ended unexpectedly" : lossReason(cause), cause));
    return worker;
  }

  #send(id: number, { job, buffers }: PendingJob<Job, Answer>): void {
    const message: ThreadJob<Job> = { id, job };
    this.#worker?.postMessage(message, buffers ?? []);
  }

  #take(message: ThreadMessage<Answer>): void {
    if (message.kind === "ready") {
      this.#ready = true;
      this.#watchHead();
      return;
    }
    if (message.bug !== undefined)
      this.#options.log?.error({ about: this.#given[0]?.pending.about, stack: message.bug }, "a worker thread failed on a job");
    if (this.#given[0]?.id !== message.id) return;
    const done = this.#given.shift();
    this.#watchHead();
    done?.pending.settle(message.answer);
    this.#hungry();
  }

  /** Restarts the clock for the job that the thread works on now. */
  #watchHead(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#given.length === 0 || this.#closed) return;
    const wait = this.#ready ? this.#options.deadlineMs : this.#options.deadlineMs + START_GRACE_MS;
    this.#timer = setTimeout(() => {
      const worker = this.#worker;
      if (worker === undefined) return;
      this.#lost(worker, `took longer than ${this.#options.deadlineMs / 1000} s`, undefined);
      worker.terminate().catch((error: unknown) => this.#options.log?.warn({ err: error }, "a worker thread could not be ended"));
    }, wait);
  }

  /** The thread is gone: the job at hand fails with the reason, the others go to a new thread. */
  #lost(worker: Worker, reason: string, cause: Error | undefined): void {
    if (worker !== this.#worker || this.#closed) return;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    const head = this.#given.shift();
    this.#options.log?.warn({ about: head?.pending.about, reason, err: cause }, "a worker thread was lost");
    if (this.#given.length > 0) {
      this.warm();
      for (const { id, pending } of this.#given) this.#send(id, pending);
      this.#watchHead();
    }
    head?.pending.settle(this.#options.failed(`${this.#options.doing} ${reason}`));
    this.#hungry();
  }
}

function lossReason(error: Error): string {
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return "needed more memory than it may use";
  return "crashed; the daemon's log has the details";
}
