// One reader thread and the jobs it was given: watches the deadline of the job at hand and starts over after a crash.

import { Worker } from "node:worker_threads";
import type { GroupReading, Log, ObservedGroup } from "../app/ports.ts";
import type { ReadJob, ReaderMessage, ReaderSettings } from "./reader-messages.ts";

/** A group to read and who waits for it. */
export interface PendingRead {
  readonly rootPath: string;
  readonly group: ObservedGroup;
  settle(reading: GroupReading): void;
}

export interface SlotOptions {
  readonly entry: URL;
  readonly settings: ReaderSettings;
  readonly deadlineMs: number;
  readonly maxOldSpaceMb: number;
  readonly log: Log | undefined;
}

/** Loading the thread's program may take this long on a busy machine, beside the deadline of its first job. */
const START_GRACE_MS = 30_000;

/** How many groups a thread is given ahead, so that it never waits for the main thread; few, because they wait behind a slow one. */
const AHEAD = 4;

/** A thread with its queue. Jobs are answered in the order given. */
export class ReaderSlot {
  readonly #options: SlotOptions;
  readonly #given: { readonly id: number; readonly read: PendingRead }[] = [];
  /** Called when there is room for more jobs. */
  readonly #hungry: () => void;
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closed = false;

  constructor(options: SlotOptions, hungry: () => void) {
    this.#options = options;
    this.#hungry = hungry;
  }

  get room(): number {
    return this.#closed ? 0 : AHEAD - this.#given.length;
  }

  /** Starts the thread before there is work for it. */
  warm(): void {
    this.#worker ??= this.#start();
  }

  give(read: PendingRead): void {
    const id = ++this.#lastId;
    this.#given.push({ id, read });
    this.warm();
    this.#send(id, read);
    if (this.#given.length === 1) this.#watchHead();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    for (const { read } of this.#given.splice(0)) read.settle({ outcome: "failed", reason: "the reader was closed" });
  }

  #start(): Worker {
    const { entry, settings, maxOldSpaceMb } = this.#options;
    this.#ready = false;
    const worker = new Worker(entry, { workerData: settings, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: maxOldSpaceMb } });
    worker.on("message", (message: ReaderMessage) => {
      if (worker === this.#worker) this.#take(message);
    });
    // An error may arrive before answers that were posted earlier; the exit comes after all of them.
    let cause: Error | undefined;
    worker.on("error", (error: Error) => {
      cause = error;
    });
    worker.on("exit", () => this.#lost(worker, cause === undefined ? "the reader ended unexpectedly" : lossReason(cause), cause));
    return worker;
  }

  #send(id: number, read: PendingRead): void {
    const job: ReadJob = { id, rootPath: read.rootPath, group: read.group };
    this.#worker?.postMessage(job);
  }

  #take(message: ReaderMessage): void {
    if (message.kind === "ready") {
      this.#ready = true;
      this.#watchHead();
      return;
    }
    if (message.bug !== undefined)
      this.#options.log?.error({ group: this.#given[0]?.read.group.groupKey, stack: message.bug }, "a reader thread failed on a group");
    if (this.#given[0]?.id !== message.id) return;
    const done = this.#given.shift();
    this.#watchHead();
    done?.read.settle(message.reading);
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
      this.#lost(worker, `reading took longer than ${this.#options.deadlineMs / 1000} s`, undefined);
      worker.terminate().catch((error: unknown) => this.#options.log?.warn({ err: error }, "a reader thread could not be ended"));
    }, wait);
  }

  /** The thread is gone: the job at hand fails with the reason, the others go to a new thread. */
  #lost(worker: Worker, reason: string, cause: Error | undefined): void {
    if (worker !== this.#worker || this.#closed) return;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    const head = this.#given.shift();
    this.#options.log?.warn({ group: head?.read.group.groupKey, reason, err: cause }, "a reader thread was lost");
    if (this.#given.length > 0) {
      this.warm();
      for (const { id, read } of this.#given) this.#send(id, read);
      this.#watchHead();
    }
    head?.read.settle({ outcome: "failed", reason });
    this.#hungry();
  }
}

function lossReason(error: Error): string {
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return "reading needed more memory than a reader may use";
  return "the reader crashed; the daemon's log has the details";
}
