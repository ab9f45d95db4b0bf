// Reading gives way to answering: a thread's own priority, where the system has one.

import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";
import { basename } from "node:path";

/** Niceness of a reader: on a busy machine a scan gets about a third of what the answering thread gets, and all that is left over. */
export const READER_NICENESS = 5;

/** Makes the calling thread nicer and says whether that was possible: on Linux a priority belongs to the thread, elsewhere to the process. */
export function makeThreadNice(niceness: number): boolean {
  try {
    setPriority(Number(basename(readlinkSync("/proc/thread-self"))), niceness);
    return true;
  } catch {
    return false;
  }
}
