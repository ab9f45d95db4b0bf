// How much one client or one user may take of the socket door, and what the others notice of it: nothing.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { PeerCredentials } from "../../../../daemon/transport/ipc/peer-credentials.ts";
import type { IpcLimits } from "../../../../daemon/transport/ipc/limits.ts";
import { openIpcServer, type IpcServer } from "../../../../daemon/transport/ipc/server.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { createFakeApplication, createMemoryLog, type Answers } from "./fake-application.ts";
import { connectGreeted, connectRaw, messageBytes, type RawClient } from "./raw-client.ts";

const folder = useTempDirectory("ipc");
const status = { t: "call", op: "status", input: {} };

interface Opened {
  readonly limits?: Partial<IpcLimits>;
  readonly answers?: Answers;
  /** Users of the connections, in the order in which they come; the last one stays. */
  readonly uids?: readonly number[];
}

/** A door whose peers are who the test says. */
async function open({ limits = {}, answers = {}, uids = [0] }: Opened) {
  const log = createMemoryLog();
  const coming = [...uids];
  const read = (): PeerCredentials => {
    const uid = coming.length > 1 ? coming.shift() : coming[0];
    return { uid: uid ?? 0, pid: 1, groups: new Set() };
  };
  const application = createFakeApplication({ call: async () => "fine", ...answers });
  const server: IpcServer = await openIpcServer({
    socketPath: join(folder(), "daemon.sock"),
    application,
    log,
    version: "1",
    limits,
    peers: { read },
  });
  return { server, log };
}

async function isServed(client: RawClient, id = 1000): Promise<void> {
  client.send({ ...status, id });
  expect((await client.frame("value", id)).value).toBe("fine");
}

describe("places", () => {
  it("of one user are limited, admin or not, and other users find theirs", async () => {
    const [admin, reader, another] = [0, 70_001, 70_002];
    const uids = [admin, admin, admin, reader, reader, reader, another];
    const { server, log } = await open({ limits: { connectionsPerUser: 2 }, uids });
    await using _server = server;
    using first = await connectGreeted(server.path);
    using _second = await connectGreeted(server.path);
    using third = await connectRaw(server.path);
    expect((await third.frame("refused")).error).toMatchObject({
      code: "overloaded",
      message: "the daemon has 2 connections of this user on its socket, as many as it allows; close one",
    });
    using _reader = await connectGreeted(server.path);
    using _reader2 = await connectGreeted(server.path);
    using reader3 = await connectRaw(server.path);
    await reader3.frame("refused");
    using other = await connectGreeted(server.path);
    await isServed(other);
    await isServed(first);
    expect(log.lines.filter(({ message }) => message.includes("turned away"))).toMatchObject([
      { fields: { uid: admin } },
      { fields: { uid: reader } },
    ]);
  });

  it("are free again when somebody leaves, also for those who were turned away before", async () => {
    const { server } = await open({ limits: { connectionsPerUser: 1 } });
    await using _server = server;
    const first = await connectGreeted(server.path);
    for (let n = 0; n < 5; n += 1) {
      using late = await connectRaw(server.path);
      await late.frame("refused");
    }
    first.socket.destroy();
    await waitFor("a place", async () => {
      using again = await connectRaw(server.path);
      again.hello();
      await waitFor("an answer", () => again.frames.length > 0);
      return again.frames[0]?.t === "welcome";
    });
  });

  it("are refused with a reason that a client reads although it is sending already", async () => {
    const { server } = await open({ limits: { connectionsPerUser: 1 } });
    await using _server = server;
    using _first = await connectGreeted(server.path);
    for (let n = 0; n < 30; n += 1) {
      using late = await connectRaw(server.path);
      // The daemon may have refused before this leaves.
      await sleep(n % 3);
      late.hello();
      late.send({ ...status, id: 1 });
      await late.frame("refused");
    }
  });

  it("are left by those who were turned away and do not go by themselves", async () => {
    const { server } = await open({ limits: { connectionsPerUser: 1, closeMs: 50 } });
    await using _server = server;
    using _first = await connectGreeted(server.path);
    using late = await connectRaw(server.path);
    late.socket.pause();
    const drip = setInterval(() => late.socket.write("x"), 5);
    late.socket.on("error", () => clearInterval(drip));
    await waitFor("the end", () => late.socket.destroyed || late.socket.writableEnded || late.isClosed);
    clearInterval(drip);
  });
});

describe("pace", () => {
  it("of a user who may only read is kept over all its connections; an admin has none", async () => {
    const reader = 70_001;
    const { server } = await open({ limits: { readerMessagesPerSecond: 20, readerBurst: 12 }, uids: [0, reader, reader] });
    await using _server = server;
    using admin = await connectGreeted(server.path);
    using one = await connectGreeted(server.path);
    using two = await connectGreeted(server.path);
    const begun = performance.now();
    for (const client of [one, two, admin]) for (let id = 1; id <= 20; id += 1) client.send({ ...status, id });
    await admin.frame("value", 20);
    // Two greetings and ten requests pass at once, the others at 20 a second.
    await waitFor("the burst", () => one.frames.length + two.frames.length >= 12);
    await sleep(50);
    expect(one.frames.length + two.frames.length).toBeLessThan(20);
    await Promise.all([one.frame("value", 20), two.frame("value", 20)]);
    expect(performance.now() - begun).toBeGreaterThan(1000);
  });
});

describe("time", () => {
  it("to do nothing is limited, and a running stream is something", async () => {
    const stream: Answers["stream"] = async function* (_name, _input, { signal }) {
      yield "first";
      await new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
    };
    const { server } = await open({ limits: { idleMs: 60 }, answers: { stream } });
    await using _server = server;
    using watcher = await connectGreeted(server.path);
    watcher.send({ t: "call", id: 1, op: "event.stream", input: {} });
    using idle = await connectGreeted(server.path);
    expect((await idle.frame("refused")).error).toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("nothing was asked") as string,
    });
    await idle.closed();
    await sleep(100);
    await isServed(watcher);
  });

  it("does not run out for a half message while its client is not read, for it does not read itself", async () => {
    const { server } = await open({ limits: { frameMs: 100, pendingBytes: 1000 }, answers: { call: async () => "x".repeat(2_000_000) } });
    await using _server = server;
    using slow = await connectGreeted(server.path);
    slow.socket.pause();
    const late = messageBytes(JSON.stringify({ t: "cancel", id: 9 }));
    slow.socket.write(messageBytes(JSON.stringify({ ...status, id: 1 })) + late.slice(0, 10));
    await sleep(400);
    slow.socket.resume();
    await slow.frame("value", 1);
    slow.socket.write(late.slice(10));
    slow.send({ ...status, id: 2 });
    await slow.frame("value", 2);
  });

  it("does not run out for a half message of a client that waits for its pace", async () => {
    const limits = { frameMs: 100, readerMessagesPerSecond: 2, readerBurst: 2 };
    const { server } = await open({ limits, uids: [70_001] });
    await using _server = server;
    using reader = await connectGreeted(server.path);
    const [first, second, third] = [1, 2, 3].map((id) => messageBytes(JSON.stringify({ ...status, id })));
    reader.socket.write(`${first}${second}${third?.slice(0, 10)}`);
    await sleep(300);
    expect(reader.isClosed).toBe(false);
    reader.socket.write(third?.slice(10) ?? "");
    for (const id of [1, 2, 3]) await reader.frame("value", id);
  });

  it("to read why it is cut is limited for one that reads nothing", async () => {
    const { server } = await open({
      limits: { closeMs: 50, pendingBytes: 10_000_000 },
      answers: { call: async () => "x".repeat(3_000_000) },
    });
    await using _server = server;
    using bad = await connectGreeted(server.path);
    bad.socket.pause();
    bad.send({ ...status, id: 1 });
    await sleep(50);
    bad.socket.write(messageBytes("{"));
    await waitFor("the cut", () => {
      bad.socket.write(" ");
      return bad.socket.destroyed;
    });
  });
});

describe("size", () => {
  it("before the greeting is that of a hello", async () => {
    const { server, log } = await open({});
    await using _server = server;
    using bad = await connectRaw(server.path);
    bad.socket.write(`{"type":"mm","data":"${"x".repeat(5000)}`);
    await bad.closed();
    expect(JSON.stringify(log.lines)).toContain("longer than 4096 characters");
    using good = await connectGreeted(server.path);
    good.send({ ...status, id: 1, input: { pad: "x".repeat(200_000) } });
    await good.frame("value", 1);
  });

  it("of what a message holds besides its text is looked at before it is parsed", async () => {
    const { server, log } = await open({});
    await using _server = server;
    using bad = await connectGreeted(server.path);
    bad.socket.write(messageBytes(Array.from({ length: 10_000 }, () => [])));
    await bad.closed();
    expect(JSON.stringify(log.lines)).toContain("a message holds more than a type and a text");
  });

  it("of answers that one slow reader makes the daemon hold is that of one, however many it asks for", async () => {
    let made = 0;
    const call = async (): Promise<string> => `${(made += 1)}${"x".repeat(1_000_000)}`;
    const { server } = await open({ answers: { call } });
    await using _server = server;
    using slow = await connectGreeted(server.path);
    slow.socket.pause();
    for (let id = 1; id <= 30; id += 1) slow.send({ ...status, id });
    await sleep(300);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(5);
    slow.socket.resume();
    for (let id = 1; id <= 30; id += 1) await slow.frame("value", id);
  });
});

describe("a fault of our own", () => {
  it("in taking one client's message ends that connection and is logged; the daemon goes on", async () => {
    const { server, log } = await open({});
    await using _server = server;
    using honest = await connectGreeted(server.path);
    const { debug } = log;
    log.debug = () => {
      log.debug = debug;
      throw new TypeError("a bug in greeting");
    };
    using unlucky = await connectRaw(server.path);
    unlucky.hello();
    await unlucky.closed();
    await isServed(honest);
    expect(log.lines.filter(({ level }) => level === "error")).toMatchObject([
      { message: expect.stringContaining("could not be handled") as string },
    ]);
  });

  it("in answering is that request's failure, and nobody else's", async () => {
    const stream = (): AsyncIterable<unknown> => {
      throw new TypeError("a bug");
    };
    const { server, log } = await open({ answers: { stream } });
    await using _server = server;
    using honest = await connectGreeted(server.path);
    using unlucky = await connectGreeted(server.path);
    unlucky.send({ t: "call", id: 1, op: "event.stream", input: {} });
    expect((await unlucky.frame("fail", 1)).error.code).toBe("internal");
    await isServed(honest);
    await isServed(unlucky);
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });
});
