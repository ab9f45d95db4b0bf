// A reader program that answers nothing for a group called "endless" and everything else at once.

import { parentPort } from "node:worker_threads";
import type { GroupReading } from "../../../../daemon/app/ports.ts";
import type { ReadJob } from "../../../../daemon/workers/reader-messages.ts";
import type { ThreadJob, ThreadMessage } from "../../../../daemon/workers/thread-messages.ts";

parentPort?.on("message", ({ id, job }: ThreadJob<ReadJob>) => {
  while (job.group.groupKey === "endless");
  const message: ThreadMessage<GroupReading> = { kind: "done", id, answer: { outcome: "incomplete", reason: job.group.groupKey } };
  parentPort?.postMessage(message);
});
const ready: ThreadMessage<GroupReading> = { kind: "ready" };
parentPort?.postMessage(ready);
