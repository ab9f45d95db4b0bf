// A person at a terminal moves registered models on a real daemon: refused by a gate, promoted, rolled back, and the history of it all.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import { openRegistryDaemon, type RegistryDaemon } from "../support/registry-daemon.ts";
import { describeNeeding, tmux } from "../support/requirements.ts";
import { repository } from "../support/terminal-program.ts";
import { openTmuxTerminal, type TmuxTerminal } from "../support/tmux-terminal.ts";

/** `{"momentum": 0.5}` as Python's pickle, protocol 4. */
const PICKLE = Buffer.from("80049518000000000000007d948c086d6f6d656e74756d94473fe0000000000000732e", "hex");
/** One line a size, each with the parameters that its type must have, and a month later: time does not go back. */
const CASES = [
  {
    ...{ columns: 80, rows: 24, type: "risk_model", month: "2026-01" },
    parameters: '{"factor_list":["momentum","value"],"halflife_days":60,"shrinkage_intensity":0.5}',
  },
  {
    ...{ columns: 200, rows: 60, type: "factor_definitions", month: "2026-02" },
    parameters: '{"factor_names":["momentum"],"categories":["price"],"lookback_days":20}',
  },
] as const;

describeNeeding(tmux(), "the registry in the terminal UI on a real daemon", () => {
  let registry: RegistryDaemon;

  beforeAll(async () => {
    buildBundle();
    registry = await openRegistryDaemon("registry-terminal", "2026-01-05T08:00:00Z");
    await mkdir(join(registry.folder, "models"));
    await writeFile(join(registry.folder, "models/model.pkl"), PICKLE);
  }, 120_000);
  afterAll(async () => registry[Symbol.asyncDispose]());

  const open = (columns: number, rows: number): TmuxTerminal =>
    openTmuxTerminal({
      command: [process.execPath, "dist/model-manager.js"],
      columns,
      rows,
      env: { MODEL_MANAGER_SOCKET: registry.daemon.ready.socket },
      cwd: repository,
    });

  /** v1.0.0 live after a day of paper trading, v1.1.0 staged without any. */
  async function prepare({ type, parameters, month }: (typeof CASES)[number]): Promise<void> {
    const register = (version: string, metrics: string): Promise<string> => {
      const needed = ["--dataset-versions", '{"crsp":"v1.2.3"}', "--parameters", parameters, "--metrics", metrics];
      return registry.must(["registry", "register", type, "models/model.pkl", "--version", version, ...needed]);
    };
    await registry.at(`${month}-05T08:00:00Z`);
    await register("v1.0.0", '{"ic":0.03,"sharpe":0.8}');
    await registry.must(["paper", "start", `registry/${type}`, "v1.0.0"]);
    await registry.at(`${month}-06T09:00:00Z`);
    await registry.must(["promote", `registry/${type}`, "v1.0.0", "--yes", "--reason", "the first one"]);
    await registry.at(`${month}-07T09:00:00Z`);
    await register("v1.1.0", '{"ic":0.05,"sharpe":1.2}');
  }

  /** The dialog takes keys only once a person can have read it. */
  const read = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 400));

  for (const one of CASES) {
    const { columns, rows, type, month } = one;
    const line = `registry/${type}`;
    test(
      `at ${columns}x${rows}: refused by a gate, promoted after paper trading, rolled back, history, live at a time`,
      { timeout: 90_000 },
      async () => {
        await prepare(one);
        using terminal = open(columns, rows);
        using other = open(columns, rows);
        await terminal.waitFor("v   lines");
        terminal.press("v");
        other.press("v");
        await terminal.waitFor(new RegExp(`registry +${type} +v1\\.0\\.0 +${month}-06 09:00 gated +1 `));
        terminal.type(`/${type}`);
        terminal.press("Enter", "Enter");
        const versions = await terminal.waitFor(/> v1\.1\.0 +staged +1 refused +0\.05 +1\.2 [^]*> 2026-\d\d-07 09:00:00Z/);
        expect(versions).toMatch(/v1\.0\.0 +production LIVE +- +25\.0h +0\.03 +0\.8 /);
        expect(versions).toMatch(/REFUSED paper_trade_hours +missing +needs >= 24/);

        terminal.press("p");
        const refused = await terminal.waitFor("v1.0.0 → v1.1.0");
        expect(refused).toMatch(/metrics +ic +0\.03 → +0\.05 +\+0\.0200/);
        await read();
        terminal.press("Enter");
        terminal.type(line);
        terminal.press("Enter");
        await terminal.waitFor(/refused by the gate paper_trade_hours \(no paper/);
        terminal.press("Escape");

        terminal.press("t");
        await terminal.waitFor("Start paper trading");
        await read();
        terminal.press("y");
        await terminal.waitFor(/v1\.1\.0 +testing +1 refused +>0\.0h/);
        await registry.at(`${month}-08T10:00:00Z`);
        terminal.press("r");
        await terminal.waitFor(/v1\.1\.0 +testing +passed +>25\.0h/);
        terminal.press("p");
        await terminal.waitFor(/passed +paper_trade_hours +25 +needs >= 24/);
        await read();
        terminal.type("better on paper");
        terminal.press("Enter");
        terminal.type(`${line}:v1.1.0`);
        terminal.press("Enter");
        await terminal.waitFor(/v1\.1\.0 +production LIVE/);
        // Whoever else looks sees it without a key.
        await other.waitFor(new RegExp(`\\*?registry +${type} +v1\\.1\\.0 +${month}-08 10:00`));

        terminal.press("b");
        await terminal.waitFor("v1.1.0 → v1.0.0");
        await read();
        terminal.press("Up", "Space", "Tab");
        await terminal.waitFor("[x] mark the version that is left as failed");
        terminal.type("losing money");
        terminal.press("Enter");
        terminal.type(line);
        terminal.press("Enter");
        await terminal.waitFor("back to v1.0.0, pinned");
        await other.waitFor(new RegExp(`registry +${type} +v1\\.0\\.0 .* pinned`));

        terminal.press("8");
        await terminal.waitFor(/v1\.0\.0 +rolled_ba/);
        const history = await terminal.waitFor(/v1\.1\.0 +promoted +staged → pro.* passed/);
        expect(history).toContain("(7 moves)");
        expect(history).toMatch(/chained as [0-9a-f]{64}/);

        terminal.press("T");
        await terminal.waitFor("live at");
        terminal.press("t");
        terminal.type(`${month}-08 09:59`);
        terminal.press("Enter");
        await terminal.waitFor(/> registry\/\w+ +v1\.0\.0 +2026-\d\d-06 09:00 2026-\d\d-08 10:00/);
        terminal.press("Right");
        await terminal.waitFor(/live at 2026-\d\d-08 10:59:00Z[^]*v1\.0\.0 +2026-\d\d-08 10:00 now/);
        terminal.press("q");
        other.press("q");
        await expect.poll(() => terminal.isRunning || other.isRunning).toBe(false);
      },
    );
  }
});
