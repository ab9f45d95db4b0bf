// `npm start` as a person and as a supervisor use it: the built programs, real processes, a terminal where one is needed.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, cp, mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import { describeNeeding, tmux } from "../support/requirements.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { waitFor } from "../support/wait-for.ts";

const repository = fileURLToPath(new URL("../../", import.meta.url));
const alpha = path.join(repository, "test/fixtures/artifacts/alpha");
const folder = useTempDirectory("start");
// The first start may have to build, on a machine that does much else.
const SLOW = 120_000;

/** Variables of a daemon whose whole world is the test's directory. */
const worldOf = (root: string): NodeJS.ProcessEnv => ({
  ...process.env,
  MODEL_MANAGER_STATE_DIR: path.join(root, "state"),
  MODEL_MANAGER_SOCKET: path.join(root, "d.sock"),
  MODEL_MANAGER_GRPC_PORT: "0",
  MODEL_MANAGER_HTTP_PORT: "0",
  INIT_CWD: root,
  TMPDIR: root,
});

interface Ready {
  readonly grpc: string;
  readonly http: string;
  readonly socket: string;
  readonly pid: number;
}

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
});

/** Starts a program and waits for its ready line. */
async function startHeadless(command: string, args: readonly string[], env = worldOf(folder())) {
  const child = spawn(command, args, { cwd: repository, env, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
  const ended = once(child, "close").then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null }));
  const line = await waitFor(
    `a ready line; stderr is ${texts.stderr}`,
    () => {
      if (child.exitCode !== null) throw new Error(`it has ended: ${texts.stderr}`);
      return /^ready (\{.*\})$/m.exec(texts.stdout)?.[1];
    },
    { deadlineMs: SLOW },
  );
  return { child, ended, texts, ready: JSON.parse(line) as Ready };
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
};

const START = [path.join(repository, "tui/bin/start.js")];

/** Builds as the launchers do, and prints what went into the terminal program. */
const BUILD = `import { build } from ${JSON.stringify(pathToFileURL(path.join(repository, "daemon/bin/build.js")).href)};
const [, terminal] = await build();
console.log(JSON.stringify(Object.keys(terminal.inputs)));`;
let terminalSources: readonly string[] = [];

beforeAll(() => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", BUILD], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the programs cannot be built: ${stderr}`);
  terminalSources = JSON.parse(stdout) as readonly string[];
}, SLOW);

test("the terminal program is built without the schema library, which would cost its first frame dearly", () => {
  expect(terminalSources).toContain("shared/contract/operations.ts");
  expect(terminalSources.filter((file) => file.startsWith("node_modules/zod/"))).toEqual([]);
});

describe("npm start without a terminal", () => {
  test(
    "the ready line comes when every path is scanned, names the daemon's own process, and its socket serves the models",
    async () => {
      await cp(alpha, path.join(folder(), "models/alpha"), { recursive: true });
      await mkdir(path.join(folder(), "models/empty"));
      // From where the person was, as npm says.
      const { child, ready, ended } = await startHeadless(process.execPath, [...START, "models/alpha", "models/empty"]);
      expect(ready).toMatchObject({ pid: child.pid, socket: path.join(folder(), "d.sock") });
      expect(ready.grpc).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(ready.http).toMatch(/^127\.0\.0\.1:\d+$/);
      const client = await connectDaemon({ socketPaths: [ready.socket], clientName: "a test" });
      const { items } = await client.call("source.list", {});
      expect(items.map(({ name, ready_count, scan }) => ({ name, ready_count, state: scan.state }))).toEqual([
        { name: "alpha", ready_count: 8, state: "idle" },
        { name: "empty", ready_count: 0, state: "idle" },
      ]);
      client.close();
      child.kill("SIGTERM");
      expect(await ended).toEqual({ code: 0, signal: null });
    },
    SLOW,
  );

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s to npm ends the daemon, which is npm's own child",
    async (signal) => {
      const { child, ready, ended } = await startHeadless("npm", ["start", "--", "--headless", alpha]);
      expect(ready.pid).not.toBe(child.pid);
      child.kill(signal);
      await ended;
      await waitFor("the daemon's end", () => !isAlive(ready.pid));
      await expect(access(ready.socket)).rejects.toMatchObject({ code: "ENOENT" });
    },
    SLOW,
  );

  test(
    "--demo serves the demo models from a directory that goes away with it",
    async () => {
      const { MODEL_MANAGER_STATE_DIR, ...env } = worldOf(folder());
      const { child, ready, ended } = await startHeadless(process.execPath, [...START, "--headless", "--demo"], env);
      expect(MODEL_MANAGER_STATE_DIR).toBeDefined();
      const client = await connectDaemon({ socketPaths: [ready.socket], clientName: "a test" });
      expect(await client.call("status", {})).toMatchObject({ groups_ready: 8 });
      client.close();
      expect((await readdir(folder())).filter((name) => name.startsWith("model-manager-demo-"))).toHaveLength(1);
      child.kill("SIGTERM");
      expect(await ended).toEqual({ code: 0, signal: null });
      expect((await readdir(folder())).filter((name) => name.startsWith("model-manager-demo-"))).toEqual([]);
    },
    SLOW,
  );

  test(
    "a flag that the daemon does not know ends it with 2 and its own words",
    () => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [...START, "--headless", "--nope"], {
        encoding: "utf8",
        env: worldOf(folder()),
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toContain("--nope");
    },
    SLOW,
  );
});

const multiplexer = tmux();

describeNeeding(multiplexer, "npm start on a terminal", () => {
  /** A terminal of its own that runs one shell command and stays open after it. */
  function openTerminal(command: string, env: NodeJS.ProcessEnv) {
    const server = `model-manager-test-${process.pid}-${performance.now().toFixed(0)}`;
    const call = (...args: string[]) => spawnSync(multiplexer.command, ["-L", server, ...args], { encoding: "utf8", env });
    const shell = `cd '${repository}' && ${command}; echo "ended with $?"; sleep 1000`;
    const { status, stderr } = call("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "24", shell);
    if (status !== 0) throw new Error(`no terminal: ${stderr}`);
    return {
      screen: () => call("capture-pane", "-p").stdout,
      keys: (...keys: string[]) => call("send-keys", ...keys),
      [Symbol.dispose]: () => void call("kill-server"),
    };
  }

  const onScreen = (terminal: { screen(): string }, what: RegExp): Promise<string> =>
    waitFor(`${String(what)} on the screen`, () => what.exec(terminal.screen())?.[0], { deadlineMs: SLOW, everyMs: 100 });

  test(
    "it starts a daemon, registers the paths, shows them, and stops the daemon when the UI is left",
    async () => {
      const env = worldOf(folder());
      using terminal = openTerminal(`npm start -- '${alpha}'`, env);
      await onScreen(terminal, /alpha +8 +4 +8/);
      const client = await connectDaemon({ socketPaths: [path.join(folder(), "d.sock")], clientName: "a test" });
      const { pid } = client.welcome;
      expect(await client.call("source.list", {})).toMatchObject({ items: [{ name: "alpha", ready_count: 8 }] });
      terminal.keys("q");
      await onScreen(terminal, /ended with 0/);
      expect(isAlive(pid)).toBe(false);
      await client.closed;
      expect(await readdir(path.join(folder(), "state"))).toContain("daemon.log");
    },
    SLOW,
  );

  test(
    "a daemon that runs already is used and left running",
    async () => {
      const env = worldOf(folder());
      const { ready, child, ended } = await startHeadless(process.execPath, [...START, "--headless"], env);
      using terminal = openTerminal(`npm start -- '${alpha}'`, env);
      await onScreen(terminal, /alpha +8 +4 +8/);
      terminal.keys("q");
      await onScreen(terminal, /ended with 0/);
      expect(isAlive(ready.pid)).toBe(true);
      child.kill("SIGTERM");
      await ended;
    },
    SLOW,
  );

  test(
    "a daemon that cannot start is shown with its reason, and nothing is left running",
    async () => {
      const env = { ...worldOf(folder()), MODEL_MANAGER_HTTP_HOST: "0.0.0.0" };
      using terminal = openTerminal("npm start", env);
      await onScreen(terminal, /ended with 1/);
      expect(terminal.screen()).toMatch(/the daemon did not come up[^]*MODEL_MANAGER_HTTP_HOST/);
    },
    SLOW,
  );
});
