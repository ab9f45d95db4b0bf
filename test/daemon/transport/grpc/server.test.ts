// The door as a whole: its port, its health and reflection services, and how it stops.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { protoPath as healthProtoPath } from "grpc-health-check";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { waitFor } from "../../../support/wait-for.ts";
import { found, payloadOf } from "./answers.ts";
import { useDoor } from "./door.ts";
import { PROTO_PATH } from "./proto.ts";
import { change } from "./fake-application.ts";
import { collect, parseProto, statusOf } from "./wire-client.ts";
import { startReflection } from "./reflection-client.ts";

const openDoor = useDoor();
const HEALTH = parseProto(readFileSync(healthProtoPath, "utf8"));

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(":") + 1));
}

describe("the port", () => {
  test("port 0 picks a free one and says which", async () => {
    const { server } = await openDoor();
    expect(server.address).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  });

  test("a busy port is refused with the address and the variable to change", async () => {
    const { server } = await openDoor();
    const second = openDoor({ port: portOf(server.address) });
    await expect(second).rejects.toMatchObject({
      name: "AppError",
      message: expect.stringMatching(new RegExp(`${server.address}.*MODEL_MANAGER_GRPC_PORT`)),
    });
  });

  test("a port that a server of another process shares by SO_REUSEPORT is busy all the same", async () => {
    const holder = spawn(process.execPath, [
      "-e",
      "require('net').createServer().listen({port:0,host:'127.0.0.1',reusePort:true},function(){console.log(this.address().port)})",
    ]);
    try {
      const [port] = (await once(holder.stdout, "data")) as [Buffer];
      await expect(openDoor({ port: Number(port.toString()) })).rejects.toThrow(/MODEL_MANAGER_GRPC_PORT/);
    } finally {
      holder.kill();
      await once(holder, "exit");
    }
  });

  test("an address that this machine does not have is refused with the variable to change", async () => {
    await expect(openDoor({ host: "192.0.2.1" })).rejects.toThrow(/192\.0\.2\.1:0.*MODEL_MANAGER_GRPC_HOST/);
  });

  test("a client over IPv6 is known by a bracketed address", async ({ skip }) => {
    const opened = await openDoor({ host: "::1" }).catch(() => undefined);
    if (opened === undefined) return skip("this machine has no IPv6 loopback");
    expect(opened.server.address).toMatch(/^\[::1\]:\d+$/);
    opened.application.onModel = async (_input, context) => ({ outcome: "refused", message: context.principal.name });
    expect((await opened.client.unary("GetModel", {}))["message"]).toMatch(/^grpc:\[::1\]:\d+$/);
  });

  test("a connection that talks something else is dropped and harms nobody", async () => {
    const { server, application, client } = await openDoor();
    application.onModel = async () => found(Buffer.from("{}"));
    const socket = connectSocket(portOf(server.address), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await once(socket.resume(), "close");
    expect(await client.unary("GetModel", {})).toMatchObject({ ok: true });
  });
});

describe("health", () => {
  test("says NOT_SERVING until told, then SERVING, for the server and for the service", async () => {
    const { server, connect } = await openDoor();
    const health = connect(HEALTH, "grpc.health.v1.Health");
    for (const service of ["", "modelmanager.v1.ModelService"]) {
      server.setServing(false);
      expect(await health.unary("Check", { service })).toEqual({ status: "NOT_SERVING" });
      server.setServing(true);
      expect(await health.unary("Check", { service })).toEqual({ status: "SERVING" });
    }
    expect(await statusOf(health.unary("Check", { service: "other" }))).toMatchObject({ code: 5 });
  });

  test("tells those who watch it, last that the daemon stops", async () => {
    const { server, connect } = await openDoor();
    const stream = connect(HEALTH, "grpc.health.v1.Health").stream("Watch", {});
    const seen: unknown[] = [];
    const end = statusOf(
      (async () => {
        for await (const message of stream.messages) seen.push(message["status"]);
      })(),
    );
    await waitFor("the first status", () => seen.length === 1);
    server.setServing(true);
    await waitFor("the second status", () => seen.length === 2);
    await server[Symbol.asyncDispose]();
    expect(await end).toEqual({ code: 14, details: "the daemon is stopping" });
    expect(seen).toEqual(["NOT_SERVING", "SERVING", "NOT_SERVING"]);
  });

  test("a health watcher that goes leaves nothing behind", async () => {
    const { server, connect } = await openDoor();
    const stream = connect(HEALTH, "grpc.health.v1.Health").stream("Watch", {});
    await stream.headers;
    stream.cancel();
    await waitFor("the watch to end", () => server.openStreams === 0);
  });
});

describe("reflection", () => {
  test.each(["v1", "v1alpha"] as const)("%s lists our service and describes it as the proto file does", async (version) => {
    const { server } = await openDoor();
    await using reflection = startReflection(server.address, version);
    expect(await reflection.services()).toEqual(expect.arrayContaining(["modelmanager.v1.ModelService", "grpc.health.v1.Health"]));
    const described = await reflection.describe("modelmanager.v1.ModelService");
    const ours = protobuf.loadSync(PROTO_PATH).lookupService("modelmanager.v1.ModelService");
    expect(described).toEqual(ours.methodsArray.map((method) => method.name));
  });
});

describe("the stop", () => {
  test("ends watchers with UNAVAILABLE, lets a running call finish, and takes no new one", async () => {
    const { server, application, client, connect } = await openDoor({ limits: { stopGraceMs: 15_000 } });
    application.onWatch = async function* (_input, { signal }) {
      yield change({ kind: "heartbeat", sequence: 1 });
      await new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
    };
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    let asked = false;
    application.onModel = async () => {
      asked = true;
      await gate;
      return { outcome: "refused", message: "finished" };
    };
    const watch = statusOf(collect(connect().stream("WatchModels", {})));
    const running = client.unary("GetModel", {});
    await waitFor("both calls", () => asked && server.openStreams === 1);
    const stopped = server[Symbol.asyncDispose]();
    expect(await watch).toEqual({ code: 14, details: "the daemon is stopping" });
    finish();
    expect(await running).toEqual({ message: "finished" });
    await stopped;
    expect(await statusOf(connect().unary("GetModel", {}))).toMatchObject({ code: 14 });
    expect(application.seen.filter((one) => one.watching && !one.left)).toEqual([]);
  });

  test("waits no longer than its grace time for a call that never ends", async () => {
    const { server, application, client, log } = await openDoor({ limits: { stopGraceMs: 50 } });
    let asked = false;
    application.onModel = () => {
      asked = true;
      return new Promise(() => undefined);
    };
    const running = statusOf(client.unary("GetModel", {}));
    await waitFor("the call", () => asked);
    await server[Symbol.asyncDispose]();
    expect((await running).code).not.toBe(0);
    expect(log.at(-1)).toMatchObject({ message: "gRPC stopped", fields: { cut: true } });
  });

  test("does not wait for a watcher that reads nothing", async () => {
    const { server, application, client } = await openDoor({ limits: { stopGraceMs: 50 } });
    const payload = payloadOf(1_000_000);
    application.onWatch = async function* (_input, { signal }) {
      for (let sequence = 1; !signal.aborted; sequence++) yield change({ kind: "live", sequence, payload: async () => payload });
    };
    const stream = client.stream("WatchModels", {});
    stream.pause();
    await stream.headers;
    await server[Symbol.asyncDispose]();
    expect(server.openStreams).toBe(0);
  });

  test("twice is once, and the port is free afterwards", async () => {
    const { server } = await openDoor();
    await Promise.all([server[Symbol.asyncDispose](), server[Symbol.asyncDispose]()]);
    const again = await openDoor({ port: portOf(server.address) });
    expect(again.server.address).toBe(server.address);
  });
});

test.each(["SIGKILL", "SIGSTOP"] as const)("a watcher is let go when its process gets %s", async (signal) => {
  const { server, application } = await openDoor({ limits: { keepaliveMs: 100, keepaliveTimeoutMs: 100 } });
  application.onWatch = async function* (_input, context) {
    yield change({ kind: "heartbeat", sequence: 1 });
    await new Promise((resolve) => context.signal.addEventListener("abort", () => resolve(undefined), { once: true }));
  };
  // A stopped process answers no pings: to us it is a machine without power, or a cut cable.
  const client = spawn(process.execPath, [fileURLToPath(new URL("./watching-process.ts", import.meta.url)), server.address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(client.stdout, "data");
    expect(server.openStreams).toBe(1);
    client.kill(signal);
    await waitFor("the stream to end", () => server.openStreams === 0);
  } finally {
    client.kill("SIGKILL");
    if (client.exitCode === null && client.signalCode === null) await once(client, "exit");
  }
});
