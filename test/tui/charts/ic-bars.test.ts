// IC bars: order, sign, scale, and the reason where there is no number.

import fc from "fast-check";
import { expect, test } from "vitest";
import { icBarLine, icBarLines, icLayout, sortIcRows } from "../../../tui/charts/ic-bars.ts";
import { icBarRows } from "../../../tui/charts/ic-rows.ts";
import { CHARSETS } from "../../../tui/format/charset.ts";
import { lineText, lineWidth } from "../../../tui/format/styled.ts";

const ROWS = [
  { name: "small", tau: 0.02 },
  { name: "none", tau: null, why: "no reason" },
  { name: "down", tau: -0.1 },
  { name: "up", tau: 0.05 },
];

test("bars diverge around one zero column, largest first, with sign and number", () => {
  expect(icBarLines(ROWS, { width: 42, charset: "ascii" })).toEqual([
    "up      +0.0500             |######",
    "small   +0.0200             |##-",
    "down    -0.1000 ############|",
    "none        n/a (no reason)",
    "                -0.1000     0     +0.1000",
  ]);
});

test("half a cell is the step of a bar", () => {
  expect(icBarLines(ROWS, { width: 42, charset: "braille" })[1]).toBe("small   +0.0200             │██▌");
});

test("by |tau| the sign does not count, and missing values stay last", () => {
  expect(sortIcRows(ROWS, "absolute").map((row) => row.name)).toEqual(["down", "up", "small", "none"]);
  expect(sortIcRows(ROWS, "signed").map((row) => row.name)).toEqual(["up", "small", "down", "none"]);
});

test("no line is wider than it may be, and the zero column stands still", () => {
  const row = fc.record({
    name: fc.array(fc.constantFrom("a", "_", "4", "漢", "🙂", "\u001b"), { maxLength: 40 }).map((parts) => parts.join("")),
    tau: fc.oneof(fc.double({ min: -1, max: 1 }), fc.constant(null), fc.constantFrom(NaN, Infinity)),
  });
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 30, max: 200 }),
      fc.constantFrom(...CHARSETS),
      (rows, width, charset) => {
        const layout = icLayout(rows, width, charset);
        for (const one of rows) expect(lineWidth(icBarLine(one, layout))).toBeLessThanOrEqual(width);
        const plain = [
          { name: "a", tau: 0.5 },
          { name: "b", tau: -0.5 },
        ].map((one) => lineText(icBarLine(one, { ...layout, scale: 1 })));
        const zero = charset === "ascii" ? "|" : "│";
        expect(plain[0]?.indexOf(zero)).toBe(plain[1]?.indexOf(zero));
      },
    ),
  );
});

test("all taus zero draw no bar, and no table says so", () => {
  expect(icBarLines([{ name: "flat", tau: 0 }], { width: 40, charset: "ascii" })[0]).toMatch(/^flat {4}\+0\.0000 +\|$/);
  expect(icBarLines([], { width: 40, charset: "ascii" })).toEqual(["no factors with an IC"]);
});

test("a factor of the model that the table lacks is listed with the reason", () => {
  const rows = icBarRows(
    { items: [{ symbol: "A", factor_name: "x", return_name: "r", kendall_tau: null }] },
    {
      items: [
        { dim: 0, factor_name: "x", kendall_tau: null },
        { dim: 1, factor_name: "y", kendall_tau: null },
      ],
    },
  );
  expect(rows.map((row) => [row.name, row.tau, row.why])).toEqual([
    ["x", null, "its tau is missing or not a finite number"],
    ["y", null, "a factor of the model, not in the IC table"],
  ]);
});
