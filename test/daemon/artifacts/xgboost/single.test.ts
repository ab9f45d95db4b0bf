// Decimal texts to float32 with one rounding. float32-texts.json holds texts with the bits that C's strtof (glibc 2.36) gives for them.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { withExactSingles } from "../../../../daemon/artifacts/xgboost/single-texts.ts";
import { isHalfway, nearestSingle } from "../../../../daemon/artifacts/xgboost/single.ts";
import { alphaModel } from "../fixture-groups.ts";

function bits(float: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(float);
  return bytes.toString("hex");
}

const TEXTS = JSON.parse(readFileSync(new URL("float32-texts.json", import.meta.url), "utf8")) as readonly (readonly [string, string])[];

/** The thresholds of a document's first tree, its first one put in as this text; `note` is an attribute. */
function thresholds(text: string, note = ""): Float32Array {
  const document = alphaModel()
    .toString("utf8")
    .replace(/"split_conditions":\[[^,]*,/, `"split_conditions":[${text},`)
    .replace('"attributes":{}', `"attributes":{"note":"${note}"}`);
  const read = readXgboost(Buffer.from(document));
  if (!read.ok || read.model.booster.kind !== "trees") throw new Error(read.ok ? "no trees" : read.reason);
  return read.model.booster.trees[0]?.splitConditions ?? new Float32Array();
}

describe("nearestSingle", () => {
  it.each(TEXTS)("%s", (text, expected) => {
    expect(bits(nearestSingle(text))).toBe(expected);
  });

  it("a good part of these texts comes out wrong when it is rounded to a double first", () => {
    const wrong = TEXTS.filter(([text, expected]) => bits(Math.fround(Number(text))) !== expected);
    expect(wrong.length).toBeGreaterThan(10);
    expect(wrong.every(([text]) => isHalfway(Number(text)))).toBe(true);
  });

  it("a text with more digits than any float has, and an exponent beyond all, keep what the double says", () => {
    expect(nearestSingle(`1.${"0".repeat(5000)}1`)).toBe(1);
    expect(nearestSingle("1e-99999")).toBe(0);
    expect(nearestSingle("NaN")).toBeNaN();
  });
});

describe("a model document", () => {
  it.each(TEXTS)("has the threshold %s as XGBoost reads it", (text, expected) => {
    const [first = Number.NaN, second] = thresholds(text);
    expect(bits(first)).toBe(expected);
    expect(second).toBe(thresholds("0.5")[1]);
  });

  it("keeps everything that is no list of floats, digit for digit", () => {
    const halfway = "16777217.0000000001";
    const text = `{"a":"${halfway}","split_conditions":[${halfway},-${halfway},1,NaN,"\\"[1"],"left_children":[${halfway}],"x":{"\\u0073um_hessian":[${halfway}]},"b":${halfway}}`;
    expect(withExactSingles(text)).toBe(
      `{"a":"${halfway}","split_conditions":[16777218,-16777218,1,NaN,"\\"[1"],"left_children":[${halfway}],"x":{"\\u0073um_hessian":[16777218]},"b":${halfway}}`,
    );
  });

  it("may hold such a number in a text as well", () => {
    expect(bits(thresholds("16777217.0000000001", "16777217.0000000001 [")[0] ?? 0)).toBe("4b800001");
  });
});
