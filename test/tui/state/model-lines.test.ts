// The lines of the model tab: nothing left out, nothing too wide, in one column or two.

import fc from "fast-check";
import { expect, test } from "vitest";
import { CHARSETS } from "../../../tui/format/charset.ts";
import { lineText, lineWidth, type StyledLine } from "../../../tui/format/styled.ts";
import { modelLines } from "../../../tui/state/model-lines.ts";
import { modelViewOf } from "../../support/sample-answers.ts";

const OPTIONS = { width: 80, charset: "braille", measure: "total_gain", names: [] } as const;

function texts(lines: readonly StyledLine[]): string {
  return lines.map(lineText).join("\n");
}

const EVERYTHING = [
  "reg:squarederror, 3 features",
  "40 in 40 rounds",
  "failed: row 3: its margin is 0.25",
  "importance by total gain: 3 features",
  "mom_48",
  "learning_rate",
  "unknown, and called: os.system",
  "first 1 of 64 kept rows (nan = missing or infinite)",
  "row 1: margin 0.1, prediction 0.1",
  "0.1 nan -2",
];

test.each([60, 80, 119, 120, 200])("at %i columns everything is there", (width) => {
  const text = texts(modelLines(modelViewOf("alpha/BTC"), { ...OPTIONS, width })).replace(/\n +/g, " ");
  for (const part of EVERYTHING) expect(text).toContain(part);
});

test("a wide screen has importance beside what is known, a narrow one below", () => {
  const view = modelViewOf("alpha/BTC");
  expect(lineText(modelLines(view, { ...OPTIONS, width: 120 })[0] ?? [])).toMatch(/^ objective .* importance by total gain: 3 features$/);
  const narrow = texts(modelLines(view, OPTIONS));
  expect(narrow.indexOf("importance by")).toBeGreaterThan(narrow.indexOf("kept rows"));
});

test("features that were not sent are counted", () => {
  const text = texts(modelLines(modelViewOf("alpha/BTC", { importance_total: 5000 }), { ...OPTIONS, measure: "weight", width: 200 }));
  expect(text).toContain("importance by number of splits: 3 of 5000 features, those of the largest total gain");
});

test("a model of leaves alone, and one of coefficients, have no bars of importance", () => {
  const bare = modelViewOf("alpha/BTC", { importance: [], importance_total: 0 });
  expect(texts(modelLines(bare, OPTIONS))).toContain("no tree splits by any feature");
  const linear = modelViewOf("alpha/BTC", { importance: [], importance_total: 0, coefficients: [[0.5], [-1]], booster: "gblinear" });
  const text = texts(modelLines(linear, { ...OPTIONS, names: ["mom_48"] }));
  expect(text).toMatch(/coefficients, 2, largest first\n f1 +-1 █+\n mom_48 +\+0\.5 █+/);
});

test("a very long row is cut, and says so", () => {
  const row = Array.from({ length: 500 }, () => 0.25);
  const samples = [{ row, margin: [1], prediction: [2] }];
  const lines = modelLines(modelViewOf("alpha/BTC", { samples }), OPTIONS);
  expect(lines.length).toBeLessThan(45);
  expect(texts(lines)).toContain("and more: 500 values in all");
});

test("no line is wider than the screen, whatever names and texts hold", () => {
  const foreign = fc
    .array(fc.constantFrom("a", " ", "_", "漢", "🙂", "\u001b", "x".repeat(30)), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(foreign, foreign, fc.integer({ min: 60, max: 220 }), fc.constantFrom(...CHARSETS), (name, text, width, charset) => {
      const base = modelViewOf("alpha/BTC");
      const view = modelViewOf("alpha/BTC", {
        objective: name,
        importance: base.importance.map((item) => ({ ...item, name })),
        parameters: [[name, text]],
        pickle: base.pickle && { ...base.pickle, globals: [name], unknown_calls: [text], classes: [name, text] },
        golden_detail: text,
      });
      for (const line of modelLines(view, { ...OPTIONS, width, charset })) expect(lineWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});
