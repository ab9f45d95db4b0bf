// A registration program that answers nothing for a version called "endless" and refuses everything else at once.

import { parentPort } from "node:worker_threads";
import type { RegistrationReading, RegistrationRequest } from "../../../../daemon/app/ports.ts";
import type { ThreadJob, ThreadMessage } from "../../../../daemon/workers/thread-messages.ts";

parentPort?.on("message", ({ id, job }: ThreadJob<RegistrationRequest>) => {
  while (job.label === "endless");
  const answer: RegistrationReading = { outcome: "refused", code: "not_found", reason: job.label };
  const message: ThreadMessage<RegistrationReading> = { kind: "done", id, answer };
  parentPort?.postMessage(message);
});
const ready: ThreadMessage<RegistrationReading> = { kind: "ready" };
parentPort?.postMessage(ready);
