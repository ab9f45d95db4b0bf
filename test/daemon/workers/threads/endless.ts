// A reader program that answers nothing for a group called "endless" and everything else at once.

import { parentPort } from "node:worker_threads";
import type { ReadJob, ReaderMessage } from "../../../../daemon/workers/reader-messages.ts";

parentPort?.on("message", (job: ReadJob) => {
  while (job.group.groupKey === "endless");
  const message: ReaderMessage = { kind: "done", id: job.id, reading: { outcome: "incomplete", reason: job.group.groupKey } };
  parentPort?.postMessage(message);
});
const ready: ReaderMessage = { kind: "ready" };
parentPort?.postMessage(ready);
