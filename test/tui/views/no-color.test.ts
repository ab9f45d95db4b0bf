// NO_COLOR: alone in its file, for colours are decided once, when Ink is loaded.

import { expect, test } from "vitest";

test("with NO_COLOR no colour is written, and everything can still be told apart", async () => {
  process.env["NO_COLOR"] = "1";
  const { openUi } = await import("./ui-session.ts");
  await using ui = openUi({ env: process.env });
  await ui.shows("alpha");
  await ui.type("j");
  await ui.shows("> beta");
  // oxlint-disable-next-line no-control-regex
  expect(ui.terminal.stdout.text).not.toMatch(/\u001b\[[\d;]*m/);
  expect(process.env["NO_COLOR"]).toBeUndefined();
  expect(process.env["FORCE_COLOR"]).toBe("0");
});
