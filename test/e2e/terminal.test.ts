// A person at a terminal: browses real groups, sees a trainer's new version appear, goes back to the old one, and a strategy follows.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { copyFixture } from "../support/alpha.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { describeNeeding, tmux } from "../support/requirements.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { openTmuxTerminal, type TmuxTerminal } from "../support/tmux-terminal.ts";
import { writeTraining } from "../support/training.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const SIZES = [
  { columns: 80, rows: 24, group: "ETHBTC_ret_240" },
  { columns: 200, rows: 60, group: "XLMBTC_ret_60" },
] as const;

describeNeeding(tmux(), "the terminal UI on a real daemon", () => {
  let base: TempDirectory;
  let alpha: string;
  let daemon: DaemonProcess;
  let models: ModelClient;

  beforeAll(async () => {
    const built = spawnSync(process.execPath, [join(repository, "daemon/bin/build.js")], { encoding: "utf8" });
    if (built.status !== 0) throw new Error(built.stderr);
    base = await openTempDirectory("terminal");
    alpha = await copyFixture("alpha", base.path);
    daemon = await startDaemon({ stateDir: join(base.path, "state"), socketPath: join(base.path, "d.sock"), register: [alpha] });
    models = openModelClient(daemon.ready.grpc);
  }, 60_000);
  afterAll(async () => {
    models.close();
    await daemon.stop();
    await base[Symbol.asyncDispose]();
  });

  const open = (columns: number, rows: number): TmuxTerminal =>
    openTmuxTerminal({
      command: [process.execPath, "dist/model-manager.js"],
      columns,
      rows,
      env: { MODEL_MANAGER_SOCKET: daemon.ready.socket },
      cwd: repository,
    });

  for (const { columns, rows, group } of SIZES) {
    const symbol = group.slice(0, group.indexOf("_"));
    test(
      `at ${columns}x${rows} shows IC bars and curves, a new version without a key, and activates and resumes`,
      { timeout: 90_000 },
      async () => {
        const watch = new WatchLog(models.watch({ model_name: "alpha", symbols: [symbol] }));
        await watch.next("the snapshot", (change) => change.kind === "KIND_SNAPSHOT_END");
        const isLive = (version: string) => (change: { kind: string; group_key: string; version: string }) =>
          change.kind === "KIND_LIVE" && change.group_key === group && change.version === version;
        using terminal = open(columns, rows);
        await terminal.waitFor("alpha");
        terminal.press("Enter");
        await terminal.waitFor(group);
        terminal.press("/");
        terminal.type(group);
        terminal.press("Enter");
        await terminal.waitFor("1/8");
        terminal.press("Enter");
        const bars = await terminal.waitFor(/[+-]0\.\d{4} .*█/);
        expect(bars).toContain("│");
        terminal.press("2");
        const curves = await terminal.waitFor("gap best");
        expect(curves).toMatch(/[⠁-⣿]/);
        expect(curves).toMatch(/train .*valid/);
        terminal.press("6");
        await terminal.waitFor(/v1 +production LIVE/);

        await writeTraining(alpha, group, { stamp: 7, symbol });
        await terminal.waitFor(/v2 +production LIVE/);
        await watch.next("v2", isLive("v2"));

        terminal.press("j", "a");
        const dialog = await terminal.waitFor("v2 → v1");
        expect(dialog).toContain("live now v2");
        await new Promise((resolve) => setTimeout(resolve, 400));
        terminal.press("Enter");
        terminal.type(`alpha/${group}`);
        terminal.press("Enter");
        await terminal.waitFor(/v1 +production LIVE/);
        await watch.next("v1 again", isLive("v1"), watch.changes.length - 1);

        terminal.press("u");
        await terminal.waitFor(/resume/i);
        await new Promise((resolve) => setTimeout(resolve, 400));
        terminal.press("y");
        await terminal.waitFor(/v2 +production LIVE/);
        expect(
          watch.changes.filter((change) => change.kind === "KIND_LIVE" && change.group_key === group).map((change) => change.version),
        ).toEqual(["v1", "v2", "v1", "v2"]);
        terminal.press("q");
        await expect.poll(() => terminal.isRunning).toBe(false);
        watch.stop();
      },
    );
  }

  test("says that it needs more room on a small terminal, and goes on when it gets it", { timeout: 30_000 }, async () => {
    using terminal = open(50, 10);
    await terminal.waitFor("60");
    terminal.resize(80, 24);
    await terminal.waitFor("alpha");
  });

  test("goes on by itself after the daemon was restarted", { timeout: 60_000 }, async () => {
    using terminal = open(80, 24);
    await terminal.waitFor("live");
    await daemon.kill();
    await terminal.waitFor("stale");
    models.close();
    daemon = await startDaemon({ stateDir: join(base.path, "state"), socketPath: daemon.ready.socket, register: [alpha] });
    models = openModelClient(daemon.ready.grpc);
    await terminal.waitFor(/ live$/m);
    terminal.press("Enter");
    await terminal.waitFor("ADABTC_ret_240");
  });
});
