// The terminal program as a process: streams that close early, signals, no terminal.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { openFakeDaemon, type FakeAnswers } from "../../support/fake-daemon.ts";
import { catalogEvents, statusOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("process");
const MAIN = fileURLToPath(new URL("../../../tui/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(socket: string, args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MODEL_MANAGER_SOCKET: socket },
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    ...texts,
  }));
  return { child, ended };
}

const endless: FakeAnswers = {
  async *"event.stream"(_input, signal) {
    yield* catalogEvents(2);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  },
};

describe("the terminal program as a process", () => {
  test("it ends by itself after a command, with nothing left open", async () => {
    await using fake = await openFakeDaemon(folder(), { status: () => statusOf() });
    const { ended } = start(fake.socketPath, ["status"]);
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  test("without a terminal and without a command it prints its help on stderr and exits with 2", async () => {
    const { ended } = start("/nonexistent", []);
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: model-manager");
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s while following ends it with %i, and quietly", async (signal, code) => {
    await using fake = await openFakeDaemon(folder(), endless);
    const { child, ended } = start(fake.socketPath, ["events", "--follow", "--json"]);
    if (child.stdout === null) throw new Error("no stdout");
    await once(child.stdout, "data");
    child.kill(signal);
    expect(await ended).toMatchObject({ code, signal: null, stderr: "" });
  });

  test("a reader that goes away ends it quietly", async () => {
    await using fake = await openFakeDaemon(folder(), { "event.stream": () => catalogEvents(50_000) });
    const { child, ended } = start(fake.socketPath, ["events", "--json"]);
    if (child.stdout === null) throw new Error("no stdout");
    await once(child.stdout, "data");
    child.stdout.destroy();
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  });

  test("a daemon that dies while it is followed is exit code 3 with the reason", async () => {
    await using fake = await openFakeDaemon(folder(), endless);
    const { child, ended } = start(fake.socketPath, ["events", "--follow"]);
    if (child.stdout === null) throw new Error("no stdout");
    await once(child.stdout, "data");
    fake.drop();
    expect(await ended).toMatchObject({ code: 3, stderr: expect.stringContaining("closed the connection") as unknown });
  });
});
