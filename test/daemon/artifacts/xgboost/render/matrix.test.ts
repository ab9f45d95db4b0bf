// Documents rendered for every release that clients have: what was silently wrong predicts the same, and what was right is never refused.

import { describe, expect, it } from "vitest";
import type { DocumentFormat } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { hasUbjson, isRight, modelsOf, outcomeOf, readers, verdictOf, writers } from "./matrix.ts";

/** Silently wrong pairs are all rendered as JSON. Of the others, and of UBJSON, one in so many is; test/fault/rendering-matrix.soak.ts takes all. */
const SHARE = 40;

const formats: readonly DocumentFormat[] = ["json", "ubj"];

it("the report has 14 readers and 17 writers, and says which of their pairs are wrong", () => {
  expect(readers).toHaveLength(14);
  expect(writers).toHaveLength(17);
  expect(verdictOf("3.4.1", "2.1.4", "reg_base_auto")).toBe("different");
  expect(verdictOf("3.4.1", "2.1.4", "reg_base_half")).toBe("same");
  expect(verdictOf("3.1.3", "3.4.1", "vector_leaf")).toBe("fails");
  expect(verdictOf("3.4.1", "1.2.1", "expectile")).toBe("fails");
  expect(verdictOf("3.4.1", "2.1.4", "no_such_kind")).toBeUndefined();
});

describe.each(writers)("models of XGBoost %s", (writer) => {
  it("give the same margins in every reader, or are refused where they failed loudly", () => {
    const wrong: string[] = [];
    let turn = 0;
    for (const model of modelsOf(writer)) {
      for (const reader of readers) {
        for (const format of formats) {
          const verdict = verdictOf(writer, reader, model.kind);
          const isTaken = (verdict === "different" && format === "json") || turn++ % SHARE === 0;
          if (!isTaken || (format === "ubj" && !hasUbjson(reader))) continue;
          const outcome = outcomeOf(model, reader, format);
          if (!isRight(outcome, verdict)) wrong.push(`${model.kind} for ${reader} as ${format}, by itself ${verdict}: ${outcome}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
