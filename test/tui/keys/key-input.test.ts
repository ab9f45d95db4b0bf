// Time decides what a torn sequence was: short for a lone escape, longer for what nobody types by hand.

import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openKeyInput } from "../../../tui/keys/key-input.ts";

const HOLD_MS = 50;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const stdin = new PassThrough();
  const keys: string[] = [];
  const modes: boolean[] = [];
  const setRawMode = (isRaw: boolean): void => void modes.push(isRaw);
  const input = openKeyInput({
    stdin: Object.assign(stdin, { setRawMode }),
    holdMs: HOLD_MS,
    onEnd: () => undefined,
    onKeys: (some) => void keys.push(...some.map((key) => (key.id === "paste" ? `paste:${key.text}` : key.id))),
  });
  const type = (text: string): void => void stdin.emit("data", Buffer.from(text));
  return { input, keys, modes, type };
}

test("a lone escape waits for its rest, and is a key when none comes", () => {
  const { input, keys, type } = open();
  type("\u001b");
  vi.advanceTimersByTime(HOLD_MS - 1);
  expect(keys).toEqual([]);
  type("[B");
  expect(keys).toEqual(["down"]);
  type("\u001b");
  vi.advanceTimersByTime(HOLD_MS);
  expect(keys).toEqual(["down", "esc"]);
  input[Symbol.dispose]();
});

test("a sequence whose rest is late is no text", () => {
  const { input, keys, type } = open();
  type("\u001b[1;");
  vi.advanceTimersByTime(900);
  type("5C");
  expect(keys).toEqual(["ctrl-right"]);
  input[Symbol.dispose]();
});

test("a sequence that never ends swallows no more than a second of typing", () => {
  const { input, keys, type } = open();
  type("\u001b]11;rgb");
  for (let at = 0; at < 15; at++) {
    vi.advanceTimersByTime(100);
    type("j");
  }
  expect(keys.length).toBeGreaterThan(3);
  expect(new Set(keys)).toEqual(new Set(["j"]));
  input[Symbol.dispose]();
});

test("a paste that lost its end is given in the end, and keys work again", () => {
  const { input, keys, type } = open();
  type("\u001b[200~/srv/a");
  vi.advanceTimersByTime(9000);
  type("/b");
  vi.advanceTimersByTime(10_000);
  type("j");
  expect(keys).toEqual(["paste:/srv/a/b", "j"]);
  input[Symbol.dispose]();
});

test("raw mode is left while paused, and not taken again once all is over", () => {
  const { input, modes } = open();
  input.pause();
  input.resume();
  input[Symbol.dispose]();
  input.resume();
  expect(modes).toEqual([true, false, true, false]);
});
