// Who may do what over the socket: the rule itself, and the kernel's word on real processes of other users.

import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openIpcServer } from "../../../../daemon/transport/ipc/server.ts";
import { openPeerReader } from "../../../../daemon/transport/ipc/peer-credentials.ts";
import { principalOf } from "../../../../daemon/transport/ipc/peer-rights.ts";
import { createUserDatabase } from "../../../../daemon/transport/ipc/user-database.ts";
import { describeNeeding } from "../../../support/requirements.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { createFakeApplication, createMemoryLog } from "./fake-application.ts";
import { connectGreeted, connectRaw } from "./raw-client.ts";

const folder = useTempDirectory("peers");
const all = ["model:read", "model:write", "model:admin"];
const readOnly = ["model:read"];

describe("the rule", () => {
  const peer = (uid: number, ...groups: number[]) => ({ uid, pid: 1, groups: new Set(groups) });
  const rules = (adminGroup?: string) => {
    writeFileSync(
      join(folder(), "passwd"),
      "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\nbad\u001b[2Jname:x:1001:1:::\n# note\nbroken\n",
    );
    writeFileSync(join(folder(), "group"), "quant:x:700:ann\n");
    return { ownUid: 55, adminGroup, users: createUserDatabase(folder()) };
  };

  it.each<readonly [string, ReturnType<typeof peer> | undefined, string | undefined, string, readonly string[]]>([
    ["root may do everything", peer(0, 0), undefined, "socket:root(0)", all],
    ["the daemon's own user may do everything", peer(55, 55), undefined, "socket:uid 55", all],
    ["another user reads", peer(1000, 1000), undefined, "socket:ann(1000)", readOnly],
    ["a member of the admin group by its name may do everything", peer(1000, 1000, 700), "quant", "socket:ann(1000)", all],
    ["a member of the admin group by its number may do everything", peer(1000, 701), "701", "socket:ann(1000)", all],
    ["a member of other groups reads", peer(1000, 1000, 701), "quant", "socket:ann(1000)", readOnly],
    ["an admin group that does not exist lets nobody in", peer(1000, 0, 700), "nosuch", "socket:ann(1000)", readOnly],
    ["an unknown peer reads", undefined, "quant", "socket:unknown", readOnly],
    ["a name with control characters is not shown", peer(1001, 1), undefined, "socket:uid 1001", readOnly],
  ])("%s", async (_claim, who, adminGroup, name, scopes) => {
    const principal = await principalOf(who, rules(adminGroup));
    expect(principal.name).toBe(name);
    expect([...principal.scopes]).toEqual(scopes);
  });

  it("follows changes of the files, and is without names when they go", async () => {
    const { users } = rules();
    expect(await users.userName(1000)).toBe("ann");
    writeFileSync(join(folder(), "passwd"), "benjamin:x:1000:1000::/:/bin/sh\n");
    expect(await users.userName(1000)).toBe("benjamin");
    expect(await createUserDatabase(join(folder(), "none")).userName(1000)).toBeUndefined();
  });
});

const linux = { name: "linux", available: process.platform === "linux", command: "", reason: "peers are read on Linux only" };
const root = { name: "root", available: process.getuid?.() === 0, command: "", reason: "only root can start processes of other users" };

describeNeeding(linux, "the kernel's word", () => {
  it("is the user of this process, who may do everything", async () => {
    await using server = await openIpcServer({
      socketPath: join(folder(), "d.sock"),
      application: createFakeApplication({}),
      log: createMemoryLog(),
      version: "1",
    });
    using client = await connectGreeted(server.path);
    const { principal, scopes } = await client.frame("welcome");
    expect(principal).toContain(String(process.getuid?.()));
    expect(scopes).toEqual(all);
  });

  it("is there for every accepted socket", () => {
    expect(openPeerReader()).toHaveProperty("read");
  });

  it("missing for one connection makes it a reader", async () => {
    const peers = { read: () => undefined };
    const options = {
      socketPath: join(folder(), "d.sock"),
      application: createFakeApplication({}),
      log: createMemoryLog(),
      version: "1",
      peers,
    };
    await using server = await openIpcServer(options);
    using client = await connectGreeted(server.path);
    expect((await client.frame("welcome")).scopes).toEqual(readOnly);
  });
});

/** Connects as another user with these groups, and prints the first message that comes back. */
const visitor = `
const { connect } = require("node:net");
const [path, uid, gid, groups] = process.argv.slice(1);
process.setgroups(JSON.parse(groups));
process.setgid(Number(gid));
process.setuid(Number(uid));
const socket = connect(path);
socket.write(JSON.stringify({ type: "mm", data: JSON.stringify({ t: "hello", protocol: 1, client: "visitor" }) }) + "\\f");
socket.setEncoding("utf8").once("data", (text) => { process.stdout.write(JSON.parse(text.split("\\f")[0]).data); socket.destroy(); });
`;

async function visit(
  path: string,
  uid: number,
  gid: number,
  groups: readonly number[],
): Promise<{ readonly principal: string; readonly scopes: readonly string[] }> {
  const child = spawn(process.execPath, ["-e", visitor, path, String(uid), String(gid), JSON.stringify(groups)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await new Promise((resolve) => child.once("close", resolve));
  return JSON.parse(text) as { principal: string; scopes: string[] };
}

describeNeeding([linux, root], "processes of other users", () => {
  const open = (adminGroup?: string, limits = {}) => {
    chmodSync(folder(), 0o755);
    const application = createFakeApplication({});
    return openIpcServer({
      socketPath: join(folder(), "run/d.sock"),
      application,
      log: createMemoryLog(),
      version: "1",
      adminGroup,
      limits,
    });
  };

  it("read, whatever their groups", async () => {
    await using server = await open();
    const { principal, scopes } = await visit(server.path, 65_534, 65_534, [0, 27]);
    expect(scopes).toEqual(readOnly);
    expect(principal).toContain("65534");
  });

  it("may do everything as members of the admin group: by a further group, by the primary one, and among a thousand", async () => {
    await using server = await open("4711");
    expect((await visit(server.path, 65_534, 65_534, [12, 4711])).scopes).toEqual(all);
    expect((await visit(server.path, 65_534, 4711, [])).scopes).toEqual(all);
    expect(
      (
        await visit(
          server.path,
          65_534,
          65_534,
          Array.from({ length: 1000 }, (_, n) => 4000 + n),
        )
      ).scopes,
    ).toEqual(all);
    expect((await visit(server.path, 65_534, 65_534, [12])).scopes).toEqual(readOnly);
  });

  it("cannot lock admins out by taking every place", async () => {
    const uid = 65_534;
    chmodSync(folder(), 0o755);
    let asked = 0;
    // The first three connections count as those of another user.
    const peers = { read: () => ({ uid: (asked += 1) <= 3 ? uid : 0, pid: 1, groups: new Set<number>() }) };
    const options = {
      socketPath: join(folder(), "d.sock"),
      application: createFakeApplication({}),
      log: createMemoryLog(),
      version: "1",
      peers,
    };
    await using server = await openIpcServer({ ...options, limits: { connections: 3, reservedForAdmins: 1 } });
    using first = await connectGreeted(server.path);
    using second = await connectGreeted(server.path);
    using third = await connectRaw(server.path);
    expect((await third.frame("refused")).error.code).toBe("overloaded");
    await third.closed();
    using admin = await connectGreeted(server.path);
    expect([first, second, admin].map(({ isClosed }) => isClosed)).toEqual([false, false, false]);
  });
});
