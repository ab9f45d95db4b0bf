// What bad neighbours do to the socket door: each is cut, is told why where that is possible, and hurts nobody else.

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openIpcServer, type IpcServer } from "../../../../daemon/transport/ipc/server.ts";
import type { IpcLimits } from "../../../../daemon/transport/ipc/limits.ts";
import { createRandom } from "../../../support/soak.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { createFakeApplication, createMemoryLog } from "./fake-application.ts";
import { connectGreeted, connectRaw, messageBytes, type RawClient } from "./raw-client.ts";

const folder = useTempDirectory("ipc");
const log = createMemoryLog();
let server: IpcServer | undefined;
/** How often the application was asked. */
let calls = 0;

async function open(limits: Partial<IpcLimits> = {}): Promise<string> {
  calls = 0;
  const application = createFakeApplication({
    // Looking is done at once; a refresh ends when its caller goes.
    call: (name, _input, { signal }) => {
      calls += 1;
      if (name !== "refresh") return Promise.resolve("fine");
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve("late"), { once: true }));
    },
  });
  server = await openIpcServer({ socketPath: join(folder(), "daemon.sock"), application, log, version: "1", limits });
  return server.path;
}

beforeEach(() => void (log.lines.length = 0));
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function expectServes(client: RawClient): Promise<void> {
  client.send({ t: "call", id: 1000, op: "status", input: {} });
  expect((await client.frame("value", 1000)).value).toBe("fine");
}

async function isWelcome(path: string): Promise<boolean> {
  using client = await connectRaw(path);
  client.hello();
  await waitFor("an answer", () => client.frames.length > 0 || client.isClosed);
  return client.frames[0]?.t === "welcome";
}

const hello = messageBytes(JSON.stringify({ t: "hello", protocol: 1, client: "x" }));
const call = JSON.stringify({ t: "call", id: 1, op: "status", input: {} });

describe("malformed messages", () => {
  it.each<readonly [string, string]>([
    ["no JSON", "this is not JSON\f"],
    ["a JSON text instead of a message", '"text"\f'],
    ["a list", "[1,2]\f"],
    ["a message without a type", '{"data":"x"}\f'],
    ["a type that no frame has", messageBytes(call, "other")],
    ["a reserved type", messageBytes(call, "error")],
    ["a type of the prototype", messageBytes(call, "__proto__")],
    ["a wildcard as type", messageBytes(call, "*")],
    ["an object as frame", messageBytes({ t: "call" })],
    ["a frame that is no JSON", messageBytes("{")],
    ["a frame of an unknown kind", messageBytes('{"t":"shutdown"}')],
    ["a call with a negative id", messageBytes('{"t":"call","id":-1,"op":"status","input":{}}')],
    ["a call with an id beyond 2^53", messageBytes('{"t":"call","id":9007199254740993,"op":"status","input":{}}')],
    ["a call whose operation is an object", messageBytes('{"t":"call","id":1,"op":{},"input":{}}')],
    [
      "a frame nested a hundred thousand deep",
      messageBytes(`{"t":"call","id":1,"op":"status","input":${"[".repeat(100_000)}${"]".repeat(100_000)}}`),
    ],
    ["a second hello", hello],
    ["the id of a running request", messageBytes(JSON.stringify({ t: "call", id: 7, op: "refresh", input: {} })).repeat(2)],
  ])("cuts a client that sends %s, and nobody else", async (_what, bytes) => {
    const path = await open();
    using honest = await connectGreeted(path);
    using bad = await connectGreeted(path);
    bad.socket.write(bytes);
    await bad.closed();
    await expectServes(honest);
    expect(log.lines.filter(({ level, message }) => level === "info" && message.includes("broke the protocol"))).toHaveLength(1);
    expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("takes no frame that follows a bad one in the same breath", async () => {
    const path = await open();
    using bad = await connectGreeted(path);
    bad.socket.write(messageBytes("{") + messageBytes(call).repeat(500));
    await bad.closed();
    expect(calls).toBe(0);
    expect(bad.frames.filter(({ t }) => t === "refused")).toHaveLength(1);
  });

  it("cuts a message that is too long before it has arrived whole", async () => {
    const path = await open();
    using bad = await connectGreeted(path);
    bad.socket.write(`{"type":"mm","data":"${"x".repeat(900_000)}`);
    await bad.closed();
    expect(log.lines.some(({ fields }) => JSON.stringify(fields).includes("longer than"))).toBe(true);
  });

  it("cuts a client that drips a message", async () => {
    const path = await open({ frameChunks: 20, frameMs: 60_000 });
    using honest = await connectGreeted(path);
    using bad = await connectGreeted(path);
    const drip = setInterval(() => bad.socket.write("x"), 1);
    await bad.closed();
    clearInterval(drip);
    await expectServes(honest);
  });

  it("cuts a message that is never finished", async () => {
    const path = await open({ frameMs: 50 });
    using bad = await connectGreeted(path);
    bad.socket.write('{"type":"mm"');
    await bad.closed();
  });

  it("leaves a client alone that keeps its pipe full of good messages for longer than one may take", async () => {
    const path = await open({ frameMs: 100 });
    using busy = await connectGreeted(path);
    // Every piece ends in the middle of a message, so that something is always left over.
    const message = messageBytes(JSON.stringify({ t: "cancel", id: 9 }));
    const shifted = message.slice(5) + message.slice(0, 5);
    busy.socket.write(message.slice(0, 5));
    for (let n = 0; n < 40; n += 1) {
      busy.socket.write(shifted);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    busy.socket.write(message.slice(5));
    await expectServes(busy);
  });

  it("survives random bytes and broken frames of many clients", async () => {
    const path = await open();
    const random = createRandom(7);
    const pieces = [
      hello,
      messageBytes(call),
      "\f",
      '{"type":"mm","data":',
      '"{\\"t\\":\\"call\\"',
      "\u0000\uFFFD",
      "}".repeat(100),
      "\\ud800",
      '"mm"',
    ];
    using honest = await connectGreeted(path);
    for (let round = 0; round < 150; round += 1) {
      using bad = await connectRaw(path);
      for (let n = 0; n < 8; n += 1) bad.socket.write(pieces[Math.floor(random() * pieces.length)] ?? "");
      bad.socket.write(Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256))));
      if (random() < 0.5) bad.socket.end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await expectServes(honest);
    expect(log.lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

describe("too many", () => {
  it("turns the 65th connection away with a message, and lets one in when another leaves", async () => {
    const path = await open();
    const clients: RawClient[] = [];
    for (let n = 0; n < 64; n += 1) clients.push(await connectGreeted(path));
    using late = await connectRaw(path);
    expect((await late.frame("refused")).error).toMatchObject({
      code: "overloaded",
      message: expect.stringContaining("64 connections") as string,
    });
    await late.closed();
    for (const client of clients) await expectServes(client);
    clients.pop()?.socket.destroy();
    await waitFor("a free place", () => isWelcome(path));
    for (const client of clients) client.socket.destroy();
  });

  it("stands a thousand connections at once", async () => {
    const path = await open();
    using honest = await connectGreeted(path);
    const crowd = await Promise.allSettled(Array.from({ length: 1000 }, () => connectRaw(path)));
    await expectServes(honest);
    for (const result of crowd) if (result.status === "fulfilled") result.value.socket.destroy();
    await waitFor("a place again", () => isWelcome(path));
  });

  it("stops reading from a client that asks and does not take the answers, until it does", async () => {
    const path = await open({ requests: 0 });
    using honest = await connectGreeted(path);
    using flood = await connectGreeted(path);
    flood.socket.pause();
    const total = 20_000;
    for (let id = 0; id < total; id += 1) flood.send({ t: "call", id, op: "status", input: {} });
    await waitFor("the daemon to stop reading", async () => {
      const before = flood.socket.bytesWritten - flood.socket.writableLength;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return before > 0 && flood.socket.bytesWritten - flood.socket.writableLength === before;
    });
    expect(flood.socket.writableLength).toBeGreaterThan(0);
    honest.send({ t: "call", id: 1, op: "status", input: {} });
    expect((await honest.frame("fail", 1)).error.code).toBe("overloaded");
    flood.socket.resume();
    await waitFor("all answers", () => flood.frames.length === total + 1);
  });
});
