// Writes the screens in README.md: runs the real programs in a terminal and puts what they show between the markers.

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { takeRegistryScreens } from "./readme-registry-screens.ts";
import { copyFixture } from "../support/alpha.ts";
import { startDaemon } from "../support/daemon-process.ts";
import { openTmuxTerminal, type TmuxTerminal } from "../support/tmux-terminal.ts";
import { writeTraining } from "../support/training.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const README = join(repository, "README.md");
const GROUP = "ETHBTC_ret_240";

/** Walks through the program and returns the screens by name. */
async function takeScreens(alpha: string, socket: string): Promise<ReadonlyMap<string, string>> {
  const screens = new Map<string, string>();
  using terminal: TmuxTerminal = openTmuxTerminal({
    command: [process.execPath, "dist/model-manager.js"],
    columns: 100,
    rows: 26,
    env: { MODEL_MANAGER_SOCKET: socket },
    cwd: repository,
  });
  const keep = async (name: string, what: string | RegExp): Promise<void> => {
    await terminal.waitFor(what);
    // One more frame: the last words of a screen may come after the first.
    await new Promise((resolve) => setTimeout(resolve, 300));
    screens.set(name, terminal.screen());
  };
  await terminal.waitFor("alpha");
  terminal.press("Enter");
  await keep("groups", "XLMBTC_ret_60");
  terminal.press("j", "j", "Enter");
  await keep("group-ic", /[+-]0\.\d{4} .*█/);
  terminal.press("2");
  await keep("group-training", "gap best");
  terminal.press("3");
  await keep("group-model", "importance by total gain");
  await writeTraining(alpha, GROUP, { stamp: 7, symbol: "ETHBTC" });
  terminal.press("6");
  await keep("group-versions", /v2 +production LIVE/);
  terminal.press("j", "a");
  await keep("confirm-activate", "v2 → v1");
  terminal.press("Escape");
  await terminal.waitFor("[6 Versions]");
  terminal.press("q");
  return screens;
}

async function main(): Promise<void> {
  const built = spawnSync(process.execPath, [join(repository, "daemon/bin/build.js")], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("the build failed");
  const base = await mkdtemp(join(tmpdir(), "models-"));
  try {
    const alpha = await copyFixture("alpha", base);
    const daemon = await startDaemon({ stateDir: join(base, "state"), socketPath: join(base, "d.sock"), register: [alpha] });
    const screens = await takeScreens(alpha, daemon.ready.socket);
    await daemon.stop();
    let text = await readFile(README, "utf8");
    for (const [name, screen] of [...screens, ...(await takeRegistryScreens())]) text = withScreen(text, name, screen);
    await writeFile(README, text);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** The README with the screen between its markers. */
function withScreen(text: string, name: string, screen: string): string {
  const begin = `<!-- screen: ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf("<!-- /screen -->", from);
  if (from < 0 || to < 0) throw new Error(`README.md has no place for the screen ${name}`);
  return `${text.slice(0, from)}${begin}\n\n\`\`\`text\n${screen.trimEnd()}\n\`\`\`\n\n${text.slice(to)}`;
}

await main();
