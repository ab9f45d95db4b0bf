// Clients that are gone without saying so, and clients that come and go all the time: what the gRPC door keeps of them is nothing.

import { once } from "node:events";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { RequestContext } from "../../../../daemon/app/doors.ts";
import { openFrozenNetwork } from "../../../support/frozen-network.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { useDoor, type TestDoor } from "./door.ts";
import { change } from "./fake-application.ts";
import { PROTO, SERVICE } from "./proto.ts";
import { createWireClient } from "./wire-client.ts";

const openDoor = useDoor();
const quick = { keepaliveMs: 100, keepaliveTimeoutMs: 100 };

/** A watch that says one thing and then waits for its end. */
async function* waiting(_input: unknown, { signal }: RequestContext) {
  yield change({ kind: "heartbeat", sequence: 1 });
  await new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined), { once: true }));
}

function watchersOf({ application }: TestDoor): number {
  return application.seen.filter((one) => one.watching && !one.left).length;
}

describe("a network that fails silently", () => {
  test("ends the watchers behind it, and its connections; those who come another way stay", async () => {
    const door = await openDoor({ limits: quick });
    door.application.onWatch = waiting;
    await using network = await openFrozenNetwork(door.server.address);
    const far = createWireClient(network.address, PROTO, SERVICE);
    const streams = [far, far, door.client].map((client) => client.stream("WatchModels", {}));
    for (const stream of streams) await stream.messages[Symbol.asyncIterator]().next();
    expect([door.server.openStreams, network.open]).toEqual([3, 1]);
    network.freeze();
    await waitFor("the far watchers' end", () => door.server.openStreams === 1 && network.open === 0);
    expect(watchersOf(door)).toBe(1);
    far.close();
    // The near one was asked as often, and has answered.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(door.server.openStreams).toBe(1);
  });

  test("ends a connection on which nothing was asked", async () => {
    const { server } = await openDoor({ limits: quick });
    await using network = await openFrozenNetwork(server.address);
    const far = createWireClient(network.address, PROTO, SERVICE);
    await far.unary("GetModel", {}).catch(() => undefined);
    expect(network.open).toBe(1);
    network.freeze();
    await waitFor("the connection's end", () => network.open === 0);
    far.close();
  });
});

test("a connection that never says what it wants is cut", async () => {
  const { server } = await openDoor({ limits: quick });
  const [host, port] = server.address.split(":");
  const socket = connect(Number(port), host);
  socket.resume().on("error", () => undefined);
  await waitFor("the cut", () => socket.destroyed);
});

describe("streams that are opened and cancelled again and again", () => {
  test("leave nothing, before their first message and after it", async () => {
    const door = await openDoor();
    door.application.onWatch = waiting;
    for (let round = 0; round < 150; round += 1) {
      // A grpc-js client that cancels before the headers have come may keep that to itself.
      const [early, late] = [door.client.stream("WatchModels", {}), door.client.stream("WatchModels", {})];
      await early.headers;
      early.cancel();
      await late.messages[Symbol.asyncIterator]().next();
      late.cancel();
    }
    await waitFor("the end of all", () => door.server.openStreams === 0 && watchersOf(door) === 0);
    expect(door.application.seen).toHaveLength(300);
    expect(door.log.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);
  });

  test("leave nothing when the cancellation comes in one breath with the request", async () => {
    const door = await openDoor();
    door.application.onWatch = waiting;
    const session = connectHttp2(`http://${door.server.address}`);
    try {
      await once(session, "remoteSettings");
      for (let round = 0; round < 300; round += 1) {
        const request = session.request({
          ":method": "POST",
          ":path": `/${SERVICE}/WatchModels`,
          "content-type": "application/grpc",
          te: "trailers",
        });
        request.on("error", () => undefined).resume();
        // An empty request: not compressed, no bytes.
        request.end(Buffer.alloc(5));
        request.close(constants.NGHTTP2_CANCEL);
      }
      await waitFor("all to have come", () => door.application.seen.length === 300);
      await waitFor("the end of all", () => door.server.openStreams === 0 && watchersOf(door) === 0);
    } finally {
      session.destroy();
    }
  });
});
