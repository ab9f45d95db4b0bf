// An open door with a fake application behind it and a client before it, for one test.

import { afterEach } from "vitest";
import { type GrpcServer, type GrpcServerOptions, openGrpcServer } from "../../../../daemon/transport/grpc/server.ts";
import { createFakeApplication, createMemoryLog, type FakeApplication, type LogLine, realClock } from "./fake-application.ts";
import { PROTO, PROTO_PATH, SERVICE } from "./proto.ts";
import { createWireClient, type parseProto, type WireClient } from "./wire-client.ts";

export interface TestDoor {
  readonly application: FakeApplication;
  readonly server: GrpcServer;
  readonly client: WireClient;
  readonly log: readonly LogLine[];
  /** Another client on its own connection; closed with the test. */
  connect(proto?: ReturnType<typeof parseProto>, service?: string): WireClient;
}

/** Returns a function that opens a door on a free port; everything is closed after each test. */
export function useDoor(): (options?: Partial<GrpcServerOptions>) => Promise<TestDoor> {
  const closing: (() => PromiseLike<void> | void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  return async (options = {}) => {
    const application = createFakeApplication();
    const log = createMemoryLog();
    const server = await openGrpcServer({
      host: "127.0.0.1",
      port: 0,
      application,
      clock: realClock,
      log,
      protoPath: PROTO_PATH,
      ...options,
    });
    closing.push(() => server[Symbol.asyncDispose]());
    const connect: TestDoor["connect"] = (proto = PROTO, service = SERVICE) => {
      const client = createWireClient(server.address, proto, service);
      closing.push(() => client.close());
      return client;
    };
    return { application, server, client: connect(), log: log.lines, connect };
  };
}
