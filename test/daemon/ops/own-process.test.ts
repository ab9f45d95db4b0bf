// What the daemon finds about itself, on a made-up /proc and on the real one.

import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createOwnProcess } from "../../../daemon/ops/own-process.ts";
import { listenDescriptors } from "../../../daemon/ops/listen-fds.ts";
import { createRecentLines } from "../../../daemon/ops/recent-lines.ts";
import { describeStatus } from "../../../daemon/ops/status-text.ts";
import { statusOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("own-process");
const log = createRecentLines();

async function findings(options: { readonly proc?: string; readonly stateDir?: string; readonly fault?: string } = {}) {
  const { proc, stateDir = folder(), fault = "" } = options;
  const process = createOwnProcess({ stateDir, log, lifeFault: () => fault, ...(proc === undefined ? {} : { proc }) });
  return new Map((await process.examine()).map((check) => [check.name, check]));
}

/** A /proc with so many watched folders on one inotify descriptor. */
async function makeProc(watches: number, limits: { readonly watches: number; readonly files: number }): Promise<string> {
  const proc = path.join(folder(), "proc");
  for (const name of ["self/fd", "self/fdinfo", "sys/fs/inotify"]) await mkdir(path.join(proc, name), { recursive: true });
  await symlink("anon_inode:inotify", path.join(proc, "self/fd/5"));
  await symlink("socket:[1]", path.join(proc, "self/fd/6"));
  await writeFile(path.join(proc, "self/fdinfo/5"), `pos: 0\n${"inotify wd:1 ino:2 sdev:3 mask:4\n".repeat(watches)}`);
  await writeFile(path.join(proc, "sys/fs/inotify/max_user_watches"), `${limits.watches}\n`);
  await writeFile(path.join(proc, "sys/fs/inotify/max_user_instances"), "128\n");
  await writeFile(
    path.join(proc, "self/limits"),
    `Limit   Soft Limit  Hard Limit  Units\nMax open files            ${limits.files}                 9                files\n`,
  );
  return proc;
}

describe("the daemon's own findings", () => {
  it("are all well, or only worth knowing, on this machine", async () => {
    const states = [...(await findings()).values()].map(({ name, state }) => [name, state]);
    expect(states.map(([name]) => name)).toEqual(["runtime", "parts", "state directory", "open files", "file events", "libsystemd"]);
    expect(states.filter(([, state]) => state === "fail")).toEqual([]);
  });

  it("count every watched folder against the limit, and name the setting that raises it", async () => {
    const few = (await findings({ proc: await makeProc(700, { watches: 1000, files: 4096 }) })).get("file events");
    expect(few).toMatchObject({ state: "ok", detail: expect.stringContaining("700 folders watched of 1000") as unknown });
    await writeFile(path.join(folder(), "proc/sys/fs/inotify/max_user_watches"), "800");
    const many = (await findings({ proc: path.join(folder(), "proc") })).get("file events");
    expect(many).toMatchObject({ state: "warn", mend: expect.stringContaining("fs.inotify.max_user_watches=524288") as unknown });
  });

  it("call few open files a warning, and a used-up limit a failure", async () => {
    expect((await findings({ proc: await makeProc(0, { watches: 1000, files: 512 }) })).get("open files")).toMatchObject({ state: "warn" });
    await writeFile(path.join(folder(), "proc/self/limits"), "Max open files            2                 2                files\n");
    expect((await findings({ proc: path.join(folder(), "proc") })).get("open files")).toMatchObject({
      state: "fail",
      detail: "2 open of 2 allowed",
      mend: expect.stringContaining("LimitNOFILE") as unknown,
    });
  });

  it("say when the state directory is gone, and when a part is silent", async () => {
    const found = await findings({ stateDir: path.join(folder(), "gone"), fault: "watcher silent for 40 s" });
    expect(found.get("state directory")).toMatchObject({ state: "fail", mend: expect.stringContaining("writable") as unknown });
    expect(found.get("parts")).toMatchObject({ state: "fail", detail: "watcher silent for 40 s" });
  });

  it("are information where the kernel has no such tables", async () => {
    const found = await findings({ proc: path.join(folder(), "nothing") });
    expect(found.get("file events")?.state).toBe("info");
    expect(found.get("open files")?.state).toBe("info");
  });
});

describe("sockets from systemd", () => {
  it("are known by name, and only to the process they are meant for", () => {
    const env = { LISTEN_PID: "7", LISTEN_FDS: "3", LISTEN_FDNAMES: "grpc:unknown:http" };
    expect([...listenDescriptors(env, 7)]).toEqual([
      ["grpc", 3],
      ["http", 5],
    ]);
    expect(listenDescriptors(env, 8).size).toBe(0);
    expect(listenDescriptors({}, 7).size).toBe(0);
    expect(listenDescriptors({ ...env, LISTEN_FDS: "x" }, 7).size).toBe(0);
  });
});

describe("the line for systemctl status", () => {
  it("says what is served, and what is degraded only when something is", () => {
    expect(describeStatus(statusOf({ groups: 1200, sources: 2, clients: 1 }))).toBe(
      "serving 1,200 groups of 2 sources; 1 client, gRPC 127.0.0.1:50061",
    );
    expect(describeStatus(statusOf({ groups: 1, sources: 1, sources_degraded: 1, groups_degraded: 2, grpc: null }))).toBe(
      "serving 1 group of 1 source, 3 degraded; 0 clients, gRPC off",
    );
    expect(describeStatus(statusOf({ ready: false }))).toBe("scanning: 8 groups of 1 source so far");
    expect(describeStatus(statusOf({ capture_stopped: "capture stopped: the disk is full" }))).toMatch(
      /; capture stopped: the disk is full$/,
    );
  });
});
