// Texts in cells: never wider than asked, never able to steer the terminal.

import fc from "fast-check";
import { expect, test } from "vitest";
import {
  asciiOnly,
  cellWidth,
  cutCells,
  cutCellsLeft,
  fitCells,
  paintedWidth,
  printable,
  wrapCells,
} from "../../../tui/format/cell-width.ts";
import { cutLine, joinRuns, lineText, lineWidth, span, spread } from "../../../tui/format/styled.ts";

/** Plain, wide, combining, unsafe and unpaired characters in any order. */
const oddText = fc
  .array(fc.constantFrom("a", "Z", " ", "é", "e\u0301", "漢", "🙂", "⠿", "\u001b", "\n", "\u202e", "\u200d", "\ud800", "～"), {
    maxLength: 30,
  })
  .map((parts) => parts.join(""));

test("wide and combining characters are counted as the terminal draws them", () => {
  expect(cellWidth("abc")).toBe(3);
  expect(cellWidth("漢字")).toBe(4);
  expect(cellWidth("🙂")).toBe(2);
  expect(cellWidth("e\u0301")).toBe(1);
  expect(cellWidth("⠿█")).toBe(2);
});

test("a name cannot steer the terminal", () => {
  expect(printable("a\u001b[2Jb\r\nc\u009bd\u202ee")).toBe("a?[2Jb??c?d?e");
  expect(fitCells("\u001b]0;x\u0007", 8)).toBe("?]0;x?  ");
});

test("a text that is cut says so at the end where it was cut", () => {
  expect(cutCells("abcdef", 4)).toBe("abc~");
  expect(cutCellsLeft("/srv/models/alpha", 8)).toBe("~s/alpha");
  expect(fitCells("ab", 4, "right")).toBe("  ab");
  expect(cutCells("漢字漢字", 4)).toBe("漢~");
});

test("whatever the text, it takes exactly the cells it is given", () => {
  fc.assert(
    fc.property(oddText, fc.integer({ min: 0, max: 40 }), (text, width) => {
      expect(cellWidth(fitCells(text, width))).toBe(width);
      expect(cellWidth(cutCellsLeft(text, width))).toBeLessThanOrEqual(width);
      expect(
        cutLine([span(printable(text)), span(printable(text), "good")], width).reduce((sum, part) => sum + cellWidth(part.text), 0),
      ).toBeLessThanOrEqual(width);
    }),
  );
});

test("wrapped lines hold the whole text and keep to the width", () => {
  expect(wrapCells("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapCells("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z ]{0,60}$/), fc.integer({ min: 1, max: 20 }), (text, width) => {
      const lines = wrapCells(text, width);
      expect(lines.every((line) => cellWidth(line) <= width)).toBe(true);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }),
  );
});

test("left and right parts of a line meet at exactly its width", () => {
  const line = spread([span("a very long left part", "accent")], [span("right")], 12);
  expect(lineText(line)).toBe("a ver~ right");
  expect(lineWidth(spread([span("l")], [], 10))).toBe(10);
});

test("runs of one role are joined, blanks go with what stands before them", () => {
  expect(joinRuns([span("a", "good"), span(" "), span("b", "good"), span("", "bad"), span("c")])).toEqual([span("a b", "good"), span("c")]);
});

test("styles take no cells, and a text in ASCII is as wide as it was", () => {
  fc.assert(
    fc.property(oddText, oddText, (a, b) => {
      const [left, right] = [printable(a), printable(b)];
      expect(paintedWidth(`\u001b[1m${left}\u001b[22m\u001b[36m${right}\u001b[39m`)).toBe(cellWidth(left) + cellWidth(right));
      expect(asciiOnly(left)).toMatch(/^[ -~]*$/);
      expect(cellWidth(asciiOnly(left))).toBe(cellWidth(left));
    }),
  );
  expect(asciiOnly("漢é x")).toBe("??? x");
});
