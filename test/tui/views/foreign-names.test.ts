// Names from disk on every screen: none reaches the terminal as a control sequence, and none moves a column.

import { expect, test } from "vitest";
import { createFakeDaemon } from "./fake-daemon.ts";
import { catalog, group, source, moveOf, version } from "./sample-catalog.ts";
import { openUi, type UiSession } from "./ui-session.ts";

/** Title, colour, erase in two spellings, a newline, a bell, direction override, an unpaired half. */
const EVIL = "\u001b]0;owned\u0007\u001b[35mR\u001b[2J\u009b2J\n\u202e\ud800";

function foreignCatalog(name: string) {
  const key = `${name}_ret`;
  const line = `alpha/${key}`;
  return catalog({
    sources: [source("alpha", 2, { root_path: `/srv/${name}`, warnings: [name] }), source(name, 0, { degraded: name, degraded_count: 1 })],
    groups: new Map([
      [
        "alpha",
        [
          group("alpha", key, { symbol: name, return_name: name, degraded: name, warnings: [name], version: name }),
          group("alpha", "PLAIN_ret", { symbol: "PLAIN", return_name: "ret" }),
        ],
      ],
    ]),
    versions: [version(line, name, { status: "production", live: true, reason: name, actor: name })],
    history: [moveOf(line, name, 1, { reason: name, actor: name })],
  });
}

/** Every screen and dialog, one after the other: the keys, and what shows that we are there. */
const WALK: readonly (readonly [string, string])[] = [
  ["", "condition"],
  ["n", "Register a directory"],
  ["/x\u009b2J", "x"],
  ["\u001b", "condition"],
  ["\r", "PLAIN_ret"],
  ["s", "sort by which"],
  ["\u001b", "train end"],
  ["/ret", "/ret_"],
  ["\r", "2/2"],
  ["\r", "[1 IC]"],
  ["2", "[2 Training]"],
  ["3", "[3 Model]"],
  ["m", "mean gain"],
  ["G", "kept rows"],
  ["4", "[4 Factors]"],
  ["5", "[5 Info]"],
  ["6", "[6 Versions]"],
  ["7", "[7 Files]"],
  ["?", "keys here"],
  ["\u001b", "[7 Files]"],
  ["6", "[6 Versions]"],
  ["a", "Activate"],
  ["\u001b", "[6 Versions]"],
  ["8", "[8 History]"],
  ["T", "live at"],
  ["\u001b", "[8 History]"],
];

async function walk(ui: UiSession): Promise<void> {
  for (const [keys, shown] of WALK) {
    await ui.type(keys);
    await ui.shows(shown);
  }
}

// oxlint-disable-next-line no-control-regex
const OWN_SEQUENCES = /\u001b\[(?:\?(?:25|1049|2004|2026)[hl]|(?:1|2|7|22|27|31|32|33|36|39)m|\d*(?:;\d+)?[ABEGHJK])/g;

test("only our own sequences are written, with sixteen colours at most, whatever names hold", { timeout: 30_000 }, async () => {
  await using ui = openUi({ daemon: createFakeDaemon(foreignCatalog(EVIL)) });
  await walk(ui);
  const rest = ui.terminal.stdout.text.replace(OWN_SEQUENCES, "");
  // oxlint-disable-next-line no-control-regex
  expect(rest.match(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/g)).toBe(null);
  expect(rest).toContain("?]0;owned?");
});

test("without UTF-8 everything is ASCII", { timeout: 30_000 }, async () => {
  await using ui = openUi({ daemon: createFakeDaemon(foreignCatalog("漢é🙂")), env: { LANG: "C", TERM: "vt220" } });
  await walk(ui);
  // oxlint-disable-next-line no-control-regex
  expect(ui.terminal.stdout.text.match(/[^\u0000-\u007e]/g)).toBe(null);
  expect(ui.terminal.stdout.text).toContain("????");
});

test("wide names keep the columns in line, and a line never grows beyond the terminal", { timeout: 30_000 }, async () => {
  await using ui = openUi({ daemon: createFakeDaemon(foreignCatalog("漢字カナ")) });
  await ui.shows("alpha");
  await ui.type("\r");
  await ui.shows("PLAIN");
  const cells = ui.terminal.cells();
  const wide = cells.find((line) => line.includes("漢") && line.includes("degraded"));
  const plain = cells.find((line) => line.includes("PLAIN_ret"));
  expect(wide?.indexOf("degraded")).toBe(plain?.lastIndexOf("ok"));
});
