// The socket door with a real socket, from outside: greeting, answers, streams, refusals, the end.

import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openIpcServer, type IpcServer } from "../../../../daemon/transport/ipc/server.ts";
import type { IpcLimits } from "../../../../daemon/transport/ipc/limits.ts";
import { AppError } from "../../../../shared/contract/errors.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { createFakeApplication, createMemoryLog, type Answers } from "./fake-application.ts";
import { connectGreeted, connectRaw } from "./raw-client.ts";

const folder = useTempDirectory("ipc");

function open(answers: Answers, limits: Partial<IpcLimits> = {}, log = createMemoryLog()): Promise<IpcServer> {
  return openIpcServer({
    socketPath: join(folder(), "daemon.sock"),
    application: createFakeApplication(answers),
    log,
    version: "1.2.3",
    limits,
  });
}

/** Waits for its signal, as a watch without news does. */
async function* silence(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  yield* [];
}

describe("greeting", () => {
  it("tells a client who it is, what it may do and which daemon answers", async () => {
    await using server = await open({});
    using client = await connectRaw(server.path);
    client.hello();
    expect(await client.frame("welcome")).toMatchObject({
      daemon: "1.2.3",
      pid: process.pid,
      scopes: ["model:read", "model:write", "model:admin"],
    });
    expect((await client.frame("welcome")).principal).toMatch(/^socket:.+\d+\)?$/);
  });

  it.each([
    [0, "the client is older"],
    [99, "the daemon is older"],
  ])("refuses protocol %i and says which side is older", async (protocol, words) => {
    await using server = await open({});
    using client = await connectRaw(server.path);
    client.hello(protocol);
    expect((await client.frame("refused")).error.message).toContain(words);
    await client.closed();
  });

  it("cuts a client that asks before it says hello", async () => {
    let calls = 0;
    await using server = await open({ call: async () => void (calls += 1) });
    using client = await connectRaw(server.path);
    client.send({ t: "call", id: 1, op: "status", input: {} });
    expect((await client.frame("refused")).error.code).toBe("invalid_input");
    await client.closed();
    expect(calls).toBe(0);
  });

  it("cuts a client that says nothing", async () => {
    await using server = await open({}, { handshakeMs: 50 });
    using client = await connectRaw(server.path);
    expect((await client.frame("refused")).error.message).toContain("no hello within 50 ms");
    await client.closed();
  });
});

describe("calls", () => {
  it("answers with every digit of a large integer and passes the input on as sent", async () => {
    const at = 1_736_155_800_123_456_789n;
    await using server = await open({ call: async (name, input) => ({ name, input, at }) });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 7, op: "status", input: { at } });
    expect((await client.frame("value", 7)).value).toEqual({ name: "status", input: { at }, at });
  });

  it("brings long answers whole, whatever characters they are made of", async () => {
    const texts = ['"\\'.repeat(400_000), "日本語".repeat(300_000), "\u0001\f".repeat(200_000), "😀".repeat(300_000)];
    await using server = await open({ call: async (_name, input) => texts[Number(input)] });
    using client = await connectGreeted(server.path);
    for (const id of texts.keys()) client.send({ t: "call", id, op: "status", input: id });
    for (const [id, text] of texts.entries()) expect((await client.frame("value", id)).value === text).toBe(true);
    expect(client.parts).toBeGreaterThan(texts.length);
  });

  it("sends a refusal's code and message", async () => {
    await using server = await open({
      call: () => Promise.reject(new AppError("gate_refused", "IC is 0.01, the gate wants more than 0.02")),
    });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "line.resume", input: {} });
    expect((await client.frame("fail", 1)).error).toEqual({ code: "gate_refused", message: "IC is 0.01, the gate wants more than 0.02" });
  });

  it("survives a handler that throws, says nothing of its inside, and logs it once", async () => {
    const log = createMemoryLog();
    const call = (name: string): Promise<unknown> => {
      if (name === "status") throw new TypeError("secret /srv/models is undefined");
      return Promise.resolve("fine");
    };
    await using server = await open({ call }, {}, log);
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "status", input: {} });
    client.send({ t: "call", id: 2, op: "source.list", input: {} });
    const { error } = await client.frame("fail", 1);
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("secret");
    expect((await client.frame("value", 2)).value).toBe("fine");
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  it("survives an answer that no JSON can hold", async () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    await using server = await open({ call: async () => loop });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "status", input: {} });
    expect((await client.frame("fail", 1)).error.code).toBe("internal");
  });

  it("aborts a cancelled call and answers it as cancelled", async () => {
    let aborted = false;
    const call: Answers["call"] = (_name, _input, { signal }) =>
      new Promise(() => signal.addEventListener("abort", () => (aborted = true)));
    await using server = await open({ call }, { closeMs: 20 });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "refresh", input: {} });
    client.send({ t: "cancel", id: 1 });
    expect((await client.frame("fail", 1)).error.code).toBe("cancelled");
    expect(aborted).toBe(true);
  });

  it("refuses more running requests than a connection may have, and goes on when one ends", async () => {
    const waiting: ((value: string) => void)[] = [];
    await using server = await open({ call: () => new Promise((resolve) => waiting.push(resolve)) }, { requests: 2 });
    using client = await connectGreeted(server.path);
    for (const id of [1, 2, 3]) client.send({ t: "call", id, op: "status", input: {} });
    expect((await client.frame("fail", 3)).error.code).toBe("overloaded");
    for (const end of waiting) end("done");
    await client.frame("value", 1);
    await client.frame("value", 2);
    client.send({ t: "call", id: 4, op: "status", input: {} });
    await waitFor("the fourth call", () => waiting.length === 3);
    waiting[2]?.("done");
    expect((await client.frame("value", 4)).value).toBe("done");
  });

  it("counts a cancelled handler until it ends: cancelling is no way to run more of them", async () => {
    let started = 0;
    await using server = await open({ call: () => new Promise(() => (started += 1)) }, { requests: 2, closeMs: 20 });
    using client = await connectGreeted(server.path);
    for (const id of [1, 2]) {
      client.send({ t: "call", id, op: "status", input: {} });
      client.send({ t: "cancel", id });
      expect((await client.frame("fail", id)).error.code).toBe("cancelled");
    }
    client.send({ t: "call", id: 3, op: "status", input: {} });
    expect((await client.frame("fail", 3)).error.code).toBe("overloaded");
    expect(started).toBe(2);
  });
});

describe("streams", () => {
  it("sends every item in order and then the end", async () => {
    const stream = async function* () {
      for (let n = 0; n < 500; n += 1) yield { n, pad: "x".repeat(n % 7 === 0 ? 300_000 : 10) };
    };
    await using server = await open({ stream });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 5, op: "event.stream", input: {} });
    await client.frame("end", 5);
    const numbers = client.frames.flatMap((frame) => (frame.t === "item" ? [(frame.item as { n: number }).n] : []));
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
  });

  it("ends a cancelled stream, its generator included", async () => {
    let left = false;
    const stream: Answers["stream"] = async function* () {
      try {
        for (let n = 0; ; n += 1) {
          yield n;
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        left = true;
      }
    };
    await using server = await open({ stream });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "live.watch", input: {} });
    await client.frame("item", 1);
    client.send({ t: "cancel", id: 1 });
    expect((await client.frame("fail", 1)).error.code).toBe("cancelled");
    await waitFor("the generator's end", () => left);
  });

  it("ends the streams of a client that goes away", async () => {
    let left = false;
    const stream: Answers["stream"] = async function* (_name, _input, { signal }) {
      try {
        yield "first";
        yield* silence(signal);
      } finally {
        left = true;
      }
    };
    await using server = await open({ stream });
    const client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "live.watch", input: {} });
    await client.frame("item", 1);
    client.socket.destroy();
    await waitFor("the generator's end", () => left);
  });

  it("makes no more items than a slow reader takes, and loses none", async () => {
    const total = 400;
    let made = 0;
    const stream = async function* () {
      for (made = 0; made < total;) yield `${made++} ${"x".repeat(50_000)}`;
    };
    await using server = await open({ stream });
    using client = await connectGreeted(server.path);
    client.socket.pause();
    client.send({ t: "call", id: 1, op: "event.stream", input: {} });
    await waitFor("the stream to stand still", async () => {
      const before = made;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return before > 0 && made === before;
    });
    // 1 MiB waits in the daemon, and what the kernel's buffers hold.
    expect(made).toBeLessThan(60);
    client.socket.resume();
    await client.frame("end", 1);
    expect(client.frames.filter(({ t }) => t === "item")).toHaveLength(total);
  });

  it("cuts a reader that takes nothing, ends its requests, and serves the others", async () => {
    let left = false;
    const stream = async function* () {
      try {
        for (;;) yield "x".repeat(100_000);
      } finally {
        left = true;
      }
    };
    const log = createMemoryLog();
    await using server = await open({ stream, call: async () => "fine" }, { drainMs: 100 }, log);
    using stuck = await connectGreeted(server.path);
    stuck.socket.pause();
    stuck.send({ t: "call", id: 1, op: "event.stream", input: {} });
    await waitFor("the cut", () => left);
    expect(log.lines.some(({ message }) => message.includes("does not read its answers"))).toBe(true);
    using other = await connectGreeted(server.path);
    other.send({ t: "call", id: 1, op: "status", input: {} });
    expect((await other.frame("value", 1)).value).toBe("fine");
  });
});

describe("the end", () => {
  it("tells running requests that the daemon stops, closes everything and takes its socket away", async () => {
    const stream: Answers["stream"] = (_name, _input, { signal }) => silence(signal);
    const server = await open({ stream });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "live.watch", input: {} });
    // The answer to a second frame shows that the first was taken.
    client.send({ t: "call", id: 2, op: "status", input: {} });
    await client.frame("fail", 2);
    await server[Symbol.asyncDispose]();
    expect((await client.frame("fail", 1)).error).toEqual({ code: "unavailable", message: "the daemon is stopping" });
    await client.closed();
    expect(existsSync(server.path)).toBe(false);
  });

  it("does not wait for a handler that never ends", async () => {
    const server = await open({ call: () => new Promise(() => undefined) }, { closeMs: 30 });
    using client = await connectGreeted(server.path);
    client.send({ t: "call", id: 1, op: "status", input: {} });
    await server[Symbol.asyncDispose]();
    await client.closed();
  });

  it("leaves a socket alone that another daemon has put in its place", async () => {
    const first = await open({});
    rmSync(first.path);
    await using second = await open({});
    const { ino } = statSync(second.path);
    await first[Symbol.asyncDispose]();
    expect(statSync(second.path).ino).toBe(ino);
    using client = await connectGreeted(second.path);
    expect(client.frames).toHaveLength(1);
  });
});
