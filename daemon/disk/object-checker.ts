// The checking thread as the main thread sees it: one batch of objects after the other.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ObjectChecker, ObjectFinding } from "../app/ports.ts";

/** Starts the thread over the packs in this folder. A thread that ends early makes `check` reject. */
export function openObjectChecker(packs: string): ObjectChecker {
  const file = import.meta.url.endsWith(".ts") ? "./checker-thread.ts" : "./checker-thread.js";
  const worker = new Worker(new URL(file, import.meta.url), { workerData: { packs }, name: "object-checker", execArgv: [] });
  // Whoever waits for an answer hears of it; between two answers it is no uncaught error.
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once("error", (cause) => reject(new Error("the thread that checks objects failed", { cause })));
    worker.once("exit", () => reject(new Error("the thread that checks objects ended")));
  });
  ended.catch(() => undefined);
  return {
    async check(objects) {
      if (objects.length === 0) return [];
      const answer = once(worker, "message");
      answer.catch(() => undefined);
      worker.postMessage(objects);
      const [findings] = (await Promise.race([answer, ended])) as [readonly ObjectFinding[]];
      return findings;
    },
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}
