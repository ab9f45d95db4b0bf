// The daemon as a service: what systemd hears from it, its log over the socket, and a restart that no call fails of.

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runCommand } from "../support/cli-host.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { libsystemd, openDatagrams } from "../support/datagram-socket.ts";
import { openInheritedSocket } from "../support/inherited-socket.ts";
import { openModelClient, type ModelClient } from "../support/model-client.ts";
import { describeNeeding } from "../support/requirements.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const folder = useTempDirectory("service");
const ALPHA = fileURLToPath(new URL("../fixtures/artifacts/alpha", import.meta.url));
const MAIN = fileURLToPath(new URL("../../daemon/main.ts", import.meta.url));
/** Every start of a daemon takes its time on a busy machine. */
const BUSY = { timeout: 120_000 };
const places = () => ({ stateDir: path.join(folder(), "state"), socketPath: path.join(folder(), "d.sock") });

describeNeeding(libsystemd(), "under a systemd that watches", () => {
  test("it is told of readiness, of what is served, and gets pings until the stop", BUSY, async () => {
    const datagrams = openDatagrams(path.join(folder(), "notify"));
    const env = { NOTIFY_SOCKET: path.join(folder(), "notify"), WATCHDOG_USEC: "2000000" };
    const daemon = await startDaemon({ ...places(), register: [ALPHA], env });
    const heard: string[] = [];
    await expect
      .poll(() => heard.push(...datagrams.take()) > 0 && heard.filter((text) => text === "WATCHDOG=1").length >= 3, { timeout: 30_000 })
      .toBe(true);
    await expect
      .poll(() => heard.push(...datagrams.take()) > 0 && heard.some((text) => text.startsWith("STATUS=serving 8 groups of 1 source;")), {
        timeout: 30_000,
      })
      .toBe(true);
    expect(heard.findIndex((text) => text.startsWith("READY=1\nSTATUS="))).toBeLessThan(heard.indexOf("WATCHDOG=1"));
    const health = await fetch(`http://${daemon.ready.http}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
    expect(await daemon.stop()).toBe(0);
    heard.push(...datagrams.take());
    expect(heard.at(-1)).toBe("STOPPING=1\nSTATUS=stopping");
    datagrams.close();
  });
});

describe("the daemon's log", () => {
  test("is there for admins over the socket, old lines and new ones, and doctor finds nothing that fails", BUSY, async () => {
    const daemon = await startDaemon({ ...places(), register: [ALPHA] });
    const { code, stdout } = await runCommand(daemon.ready.socket, ["logs", "-n", "1000", "--json"]);
    expect(code).toBe(0);
    const messages = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toContain("gRPC listening");
    const doctor = await runCommand(daemon.ready.socket, ["doctor"]);
    expect(doctor.stdout).toMatch(/^ok {4}source alpha +8 groups/m);
    expect(doctor).toMatchObject({ code: 0 });
    const stop = new AbortController();
    const following = runCommand(daemon.ready.socket, ["logs", "-n", "0", "--follow"], { signal: stop.signal });
    await sleep(300);
    stop.abort();
    expect((await following).code).toBe(130);
    await daemon.stop();
  });
});

type ServiceChild = ChildProcessByStdio<null, Readable, null>;

/** A daemon to which the listening socket is handed as systemd does it. Resolves when it is ready. */
async function startOn(descriptor: number): Promise<ServiceChild> {
  const { stateDir, socketPath } = places();
  const env = {
    ...process.env,
    ...{
      MODEL_MANAGER_STATE_DIR: stateDir,
      MODEL_MANAGER_SOCKET: socketPath,
      MODEL_MANAGER_HTTP_PORT: "0",
      MODEL_MANAGER_LOG_LEVEL: "error",
    },
    ...{ MODEL_MANAGER_WATCH_DEBOUNCE: "0.1", LISTEN_FDS: "1", LISTEN_FDNAMES: "grpc" },
  };
  const child: ServiceChild = spawn("sh", ["-c", 'LISTEN_PID=$$ exec "$0" "$@"', process.execPath, MAIN, "--register", ALPHA], {
    env,
    stdio: ["ignore", "pipe", "inherit", descriptor],
  }) as ServiceChild;
  process.once("exit", () => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the daemon ended (${code ?? "by a signal"}) before it was ready`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready ")) resolve();
    });
  });
  return child;
}

async function stopped(child: ServiceChild): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

/** Calls of several clients, one after the other in each, until `over`. */
interface Load {
  ok: number;
  /** What failed, in words. */
  readonly failed: string[];
  over: boolean;
}

async function callAgainAndAgain(client: ModelClient, load: Load): Promise<void> {
  while (!load.over) {
    const answer = await client.getModel({ model_name: "alpha", symbol: "ETHBTC" }).catch((error: unknown) => String(error));
    if (typeof answer !== "string" && answer.ok) load.ok++;
    else load.failed.push(typeof answer === "string" ? answer : answer.message);
    await sleep(3);
  }
}

/** Waits for so many more answers. */
async function answered(load: Load, count: number): Promise<void> {
  const enough = load.ok + count;
  await expect.poll(() => load.ok >= enough || load.failed.length > 0, { timeout: 60_000 }).toBe(true);
}

describe("a restart under load", () => {
  test("fails no call when systemd holds the port", BUSY, async () => {
    const socket = openInheritedSocket();
    let child = await startOn(socket.descriptor);
    const clients = Array.from({ length: 4 }, () => openModelClient(`127.0.0.1:${socket.port}`));
    const load: Load = { ok: 0, failed: [], over: false };
    const calling = Promise.all(clients.map((client) => callAgainAndAgain(client, load)));
    await answered(load, 40);
    await stopped(child);
    child = await startOn(socket.descriptor);
    await answered(load, 40);
    load.over = true;
    await calling;
    for (const client of clients) client.close();
    await stopped(child);
    socket.close();
    expect(load.failed).toEqual([]);
  });

  test("without it, calls that wait for the connection do not fail either, and plain ones do", BUSY, async () => {
    const first: DaemonProcess = await startDaemon({ ...places(), register: [ALPHA] });
    const port = first.ready.grpc.split(":")[1] ?? "";
    const client = openModelClient(first.ready.grpc);
    await client.getModel({ model_name: "alpha", symbol: "ETHBTC" });
    await first.stop();
    await expect(client.getModel({ model_name: "alpha", symbol: "ETHBTC" })).rejects.toMatchObject({ code: 14 });
    const waiting = client.getModel({ model_name: "alpha", symbol: "ETHBTC" }, { waitForReady: true });
    const second = await startDaemon({ ...places(), flags: ["--grpc-port", port] });
    expect((await waiting).ok).toBe(true);
    client.close();
    await second.stop();
  });
});
