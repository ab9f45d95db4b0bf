// The path of the socket: modes, folders, and neither stealing nor leaving anything behind.

import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { chmod, link, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { openIpcServer } from "../../../../daemon/transport/ipc/server.ts";
import { listenOnSocketFile, removeDead } from "../../../../daemon/transport/ipc/socket-file.ts";
import { createRandom } from "../../../support/soak.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { createFakeApplication, createMemoryLog } from "./fake-application.ts";
import { connectGreeted } from "./raw-client.ts";

const folder = useTempDirectory("socket");
const path = (): string => join(folder(), "daemon.sock");
const nobody = (): void => undefined;
const modeOf = (file: string): string => (statSync(file).mode & 0o7777).toString(8);

function listen(server: Server, at: string): Promise<void> {
  return new Promise((resolve) => server.listen(at, resolve));
}

/** A socket that nobody listens on any more, as a killed daemon leaves it. */
async function leaveDeadSocket(at: string): Promise<void> {
  const server = createServer();
  await listen(server, `${at}.was`);
  await link(`${at}.was`, at);
  await new Promise((resolve) => server.close(resolve));
  expect(statSync(at).isSocket()).toBe(true);
}

describe("the socket's path", () => {
  it.each([0o000, 0o022, 0o077])(
    "has exactly the mode that was asked for under umask %i, and its new folder is open to all",
    async (mask) => {
      const before = process.umask(mask);
      try {
        const at = join(folder(), "run/deep/daemon.sock");
        const file = await listenOnSocketFile(at, 0o666, nobody);
        expect(modeOf(at)).toBe("666");
        expect(modeOf(join(folder(), "run/deep"))).toBe("755");
        expect(readdirSync(join(folder(), "run/deep"))).toEqual(["daemon.sock"]);
        await file.release();
        expect(existsSync(at)).toBe(false);
      } finally {
        process.umask(before);
      }
    },
  );

  it("leaves the mode of a folder that exists as it is", async () => {
    mkdirSync(join(folder(), "mine"));
    await chmod(join(folder(), "mine"), 0o710);
    const file = await listenOnSocketFile(join(folder(), "mine/daemon.sock"), 0o600, nobody);
    expect(modeOf(join(folder(), "mine"))).toBe("710");
    expect(modeOf(join(folder(), "mine/daemon.sock"))).toBe("600");
    await file.release();
  });

  it("is refused while another daemon answers on it, which goes on", async () => {
    const options = { socketPath: path(), application: createFakeApplication({}), log: createMemoryLog(), version: "1" };
    await using first = await openIpcServer(options);
    await expect(openIpcServer(options)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(`another daemon answers on ${path()}`) as string,
    });
    using client = await connectGreeted(first.path);
    expect(client.isClosed).toBe(false);
    expect(readdirSync(folder())).toEqual(["daemon.sock"]);
  });

  it("is taken over from a dead daemon", async () => {
    await leaveDeadSocket(path());
    await using server = await openIpcServer({
      socketPath: path(),
      application: createFakeApplication({}),
      log: createMemoryLog(),
      version: "1",
    });
    using client = await connectGreeted(server.path);
    expect(client.frames).toHaveLength(1);
    expect(readdirSync(folder())).toEqual(["daemon.sock"]);
  });

  it("goes to exactly one of many daemons that find the same dead socket", async () => {
    const random = createRandom(3);
    for (let round = 0; round < 30; round += 1) {
      const at = join(folder(), `round${round}.sock`);
      await leaveDeadSocket(at);
      // They come close after each other, so that some meet the winner half-way.
      const start = async () => {
        await sleep(random() * 6);
        return listenOnSocketFile(at, 0o666, (socket) => socket.destroy());
      };
      const all = await Promise.allSettled(Array.from({ length: 8 }, start));
      const winners = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(winners).toHaveLength(1);
      for (const one of all) if (one.status === "rejected") expect(String(one.reason)).toContain("another daemon answers");
      expect(statSync(at).isSocket()).toBe(true);
      for (const winner of winners) await winner.release();
      expect(readdirSync(folder())).toEqual([]);
    }
  });

  it("stays with a daemon that took it over while we found it dead", async () => {
    await using other = await openIpcServer({
      socketPath: path(),
      application: createFakeApplication({}),
      log: createMemoryLog(),
      version: "1",
    });
    await expect(removeDead(path())).rejects.toThrow(/another daemon answers/);
    using client = await connectGreeted(other.path);
    expect(client.frames).toHaveLength(1);
    expect(readdirSync(folder())).toEqual(["daemon.sock"]);
  });

  it.each<readonly [string, (at: string) => void]>([
    ["file", (at) => writeFileSync(at, "data")],
    ["folder", (at) => mkdirSync(at)],
    ["link", (at) => symlinkSync("/nowhere", at)],
  ])("is refused when it is a %s, which stays", async (_what, make) => {
    make(path());
    await expect(listenOnSocketFile(path(), 0o666, nobody)).rejects.toMatchObject({
      message: expect.stringContaining("is not a socket") as string,
    });
    expect(readdirSync(folder())).toEqual(["daemon.sock"]);
  });

  it("may have 107 bytes and not 108", async () => {
    const room = 107 - Buffer.byteLength(`${folder()}/`);
    const longest = join(folder(), "s".repeat(room));
    const file = await listenOnSocketFile(longest, 0o666, nobody);
    expect(statSync(longest).isSocket()).toBe(true);
    await file.release();
    await expect(listenOnSocketFile(`${longest}s`, 0o666, nobody)).rejects.toThrow(
      /has 108 bytes, a Unix socket allows 107; set MODEL_MANAGER_SOCKET/,
    );
  });

  it("below something that is no folder is refused with the variable to set", async () => {
    writeFileSync(join(folder(), "plain"), "");
    await expect(listenOnSocketFile(join(folder(), "plain/daemon.sock"), 0o666, nobody)).rejects.toThrow(
      /cannot listen on .*MODEL_MANAGER_SOCKET/,
    );
    await rm(join(folder(), "plain"));
  });

  it("is open to its owner only where peers cannot be known", async () => {
    const log = createMemoryLog();
    const options = { socketPath: path(), application: createFakeApplication({}), log, version: "1", peers: { reason: "not here" } };
    await using server = await openIpcServer(options);
    expect(modeOf(server.path)).toBe("600");
    expect(log.lines.filter(({ level }) => level === "warn")).toHaveLength(1);
    using client = await connectGreeted(server.path);
    expect((await client.frame("welcome")).scopes).toContain("model:admin");
  });
});
