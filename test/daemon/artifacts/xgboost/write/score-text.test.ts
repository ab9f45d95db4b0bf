// The base score is read back as the float that it is, also by the two releases whose parser rounds.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nearestSingle } from "../../../../../daemon/artifacts/xgboost/single.ts";
import { isSpelledExactly, scoreText } from "../../../../../daemon/artifacts/xgboost/write/score-text.ts";

/** Texts, and the bits of the float that XGBoost 1.0.2 and 1.1.1 made of them; rough_scores.py asked them. */
const readings = new Map(
  JSON.parse(readFileSync(new URL("rough-scores.json", import.meta.url), "utf8")) as readonly (readonly [string, number | null])[],
);

function bitsOf(float: number): number {
  return new Uint32Array(Float32Array.of(float).buffer)[0] ?? 0;
}

describe("the base score in a document of XGBoost 1.0 and 1.1", () => {
  const scores = [...new Set([...readings.keys()].map(nearestSingle))];

  it("has a text that these releases read as exactly this float", () => {
    const exact = scores.filter((score) => isSpelledExactly(score, "roughText"));
    const wrong = exact.filter((score) => readings.get(scoreText(Float32Array.of(score), "roughText")) !== bitsOf(score));
    expect(wrong).toEqual([]);
    expect(exact.length).toBeGreaterThan(0.8 * scores.length);
  });

  it("is not the shortest text where they misread that", () => {
    const misread = [...readings].filter(([text, bits]) => bits !== bitsOf(nearestSingle(text)));
    expect(misread.length).toBeGreaterThan(40);
    for (const [text] of misread) {
      const score = nearestSingle(text);
      if (isSpelledExactly(score, "roughText")) expect(scoreText(Float32Array.of(score), "roughText")).not.toBe(text);
    }
  });

  it("is known not to be exact where no text is: the intercept goes elsewhere then", () => {
    for (const [text, bits] of readings)
      if (bits === bitsOf(nearestSingle(text))) expect(isSpelledExactly(nearestSingle(text), "roughText"), text).toBe(true);
    expect(isSpelledExactly(Math.fround(1e-40), "roughText")).toBe(false);
    expect(isSpelledExactly(Number.NaN, "roughText")).toBe(false);
  });
});

describe("the base score of later releases", () => {
  it("is one text up to 3.0 and the text of a list since", () => {
    expect(scoreText(Float32Array.of(0.3), "text")).toBe("3E-1");
    expect(scoreText(Float32Array.of(0.3), "listText")).toBe("[3E-1]");
    expect(scoreText(Float32Array.of(0.3, -2), "listText")).toBe("[3E-1,-2E0]");
    expect(isSpelledExactly(Math.fround(1e-40), "text")).toBe(true);
  });
});
