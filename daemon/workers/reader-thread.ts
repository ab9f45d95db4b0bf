// The program of a reader thread: takes groups, reads them one after the other, posts what they say.

import { parentPort, workerData } from "node:worker_threads";
import type { GroupReading } from "../app/ports.ts";
import { readGroup } from "./read-group.ts";
import type { ReadJob, ReaderMessage, ReaderSettings } from "./reader-messages.ts";
import { makeThreadNice, READER_NICENESS } from "./thread-priority.ts";

const port = parentPort;
if (port === null) throw new Error("reader-thread runs as a worker thread of the daemon only");
const settings = workerData as ReaderSettings;
makeThreadNice(READER_NICENESS);

/** Does one job; an exception costs this group a stated failure and is told to the main thread's log. */
function answer(job: ReadJob): { readonly message: ReaderMessage; readonly buffers: readonly ArrayBuffer[] } {
  try {
    const { reading, buffers } = readGroup(job.rootPath, job.group, settings);
    return { message: { kind: "done", id: job.id, reading }, buffers };
  } catch (error) {
    const reading: GroupReading = { outcome: "failed", reason: "the reader failed on this group; the daemon's log has the details" };
    const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { message: { kind: "done", id: job.id, reading, bug }, buffers: [] };
  }
}

port.on("message", (job: ReadJob) => {
  const { message, buffers } = answer(job);
  port.postMessage(message, buffers);
});
const ready: ReaderMessage = { kind: "ready" };
port.postMessage(ready);
