// Every model of every release as a document for every reader, JSON and UBJSON: the whole matrix that matrix.test.ts takes a share of.

import { describe, expect, it } from "vitest";
import type { DocumentFormat } from "../../daemon/artifacts/xgboost/render/render-for.ts";
import { hasUbjson, isRight, modelsOf, outcomeOf, readers, verdictOf, writers } from "../daemon/artifacts/xgboost/render/matrix.ts";
import { soakCount } from "../support/soak.ts";

const formats: readonly DocumentFormat[] = ["json", "ubj"];
/** One in so many is taken: all of them at the full count. */
const SHARE = Math.round(1_000 / soakCount(1_000));

describe.each(writers)("models of XGBoost %s", (writer) => {
  it("give the same margins in every reader, or are refused where they failed loudly", () => {
    const wrong: string[] = [];
    const counts: Record<string, number> = {};
    let turn = 0;
    for (const model of modelsOf(writer)) {
      for (const reader of readers) {
        for (const format of formats) {
          if ((format === "ubj" && !hasUbjson(reader)) || turn++ % SHARE !== 0) continue;
          const verdict = verdictOf(writer, reader, model.kind);
          const outcome = outcomeOf(model, reader, format);
          counts[outcome] = (counts[outcome] ?? 0) + 1;
          if (!isRight(outcome, verdict)) wrong.push(`${model.kind} for ${reader} as ${format}, by itself ${verdict}: ${outcome}`);
        }
      }
    }
    process.stdout.write(`renderings of ${writer}: ${JSON.stringify(counts)}\n`);
    expect(wrong).toEqual([]);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });
});
