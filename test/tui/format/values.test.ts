// Numbers, times, trees and the choice of characters.

import { expect, test } from "vitest";
import { chooseCharset } from "../../../tui/format/charset.ts";
import { treeLines } from "../../../tui/format/info-lines.ts";
import { byteSize, compact, counted, signed } from "../../../tui/format/numbers.ts";
import { lineText, lineWidth } from "../../../tui/format/styled.ts";
import { shortTime, timeOfDay } from "../../../tui/format/times.ts";

test("a signed number always shows its sign", () => {
  expect([0.0412, -0.00341, 0, -0.00001].map((value) => signed(value))).toEqual(["+0.0412", "-0.0034", "+0.0000", "-0.0000"]);
  expect([null, NaN, Infinity].map((value) => signed(value))).toEqual(["n/a", "n/a", "n/a"]);
});

test("numbers keep their size readable", () => {
  expect([0, 0.5, 123456.789, 12345678, 0.00000123, -2.5, null].map((value) => compact(value))).toEqual([
    "0",
    "0.5",
    "123457",
    "1.235e+7",
    "1.230e-6",
    "-2.5",
    "n/a",
  ]);
  expect([0, 1023, 1024, 5 * 1024 * 1024].map(byteSize)).toEqual(["0 B", "1023 B", "1.0 KB", "5.0 MB"]);
  expect([counted(1, "group"), counted(0, "group")]).toEqual(["1 group", "0 groups"]);
});

test("times are UTC and say so", () => {
  expect(shortTime("2026-01-05T09:30:00.123456Z")).toBe("2026-01-05 09:30:00Z");
  expect(shortTime("never")).toBe("never");
  expect(timeOfDay(1_767_605_400_000_000n)).toBe("09:30:00");
});

test("braille needs a UTF-8 locale and a terminal that has it", () => {
  expect(chooseCharset({ LANG: "en_GB.UTF-8", TERM: "xterm-256color" })).toBe("braille");
  expect(chooseCharset({ LANG: "en_GB.utf8", TERM: "tmux-256color" })).toBe("braille");
  expect(chooseCharset({ LANG: "C", TERM: "xterm" })).toBe("ascii");
  expect(chooseCharset({ LC_ALL: "C", LANG: "en_GB.UTF-8", TERM: "xterm" })).toBe("ascii");
  expect(chooseCharset({ LANG: "en_GB.UTF-8", TERM: "linux" })).toBe("ascii");
  expect(chooseCharset({ LANG: "en_GB.UTF-8", TERM: "putty-256color" })).toBe("block");
  expect(chooseCharset({})).toBe("ascii");
});

test("a tree of values is shown with its big integers, empty parts and bounds", () => {
  const text = treeLines({ ts: 1767605400000000001n, config: { depth: 6, list: [1, 2, 3], nothing: {} }, none: null }, 60).map(lineText);
  expect(text).toEqual(["ts: 1767605400000000001", "config:", "  depth: 6", "  list: 1, 2, 3", "  nothing: (empty)", "none: n/a"]);
  const wide = treeLines({ long: "word ".repeat(200), many: Array.from({ length: 5000 }, (_one, at) => ({ at })) }, 60);
  expect(wide.length).toBeLessThanOrEqual(2001);
  expect(wide.every((line) => lineWidth(line) <= 60)).toBe(true);
});
