// The registration reader of the daemon: a worker thread that reads model files one after the other, with a deadline and a memory limit each.

import type { Log, RegistrationReader, RegistrationReading, RegistrationRequest } from "../app/ports.ts";
import type { ReaderSettings } from "./reader-messages.ts";
import { openThreadPool } from "./thread-pool.ts";

/** Options of the reader; sizes in bytes and MB (2^20 bytes), times in ms. */
export interface RegistrationReaderOptions {
  /** A file that takes longer fails. */
  readonly deadlineMs: number;
  /** A larger model file is refused. */
  readonly maxArtifactBytes: number;
  /** Memory of the thread's values, file contents aside; 1024. */
  readonly maxOldSpaceMb?: number;
  readonly log?: Log;
  /** The thread's program, when it is another than ours (tests). */
  readonly entry?: URL;
}

/** Our program lies beside this file, as source or bundled. */
function ownEntry(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./registration-thread.ts" : "./registration-thread.js", import.meta.url);
}

/** Opens the reader. Its thread starts with the first file. */
export function openRegistrationReader(options: RegistrationReaderOptions): RegistrationReader {
  const { deadlineMs, maxArtifactBytes, maxOldSpaceMb, log } = options;
  const settings: ReaderSettings = { maxArtifactBytes };
  const pool = openThreadPool<RegistrationRequest, RegistrationReading>(
    1,
    {
      ...{ entry: options.entry ?? ownEntry(), settings, deadlineMs, log, ahead: 1 },
      maxOldSpaceMb: maxOldSpaceMb ?? 1024,
      doing: "reading the model file",
      failed: (reason) => ({ outcome: "failed", reason }),
    },
    { isWarm: false },
  );
  return {
    read: (request) => pool.run(request, `${request.namespace}/${request.name} ${request.label}`),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
