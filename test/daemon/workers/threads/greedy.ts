// A reader program that takes all memory for a group called "greedy", dies on "deadly", throws on "throwing", and answers everything else at once.

import { parentPort } from "node:worker_threads";
import type { GroupReading } from "../../../../daemon/app/ports.ts";
import type { ReadJob } from "../../../../daemon/workers/reader-messages.ts";
import type { ThreadJob, ThreadMessage } from "../../../../daemon/workers/thread-messages.ts";

const kept: number[][] = [];

parentPort?.on("message", ({ id, job }: ThreadJob<ReadJob>) => {
  while (job.group.groupKey === "greedy") kept.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5));
  // In a worker this ends the thread, not the process.
  if (job.group.groupKey === "deadly") process.exit(3);
  if (job.group.groupKey === "throwing") throw new Error("thrown on purpose");
  const message: ThreadMessage<GroupReading> = { kind: "done", id, answer: { outcome: "incomplete", reason: job.group.groupKey } };
  parentPort?.postMessage(message);
});
const ready: ThreadMessage<GroupReading> = { kind: "ready" };
parentPort?.postMessage(ready);
