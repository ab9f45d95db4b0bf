// A model desk whose answers a test says.

import type { DeskAnswer, DeskQuestion, DeskQuestions, ModelDesk } from "../../../daemon/app/ports.ts";

/** Answers of a test, by question. Without one, nothing speaks against a model, and all other questions are refused. */
export type PlayedAnswers = { readonly [Q in DeskQuestion]?: (input: DeskQuestions[Q]["input"]) => DeskAnswer<Q> };

/** A desk that gives those answers. */
export function playedDesk(answers: PlayedAnswers = {}): ModelDesk {
  const played: PlayedAnswers = { prove: () => ({ outcome: "done", value: { failure: "" } }), ...answers };
  return {
    async ask<Q extends DeskQuestion>(question: Q, input: DeskQuestions[Q]["input"]): Promise<DeskAnswer<Q>> {
      return played[question]?.(input) ?? { outcome: "refused", reason: `this desk cannot ${question}` };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
