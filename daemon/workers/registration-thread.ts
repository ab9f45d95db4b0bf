// The program of the thread that reads model files for their registration.

import { workerData } from "node:worker_threads";
import type { RegistrationReading, RegistrationRequest } from "../app/ports.ts";
import { answerJobs } from "./answer-jobs.ts";
import { readRegistration } from "./read-registration.ts";
import type { ReaderSettings } from "./reader-messages.ts";

const settings = workerData as ReaderSettings;

answerJobs<RegistrationRequest, RegistrationReading>(
  (request) => {
    const { reading, buffers } = readRegistration(request, settings);
    return { answer: reading, buffers };
  },
  () => ({ outcome: "failed", reason: "the reader failed on this file; the daemon's log has the details" }),
);
