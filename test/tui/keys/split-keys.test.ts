// Keys out of bytes: however they are cut, run together or torn.

import fc from "fast-check";
import { expect, test } from "vitest";
import { createKeySplitter, type Key } from "../../../tui/keys/split-keys.ts";

function keysOf(...chunks: (string | Uint8Array)[]): string[] {
  const splitter = createKeySplitter();
  const keys: Key[] = chunks.flatMap((chunk) => splitter.push(chunk));
  return [...keys, ...splitter.flush()].map((key) => (key.id === "paste" ? `paste:${key.text}` : key.id));
}

test("keys that arrive in one chunk are single keys", () => {
  expect(keysOf("jjj")).toEqual(["j", "j", "j"]);
  expect(keysOf("abc\r")).toEqual(["a", "b", "c", "enter"]);
  expect(keysOf("\u001b[B\u001b[Bx")).toEqual(["down", "down", "x"]);
});

test("the usual keys have names", () => {
  const sequences = [
    "\u001b[A",
    "\u001bOB",
    "\u001b[5~",
    "\u001b[6~",
    "\u001b[1~",
    "\u001bOF",
    "\u001b[Z",
    "\u001b[1;5C",
    "\u001b[3~",
    "\t",
    "\u007f",
    "\u0003",
    " ",
    "\u001b[27u",
  ];
  expect(keysOf(sequences.join(""))).toEqual([
    "up",
    "down",
    "pgup",
    "pgdn",
    "home",
    "end",
    "shift-tab",
    "ctrl-right",
    "delete",
    "tab",
    "backspace",
    "ctrl-c",
    " ",
    "esc",
  ]);
});

test("replies of the terminal, mouse reports and unknown sequences type nothing", () => {
  const noise = [
    "\u001b]11;rgb:1e1e/1e1e/1e1e\u0007",
    "\u001b]10;?\u001b\\",
    "\u001b[?62;22c",
    "\u001b[12;40R",
    "\u001b[I",
    "\u001b[O",
    "\u001b[<0;10;5M",
    "\u001b[<0;10;5m",
    "\u001b[M !!",
    "\u001bP1$r0m\u001b\\",
    "\u001b[[A",
    "\u001b[15~",
    "\u001bOP",
    "\u001b_Gi=1;OK\u001b\\",
  ];
  for (const sequence of noise) expect(keysOf(`a${sequence}b`), JSON.stringify(sequence)).toEqual(["a", "b"]);
});

test("a lone escape is a key only once nothing can follow it", () => {
  const splitter = createKeySplitter();
  expect(splitter.push("\u001b")).toEqual([]);
  expect(splitter.held).toBe("escape");
  expect(splitter.flush()).toEqual([{ id: "esc", text: "" }]);
  expect(splitter.held).toBe("nothing");
});

test("escape and a key in one chunk are both there", () => {
  expect(keysOf("\u001bj")).toEqual(["esc", "j"]);
  expect(keysOf("\u001b\u001b")).toEqual(["esc", "esc"]);
});

test("a torn sequence is dropped when the wait ends, and never typed", () => {
  const splitter = createKeySplitter();
  expect(splitter.push("\u001b[1")).toEqual([]);
  expect(splitter.flush()).toEqual([]);
  expect(splitter.push("j").map((key) => key.id)).toEqual(["j"]);
  // A sequence that is broken off by the next one gives way to it.
  expect(keysOf("\u001b[1\u001b[B")).toEqual(["down"]);
});

test("a paste is one key, and its line ends do not confirm anything", () => {
  expect(keysOf("\u001b[200~/srv/a\r/srv/b\u001b[201~x")).toEqual(["paste:/srv/a\r/srv/b", "x"]);
  const splitter = createKeySplitter();
  expect(splitter.push("\u001b[200~half")).toEqual([]);
  expect(splitter.held).toBe("paste");
  expect(splitter.push(" done\u001b[201~")).toEqual([{ id: "paste", text: "half done" }]);
  splitter.push("\u001b[200~the end was lost");
  expect(splitter.flush()).toEqual([{ id: "paste", text: "the end was lost" }]);
  expect(splitter.push("j").map((key) => key.id)).toEqual(["j"]);
});

test("no byte boundary changes what was typed", () => {
  const samples = [
    "jjj",
    "abc\r",
    "\u001b[A\u001b[6~k",
    "é漢🙂x",
    "\u001b[200~päste\r\u001b[201~q",
    "a\u001b]11;rgb:0/0/0\u0007b",
    "\u001bOA\u001b[1;5D",
    "\u001b[<35;10;20M\u001bj",
  ];
  for (const sample of samples) {
    const bytes = Buffer.from(sample);
    const whole = keysOf(bytes);
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(keysOf(bytes.subarray(0, cut), bytes.subarray(cut)), `${JSON.stringify(sample)} at ${cut}`).toEqual(whole);
    expect(keysOf(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
  }
});

/** What a terminal sends, whole: keys, text of one to four bytes, pastes, replies. */
const SENT = fc.oneof(
  fc.constantFrom(
    "\u001b[A",
    "\u001bOB",
    "\u001b[5~",
    "\u001b[1;5C",
    "\u001b[Z",
    "\u001b[27u",
    "\u001b[<35;10;20M",
    "\u001b[M !!",
    "\u001b[[A",
  ),
  fc.constantFrom("\u001b]11;rgb:0/0/0\u0007", "\u001bP1$r0m\u001b\\", "\u001b[?62;22c", "\r", "\t", "\u007f", "\u0003", "\u001a"),
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => `\u001b[200~${text.replaceAll("\u001b", "")}\r\u001b[201~`),
);

test("no cut anywhere, and no number of cuts, changes what was typed", () => {
  fc.assert(
    fc.property(fc.array(SENT, { maxLength: 6 }), fc.array(fc.nat(200), { maxLength: 8 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(""));
      const whole = keysOf(bytes);
      for (let cut = 0; cut <= bytes.length; cut++) expect(keysOf(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(whole);
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      expect(keysOf(...places.slice(1).map((end, at) => bytes.subarray(places[at], end)))).toEqual(whole);
    }),
    { numRuns: 300 },
  );
});

test("any bytes at all are read to their end, and plain text comes through", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.uint8Array({ maxLength: 60 }), (a, b) => {
      const splitter = createKeySplitter();
      splitter.push(a);
      splitter.push(b);
      splitter.flush();
      // Whatever was half open is closed by an ST, a paste by its end.
      splitter.push("\u001b\\\u001b[201~");
      splitter.flush();
      return splitter.push("z").some((key) => key.id === "z");
    }),
  );
  fc.assert(fc.property(fc.stringMatching(/^[ -~]{0,30}$/), (text) => keysOf(text).join("") === text));
});
