// The model desk of the daemon: a worker thread that reads, evaluates and rewrites models.

import type { DeskAnswer, DeskQuestion, Log, ModelDesk } from "../app/ports.ts";
import type { DeskJob } from "./desk-job.ts";
import { openThreadPool } from "./thread-pool.ts";

/** Options of the desk; sizes in MB (2^20 bytes), times in ms. */
export interface ModelDeskOptions {
  /** A question that takes longer fails. */
  readonly deadlineMs: number;
  /** Memory of the thread's values, file contents aside; 1024. */
  readonly maxOldSpaceMb?: number;
  readonly log?: Log;
  /** The thread's program, when it is another than ours (tests). */
  readonly entry?: URL;
}

/** Our program lies beside this file, as source or bundled. */
function deskEntry(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "./desk-thread.ts" : "./desk-thread.js", import.meta.url);
}

type AnyAnswer = DeskAnswer<DeskQuestion>;

/** Opens the desk. Its thread starts with the first question. */
export function openModelDesk(options: ModelDeskOptions): ModelDesk {
  const pool = openThreadPool<DeskJob, AnyAnswer>(
    1,
    {
      entry: options.entry ?? deskEntry(),
      settings: undefined,
      deadlineMs: options.deadlineMs,
      maxOldSpaceMb: options.maxOldSpaceMb ?? 1024,
      log: options.log,
      // What is handed over cannot be handed over again to the thread that follows one that was lost.
      ahead: 1,
      doing: "the model's work",
      failed: (reason) => ({ outcome: "failed", reason }),
    },
    { isWarm: false },
  );
  return {
    // The thread answers each question by its own kind of answer.
    ask: (question, input, about) => pool.run({ question, input } as DeskJob, about, buffersOf(input)),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

/** The buffers that hold nothing else than one of the input's parts; what lies in a shared one is copied on its way. */
function buffersOf(input: object): readonly ArrayBuffer[] {
  const whole = new Set<ArrayBuffer>();
  for (const part of Object.values(input) as unknown[]) {
    if (part instanceof Uint8Array && part.buffer instanceof ArrayBuffer && part.byteLength === part.buffer.byteLength)
      whole.add(part.buffer);
  }
  return [...whole];
}
