// The catalog's writer as the main thread sees it: starts its thread, hands it changes, notices its end.

import { Worker } from "node:worker_threads";
import type { CatalogChange } from "../app/ports.ts";
import type { CatalogFileOptions } from "./catalog-file.ts";
import type { CatalogWriter } from "./catalog-writer.ts";
import { StorageFault, toStorageFault } from "./storage-fault.ts";
import { unpackFault, type WriterCommand, type WriterReport, type WriterSettings } from "./writer-messages.ts";

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Starts the thread and opens the catalog in it. Rejects as `openCatalogWriter` does; `onNotDurable` is also told when the thread is lost.
 * `start` makes the thread; tests get hold of it so.
 */
export async function startCatalogWriter(options: CatalogFileOptions, start = startWriterThread): Promise<CatalogWriter> {
  const link = new WriterLink(options, start);
  await link.opened;
  return link;
}

/** Starts the thread's program from beside this file: the source as it is, or the bundle. */
export function startWriterThread(settings: WriterSettings): Worker {
  const entry = new URL(import.meta.url.endsWith(".ts") ? "./writer-thread.ts" : "./writer-thread.js", import.meta.url);
  return new Worker(entry, { workerData: settings, name: "catalog-writer", execArgv: [] });
}

class WriterLink implements CatalogWriter {
  readonly opened: Promise<void>;
  readonly #ended: Promise<void>;
  readonly #worker: Worker;
  readonly #options: CatalogFileOptions;
  readonly #waiting = new Map<number, Waiting>();
  #opening: Waiting | undefined;
  #lastId = 0;
  #closing = false;
  /** Set once the thread is gone without having been told to go. */
  #lost: StorageFault | undefined;

  constructor(options: CatalogFileOptions, start: typeof startWriterThread) {
    this.#options = options;
    this.#worker = start({ file: options.file, integrityCheck: options.integrityCheck });
    this.opened = new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    this.#worker.on("message", (report: WriterReport) => this.#take(report));
    let cause: unknown;
    this.#worker.on("error", (error: unknown) => {
      cause = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        this.#onExit(cause);
        resolve();
      });
    });
  }

  write(change: CatalogChange): Promise<void> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      try {
        this.#post({ kind: "write", id, change });
      } catch (error) {
        this.#waiting.delete(id);
        reject(toStorageFault(error));
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#post({ kind: "close" });
    }
    await this.#ended;
  }

  #post(command: WriterCommand): void {
    this.#worker.postMessage(command);
  }

  #take(report: WriterReport): void {
    switch (report.kind) {
      case "ready":
        this.#opening?.resolve();
        this.#opening = undefined;
        break;
      case "refused":
        this.#closing = true;
        this.#opening?.reject(unpackFault(report.fault));
        break;
      case "written": {
        const waiting = this.#waiting.get(report.id);
        this.#waiting.delete(report.id);
        if (report.fault === undefined) waiting?.resolve();
        else waiting?.reject(unpackFault(report.fault));
        break;
      }
      case "not_durable": {
        const fault = unpackFault(report.fault);
        if (fault instanceof StorageFault) this.#lose(fault);
        break;
      }
      case "log":
        this.#options.log[report.level](report.fields, report.message);
        break;
      case "closed":
        break;
    }
  }

  /** Nothing is written any more; whoever can end the process is told, once. */
  #lose(fault: StorageFault): void {
    if (this.#lost !== undefined) return;
    this.#lost = fault;
    this.#options.onNotDurable?.(fault);
  }

  #onExit(cause: unknown): void {
    const message = "the thread that writes the catalog ended; what it was about to write is only known after a restart of the daemon";
    const fault = new StorageFault("not_durable", message, { cause });
    if (!this.#closing && this.#opening === undefined) this.#lose(fault);
    this.#opening?.reject(fault);
    for (const waiting of this.#waiting.values()) waiting.reject(fault);
    this.#waiting.clear();
  }
}
