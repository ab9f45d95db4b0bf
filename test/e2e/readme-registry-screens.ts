// The registry's screens in README.md: a small registry on a real daemon with a clock of its own, looked at in a terminal.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRegistryDaemon, type RegistryDaemon } from "../support/registry-daemon.ts";
import { repository } from "../support/terminal-program.ts";
import { openTmuxTerminal, type TmuxTerminal } from "../support/tmux-terminal.ts";

const LINE = "registry/risk_model";
const PARAMETERS = '{"factor_list":["momentum","value"],"halflife_days":60,"shrinkage_intensity":0.5}';
/** `{"momentum": 0.5}` as Python's pickle, protocol 4. */
const PICKLE = Buffer.from("80049518000000000000007d948c086d6f6d656e74756d94473fe0000000000000732e", "hex");
/** As long as a dialog takes no keys. */
const READ_MS = 400;

/** v1.0.0 live after a day of paper trading, v1.1.0 staged without any; a strategy's line beside it. */
async function prepare(registry: RegistryDaemon): Promise<void> {
  await mkdir(join(registry.folder, "models"));
  await writeFile(join(registry.folder, "models/model.pkl"), PICKLE);
  const register = (version: string, metrics: string): Promise<string> => {
    const needed = ["--dataset-versions", '{"crsp":"v1.2.3"}', "--parameters", PARAMETERS, "--metrics", metrics];
    return registry.must(["registry", "register", "risk_model", "models/model.pkl", "--version", version, ...needed]);
  };
  await registry.must(["dataset", "set", "crsp", "v1.2.3"]);
  await register("v1.0.0", '{"ic":0.031,"sharpe":0.82,"turnover":0.34}');
  await registry.must(["paper", "start", LINE, "v1.0.0"]);
  await registry.at("2026-01-06T09:00:00Z");
  await registry.must(["promote", LINE, "v1.0.0", "--yes", "--reason", "the first one"]);
  await registry.at("2026-01-07T09:00:00Z");
  await register("v1.1.0", '{"ic":0.047,"sharpe":1.15,"turnover":0.29}');
}

interface Walk {
  readonly registry: RegistryDaemon;
  readonly terminal: TmuxTerminal;
  readonly keep: (name: string, what: string | RegExp) => Promise<void>;
  readonly read: () => Promise<void>;
}

async function refuse({ terminal, keep, read }: Walk): Promise<void> {
  terminal.press("Enter");
  await keep("registry-versions", /REFUSED paper_trade_hours/);
  terminal.press("p");
  await terminal.waitFor("v1.0.0 → v1.1.0");
  await read();
  terminal.press("Enter");
  terminal.type(LINE);
  terminal.press("Enter");
  await keep("promote-refused", "refused by the gate");
  terminal.press("Escape");
}

async function promote({ registry, terminal, keep, read }: Walk): Promise<void> {
  terminal.press("t");
  await terminal.waitFor("Start paper trading");
  await read();
  terminal.press("y");
  await terminal.waitFor(/v1\.1\.0 +testing/);
  await registry.at("2026-01-08T10:00:00Z");
  terminal.press("p");
  await terminal.waitFor(/passed +paper_trade_hours/);
  await read();
  terminal.type("better on paper");
  terminal.press("Enter");
  terminal.type(LINE);
  await keep("promote", "promote it");
  terminal.press("Enter");
  await terminal.waitFor(/v1\.1\.0 +production LIVE/);
}

async function rollBack({ registry, terminal, keep, read }: Walk): Promise<void> {
  await registry.at("2026-01-08T14:30:00Z");
  terminal.press("b");
  await terminal.waitFor("v1.1.0 → v1.0.0");
  await read();
  terminal.press("Up", "Space", "Tab");
  terminal.type("losing money since noon");
  terminal.press("Enter");
  terminal.type(LINE);
  await keep("rollback", "[x] mark the version that is left as failed");
  terminal.press("Enter");
  await terminal.waitFor("back to v1.0.0, pinned");
  terminal.press("8");
  await terminal.waitFor(/rolled_ba/);
  terminal.press("j");
  await keep("history", /event \d+ at/);
}

async function lookBack({ terminal, keep }: Walk): Promise<void> {
  terminal.press("T");
  await terminal.waitFor("live at");
  terminal.press("t");
  terminal.type("2026-01-08 12:00");
  terminal.press("Enter");
  await keep("live-at", /live at 2026-01-08 12:00:00Z[^]*v1\.1\.0/);
}

/** Walks through the registry and returns the screens by name. */
export async function takeRegistryScreens(): Promise<ReadonlyMap<string, string>> {
  const screens = new Map<string, string>();
  await using registry = await openRegistryDaemon("registry-screens", "2026-01-05T08:00:00Z");
  await prepare(registry);
  using terminal = openTmuxTerminal({
    command: [process.execPath, "dist/model-manager.js"],
    columns: 100,
    rows: 26,
    env: { MODEL_MANAGER_SOCKET: registry.daemon.ready.socket },
    cwd: repository,
  });
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const keep = async (name: string, what: string | RegExp): Promise<void> => {
    await terminal.waitFor(what);
    // One more frame: the last words of a screen may come after the first.
    await pause(300);
    screens.set(name, terminal.screen());
  };
  const walk: Walk = { registry, terminal, keep, read: () => pause(READ_MS) };
  await terminal.waitFor("v   lines");
  terminal.press("v");
  await keep("lines", "risk_model");
  await refuse(walk);
  await promote(walk);
  await rollBack(walk);
  await lookBack(walk);
  terminal.press("q");
  return screens;
}
