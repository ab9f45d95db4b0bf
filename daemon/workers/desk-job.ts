// A question to the model desk on its way to the thread.

import type { DeskQuestion, DeskQuestions } from "../app/ports.ts";

/** One of the questions with its input. */
export type DeskJob = { readonly [Q in DeskQuestion]: { readonly question: Q; readonly input: DeskQuestions[Q]["input"] } }[DeskQuestion];
