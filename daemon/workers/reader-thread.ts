// The program of a reader thread: takes groups, reads them one after the other, posts what they say.

import { workerData } from "node:worker_threads";
import type { GroupReading } from "../app/ports.ts";
import { answerJobs } from "./answer-jobs.ts";
import { readGroup } from "./read-group.ts";
import type { ReadJob, ReaderSettings } from "./reader-messages.ts";

const settings = workerData as ReaderSettings;

answerJobs<ReadJob, GroupReading>(
  ({ rootPath, group }) => {
    const { reading, buffers } = readGroup(rootPath, group, settings);
    return { answer: reading, buffers };
  },
  () => ({ outcome: "failed", reason: "the reader failed on this group; the daemon's log has the details" }),
);
