// Sizes that change fast: the screen is exactly as high as the terminal, always.

import { test } from "vitest";
import { createRandom } from "../../support/soak.ts";
import { until } from "./fake-terminal.ts";
import { openUi, type UiSession } from "./ui-session.ts";

const SIZES = [
  [80, 24],
  [61, 15],
  [200, 60],
  [59, 40],
  [100, 14],
  [132, 43],
  [1, 1],
  [80, 24],
] as const;

/** What a UI shows that was started at this size, once its data has come. */
async function freshScreen(columns: number, rows: number): Promise<string> {
  await using ui = openUi({ columns, rows });
  await ui.shows(columns < 60 || rows < 15 ? "n" : /beta[^]* quit$/m);
  return ui.terminal.screen();
}

async function showsExactly(ui: UiSession, screen: string): Promise<void> {
  await until(
    () => `the screen is\n${screen}\nit is\n${ui.terminal.screen()}`,
    () => ui.terminal.screen() === screen,
  );
}

test("after each size the screen is that of a UI started at it", { timeout: 60_000 }, async () => {
  await using ui = openUi();
  await ui.shows("beta");
  for (const [columns, rows] of SIZES) {
    ui.terminal.resize(columns, rows);
    await showsExactly(ui, await freshScreen(columns, rows));
  }
});

test("what a terminal makes of the old lines when it gets narrower is painted over", async () => {
  await using ui = openUi();
  await ui.shows("beta");
  await ui.terminal.scribble("\u001b7\u001b[4;3Hgarbage\u001b[20;5Hmore of it\u001b8");
  ui.terminal.resize(70, 24);
  await showsExactly(ui, await freshScreen(70, 24));
});

test("a storm of sizes ends in the last one", { timeout: 60_000 }, async () => {
  const random = createRandom(7);
  await using ui = openUi();
  await ui.shows("beta");
  for (let at = 0; at < 80; at++) {
    ui.terminal.resize(1 + Math.floor(random() * 220), 1 + Math.floor(random() * 70));
    if (random() < 0.3) ui.terminal.type("jk");
    if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 20));
  }
  ui.terminal.resize(90, 26);
  await showsExactly(ui, await freshScreen(90, 26));
});
