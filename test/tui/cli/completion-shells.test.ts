// The completion scripts in real shells: names come from a daemon, and a daemon that is not there brings quiet.

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { completionScript, SHELLS, type Shell } from "../../../tui/cli/completion-scripts.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon } from "../../support/fake-daemon.ts";
import { describeNeeding, requireProgram, tmux } from "../../support/requirements.ts";
import { groupOf, sourceOf, versionOf } from "../../support/sample-answers.ts";
import { openTmuxTerminal } from "../../support/tmux-terminal.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("completion");
const MAIN = fileURLToPath(new URL("../../../tui/main.ts", import.meta.url));
const program = { node: process.execPath, file: MAIN, cache: "/nonexistent/cache" };

/** Each answer is a start of a program, which takes its time on a busy machine. */
const BUSY = { timeout: 90_000 };

const openDaemon = () =>
  openFakeDaemon(folder(), {
    "source.list": () => ({ items: [sourceOf("alpha"), sourceOf("beta two")], total: 2 }),
    "group.list": ({ source }) => {
      const items = ["BTC:USDT_ret", "ETHBTC_ret_60", "ETH BTC"].map((key) => groupOf(source, key, { symbol: key.slice(0, 3) }));
      return { items, total: 3, next: null };
    },
    "line.versions": ({ line }) => ({ items: [versionOf(line, "v2"), versionOf(line, "v1")], total: 2, next: null }),
  });

/** Runs a shell's program; never through this machine's startup files. */
function run(shell: string, args: readonly string[], socket: string): Promise<string> {
  const env = { ...process.env, HOME: folder(), MODEL_MANAGER_SOCKET: socket };
  return new Promise((resolve, reject) => {
    execFile(shell, [...args], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      if (error === null && stderr === "") resolve(stdout);
      else reject(new Error(`${shell}: ${stderr}`, { cause: error }));
    });
  });
}

/** Completes a line in bash as readline does: by the function that the script has registered. */
async function inBash(line: string, socket: string): Promise<readonly string[]> {
  const script = path.join(folder(), "script.bash");
  await writeFile(script, completionScript("bash", program));
  const words = line.split(" ").map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const text = `source ${script}
COMP_LINE='${line.replaceAll("'", `'\\''`)}' COMP_POINT=${line.length} COMP_WORDS=(${words.join(" ")}) COMP_CWORD=${words.length - 1}
complete -p model-manager >/dev/null
_model_manager
if (( \${#COMPREPLY[@]} )); then printf '%s\\n' "\${COMPREPLY[@]}"; fi`;
  const out = await run("bash", ["--norc", "--noprofile", "-c", text], socket);
  return out.split("\n").filter((word) => word !== "");
}

describe("the command", () => {
  test.each(SHELLS)("prints a script for %s that calls this installation", async (shell) => {
    const { code, stdout } = await runCommand("", ["completion", shell]);
    expect(code).toBe(0);
    expect(stdout).toContain(`'${process.execPath}'`);
    expect(stdout).toMatch(new RegExp(`/(dist/model-manager|tui/bin/model-manager)\\.js' __complete ${shell}`));
  });

  test("knows no other shell", async () => {
    expect(await runCommand("", ["completion", "tcsh"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bash|zsh|fish") as unknown,
    });
  });
});

describeNeeding(requireProgram("bash", ["--version"]), "bash", () => {
  test("completes commands without a daemon, and names with one", BUSY, async () => {
    await using daemon = await openDaemon();
    const { socketPath } = daemon;
    expect(await inBash("model-manager vers", socketPath)).toEqual(["versions"]);
    // A busy machine may let the daemon's answer come too late; the next press of the key gets it.
    await expect
      .poll(() => inBash("model-manager show ", socketPath), { timeout: 25_000 })
      .toEqual(["alpha/", "beta\\ two/", "registry/", "strategy/"]);
    await expect
      .poll(() => inBash("model-manager show alpha/", socketPath), { timeout: 25_000 })
      .toEqual(["alpha/BTC:USDT_ret", "alpha/ETHBTC_ret_60", "alpha/ETH\\ BTC"]);
    await expect.poll(() => inBash("model-manager show alpha/BTC:", socketPath), { timeout: 25_000 }).toEqual(["USDT_ret"]);
    await expect.poll(() => inBash("model-manager activate alpha/ETHBTC_ret_60 v", socketPath), { timeout: 25_000 }).toEqual(["v2", "v1"]);
  });

  test("is quietly empty when no daemon is there", async () => {
    expect(await inBash("model-manager show alpha/", path.join(folder(), "none.sock"))).toEqual([]);
  });

  test("waits for no daemon that says nothing", async () => {
    await using daemon = await openFakeDaemon(folder(), {}, { isMute: true });
    expect(await inBash("model-manager show ", daemon.socketPath)).toEqual([]);
  });

  test("leaves files to the shell", async () => {
    expect(await inBash("model-manager inspect ", path.join(folder(), "none.sock"))).toEqual([]);
  });
});

describeNeeding([requireProgram("bash", ["--version"]), tmux()], "bash at a keyboard", () => {
  test("Tab finishes a command, goes on after a source's slash, and ends a group with a space", BUSY, async () => {
    await using daemon = await openDaemon();
    const script = path.join(folder(), "script.bash");
    await writeFile(script, completionScript("bash", program));
    using terminal = openTmuxTerminal({
      command: ["bash", "--norc", "--noprofile"],
      columns: 100,
      rows: 10,
      cwd: folder(),
      env: { MODEL_MANAGER_SOCKET: daemon.socketPath, PS1: "> " },
    });
    terminal.type(`source ${script}; clear`);
    terminal.press("Enter");
    await terminal.waitFor(/^>$/m);
    // A Tab whose answer came too late on a busy machine is pressed again.
    const tabUntil = async (text: string): Promise<void> => {
      await expect
        .poll(
          () => {
            if (!terminal.screen().includes(text)) terminal.press("Tab");
            return terminal.screen();
          },
          { timeout: 25_000, interval: 700 },
        )
        .toContain(text);
    };
    terminal.type("model-manager sho");
    await tabUntil("model-manager show");
    terminal.type("al");
    await tabUntil("show alpha/");
    terminal.type("ETHBTC");
    await tabUntil("show alpha/ETHBTC_ret_60");
    terminal.type("x");
    await terminal.waitFor("show alpha/ETHBTC_ret_60 x");
  });
});

/** The answer as zsh and fish ask for it; in the shells themselves where they are installed. */
const parse: Readonly<Record<Exclude<Shell, "bash">, string>> = { zsh: "-n", fish: "--no-execute" };
for (const shell of ["zsh", "fish"] as const) {
  describeNeeding(requireProgram(shell, ["--version"]), shell, () => {
    test("accepts the script", async () => {
      const script = path.join(folder(), `script.${shell}`);
      await writeFile(script, completionScript(shell, program));
      await expect(run(shell, [parse[shell], script], "")).resolves.toBe("");
    });
  });
}

describeNeeding(requireProgram("fish", ["--version"]), "fish's own completion", () => {
  test("offers names from the daemon", BUSY, async () => {
    await using daemon = await openDaemon();
    const script = path.join(folder(), "script.fish");
    await writeFile(script, completionScript("fish", program));
    const ask = () => run("fish", ["--no-config", "-c", `source ${script}; complete -C 'model-manager show alpha/E'`], daemon.socketPath);
    const offered = async () => (await ask()).split("\n").filter((word) => word !== "");
    await expect.poll(async () => (await offered()).toSorted(), { timeout: 25_000 }).toEqual(["alpha/ETH BTC", "alpha/ETHBTC_ret_60"]);
  });
});
