// Finding the daemon, and what is said when there is none.

import { createServer, type Server } from "node:net";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { connectDaemon } from "../../../tui/client/connect.ts";
import { openFakeDaemon } from "../../support/fake-daemon.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("connect");
const connect = (...socketPaths: string[]) => connectDaemon({ socketPaths, clientName: "a test", timeoutMs: 400 });

async function leaveDeadSocket(socketPath: string): Promise<void> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  // Closing removes the file, so it is made again by a rename kept aside.
  const kept = `${socketPath}.kept`;
  const { link, rename } = await import("node:fs/promises");
  await link(socketPath, kept);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  await rename(kept, socketPath);
}

describe("connecting", () => {
  test("the first socket that answers is taken, after those that do not exist or are dead", async () => {
    const dead = path.join(folder(), "dead.sock");
    await leaveDeadSocket(dead);
    await using fake = await openFakeDaemon(folder());
    const client = await connect(path.join(folder(), "none.sock"), dead, fake.socketPath);
    expect(client.welcome).toEqual({
      daemon: "9.9.9",
      pid: 4242,
      principal: "tester",
      scopes: ["model:read"],
      socketPath: fake.socketPath,
    });
    expect(fake.frames[0]).toEqual({ t: "hello", protocol: 1, client: "a test" });
    client.close();
    await client.closed;
  });

  test("without a daemon the message lists every path with its reason and how to start one", async () => {
    const none = path.join(folder(), "none.sock");
    const dead = path.join(folder(), "dead.sock");
    const file = path.join(folder(), "file");
    await leaveDeadSocket(dead);
    await writeFile(file, "not a socket");
    const failure = connect(none, dead, file);
    await expect(failure).rejects.toMatchObject({ name: "DaemonGone", kind: "absent" });
    await expect(failure).rejects.toThrow(
      new RegExp(
        `no daemon answers; start one with .model-managerd.*npm start.*systemctl start.*${none}: no socket.*${dead}: a socket that no daemon listens on.*${file}: `,
        "s",
      ),
    );
  });

  test.skipIf(process.getuid?.() === 0)("a socket in a closed directory says that permission is missing", async () => {
    const closed = path.join(folder(), "closed");
    await mkdir(closed);
    await chmod(closed, 0);
    await expect(connect(path.join(closed, "daemon.sock"))).rejects.toMatchObject({
      kind: "denied",
      message: expect.stringContaining("permission denied") as unknown,
    });
    await chmod(closed, 0o700);
  });

  test("a daemon of another protocol version is refused, saying which side is older", async () => {
    await using newer = await openFakeDaemon(folder(), {}, { protocol: 2 });
    await using older = await openFakeDaemon(folder(), {}, { protocol: 0, name: "older.sock" });
    await expect(connect(newer.socketPath)).rejects.toMatchObject({
      name: "AppError",
      message: expect.stringContaining("this program is older") as unknown,
    });
    await expect(connect(older.socketPath)).rejects.toMatchObject({
      name: "AppError",
      message: expect.stringContaining("the daemon is older") as unknown,
    });
  });

  test("a daemon's refusal keeps its code and its words, and ends the search", async () => {
    await using full = await openFakeDaemon(folder(), {}, { refusal: { code: "overloaded", message: "64 connections are open" } });
    await using other = await openFakeDaemon(folder(), {}, { name: "other.sock" });
    await expect(connect(full.socketPath, other.socketPath)).rejects.toMatchObject({
      code: "overloaded",
      message: expect.stringContaining("64 connections are open") as unknown,
    });
    expect(other.frames).toEqual([]);
  });

  test("something that listens and says nothing is given up after the time limit", async () => {
    await using mute = await openFakeDaemon(folder(), {}, { isMute: true });
    await expect(connect(mute.socketPath)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringContaining("no welcome within 400 ms") as unknown,
    });
  });
});
