// The keymap: one meaning for each key in each place, and a help that knows all of it.

import { expect, test } from "vitest";
import { helpEntries } from "../../../tui/keys/help-entries.ts";
import { COMMANDS, isTypingPlace, KEYMAP, matchKey, PLACES } from "../../../tui/keys/keymap.ts";

test("no key means two things in one place", () => {
  for (const place of PLACES) {
    const seen = new Map<string, string>();
    for (const command of COMMANDS) {
      if (!KEYMAP[command].when.includes(place)) continue;
      for (const key of KEYMAP[command].keys) {
        expect(seen.get(key), `${key} in ${place}: ${command}`).toBeUndefined();
        seen.set(key, command);
      }
    }
  }
});

test("ctrl-c quits everywhere", () => {
  for (const place of PLACES) expect(matchKey(place, "ctrl-c")).toBe("interrupt");
});

test("where text is typed, letters are text", () => {
  for (const place of PLACES.filter(isTypingPlace)) {
    for (const letter of "abcdefghijklmnopqrstuvwxyzGLC/?0123456789 ")
      expect(matchKey(place, letter), `${letter} in ${place}`).toBeUndefined();
  }
});

test("a confirmation is only confirmed by y", () => {
  expect(COMMANDS.filter((command) => command === "yes").flatMap((command) => KEYMAP[command].keys)).toEqual(["y"]);
  expect(matchKey("confirm", "enter")).toBe("no");
  expect(matchKey("confirm", "esc")).toBe("no");
});

test("the help names every command once, what works here first", () => {
  for (const place of ["sources", "groups", "ic", "versions"] as const) {
    const entries = helpEntries(place).flatMap((entry) => ("command" in entry ? [entry] : []));
    expect(entries.map((entry) => entry.command).toSorted()).toEqual([...COMMANDS].toSorted());
    expect(entries.every((entry) => entry.help !== "" && entry.keys !== "")).toBe(true);
    const here = COMMANDS.filter((command) => KEYMAP[command].when.includes(place));
    expect(entries.slice(0, here.length).map((entry) => entry.command)).toEqual(here);
  }
});
