// The worker thread as the main thread sees it: starts it, passes messages, notices its end.

import { Worker } from "node:worker_threads";
import type { Command, ObserverSettings, Parcel } from "./observer-messages.ts";

/** Makes the worker; tests hand in their own to get hold of it. */
export type StartThread = (settings: ObserverSettings) => Worker;

/** Starts `observer-thread` from beside this file: the source as it is, or the bundle. */
export const startObserverThread: StartThread = (settings) => {
  const file = import.meta.url.endsWith(".ts") ? "./observer-thread.ts" : "./observer-thread.js";
  return new Worker(new URL(file, import.meta.url), { workerData: settings, name: "disk-observer" });
};

/** A running thread. */
export interface ThreadLink {
  post(command: Command): void;
  terminate(): Promise<void>;
}

/** What is heard from a thread. */
export interface ThreadEvents {
  /** To be taken in before the next parcel is sent. */
  onParcel(parcel: Parcel): void;
  /** The thread ended; nothing more comes. `error`: why, if it said so. */
  onEnd(error: unknown): void;
}

/** Starts a thread. Resolves when it runs; rejects when it cannot even start. */
export function openThreadLink(start: StartThread, settings: ObserverSettings, events: ThreadEvents): Promise<ThreadLink> {
  const worker = start(settings);
  const link: ThreadLink = {
    post: (command) => worker.postMessage(command),
    terminate: async () => {
      await worker.terminate();
    },
  };
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let isRunning = false;
    worker.once("online", () => {
      isRunning = true;
      resolve(link);
    });
    worker.on("error", (error: unknown) => {
      failure = error;
    });
    worker.once("exit", (code) => {
      const error = failure ?? new Error(`the thread ended with code ${code}`);
      if (isRunning) events.onEnd(error);
      else reject(new Error("the disk observer's thread cannot start", { cause: error }));
    });
    worker.on("message", (parcel: Parcel) => {
      events.onParcel(parcel);
      // In a later task, so that parcels never join to one long task.
      setImmediate(() => link.post({ kind: "taken" }));
    });
  });
}
