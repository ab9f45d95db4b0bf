// A desk program that answers "inspect" at once, and nothing else ever.

import { parentPort } from "node:worker_threads";
import type { DeskAnswer, DeskQuestion } from "../../../../daemon/app/ports.ts";
import type { DeskJob } from "../../../../daemon/workers/desk-job.ts";
import type { ThreadJob, ThreadMessage } from "../../../../daemon/workers/thread-messages.ts";

parentPort?.on("message", ({ id, job }: ThreadJob<DeskJob>) => {
  while (job.question !== "inspect");
  const message: ThreadMessage<DeskAnswer<DeskQuestion>> = { kind: "done", id, answer: { outcome: "done", value: { text: "{}" } } };
  parentPort?.postMessage(message);
});
const ready: ThreadMessage<DeskAnswer<DeskQuestion>> = { kind: "ready" };
parentPort?.postMessage(ready);
