// The program of the model desk's thread: takes questions, answers one after the other.

import type { DeskAnswer, DeskQuestion } from "../app/ports.ts";
import { answerJobs, type ThreadAnswer } from "./answer-jobs.ts";
import { answerQuestion } from "./desk-answers.ts";
import type { DeskJob } from "./desk-job.ts";

answerJobs<DeskJob, DeskAnswer<DeskQuestion>>(
  (job): ThreadAnswer<DeskAnswer<DeskQuestion>> => {
    const answer = answerQuestion(job);
    const made = answer.outcome === "done" && "bytes" in answer.value ? answer.value.bytes : undefined;
    const isWhole = made?.buffer instanceof ArrayBuffer && made.byteLength === made.buffer.byteLength;
    return { answer, buffers: isWhole && made.buffer instanceof ArrayBuffer ? [made.buffer] : [] };
  },
  () => ({ outcome: "failed", reason: "the model's work failed; the daemon's log has the details" }),
);
