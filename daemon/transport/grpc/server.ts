// The gRPC door: opens the port, serves our rpcs with health and reflection, and stops in order.

import type { Socket } from "node:net";
import type { Clock } from "../../../shared/lib/clock.ts";
import type { Application } from "../../app/doors.ts";
import type { Log } from "../../app/ports.ts";
import { sendFramed } from "./framed-answers.ts";
import { ReflectionService, Server, ServerCredentials, type ServerOptions } from "./grpc-js.ts";
import { addHealthService } from "./health.ts";
import { openListener } from "./listener.ts";
import { createMessages, loadDefinitions } from "./messages.ts";
import { addModelService } from "./model-service.ts";
import { createOpenCalls } from "./open-calls.ts";

/** Bounds of the door; times in milliseconds. */
export interface GrpcLimits {
  /** A connection that was silent for this long is asked whether it is alive … */
  readonly keepaliveMs: number;
  /** … and cut when it does not answer in this time, so that half-open watchers go. */
  readonly keepaliveTimeoutMs: number;
  /** Largest request. Answers have no limit. */
  readonly maxRequestBytes: number;
  /** Calls at once on one connection. */
  readonly maxCallsPerConnection: number;
  /** How long a stop waits for calls that are being answered. */
  readonly stopGraceMs: number;
}

/** What the daemon runs with. */
export const GRPC_LIMITS: GrpcLimits = {
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 10_000,
  maxRequestBytes: 4 * 1024 * 1024,
  maxCallsPerConnection: 1000,
  stopGraceMs: 1000,
};

export interface GrpcServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** A socket that listens already (systemd's): used instead of host and port. */
  readonly descriptor?: number | undefined;
  readonly application: Application;
  readonly clock: Clock;
  readonly log: Log;
  /** Path of model_manager.proto. */
  readonly protoPath: string;
  readonly limits?: Partial<GrpcLimits>;
}

/** The open door. Disposing it stops accepting, ends streams with UNAVAILABLE, lets other calls finish within the grace time, and cuts the rest. */
export interface GrpcServer extends AsyncDisposable {
  /** `host:port` as actually bound. */
  readonly address: string;
  /** What the health service says; NOT_SERVING until told otherwise. */
  setServing(serving: boolean): void;
  /** Calls that are being answered now. */
  readonly openStreams: number;
}

/** Opens the door. Rejects with an AppError when the port cannot be had, and with an Error when the proto file cannot be used. */
export async function openGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const limits = { ...GRPC_LIMITS, ...options.limits };
  const { definitions, reflected } = await loadDefinitions(options.protoPath);
  const calls = createOpenCalls();
  const server = new Server(serverOptions(limits));
  addModelService(server, definitions, {
    application: options.application,
    messages: createMessages(definitions),
    calls,
    log: options.log,
  });
  const health = addHealthService(server, calls);
  new ReflectionService(reflected).addToServer(server);

  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const notTaken = (error: Error) => options.log.warn({ err: error }, "a gRPC connection could not be taken");
  const accept = (socket: Socket) => connections.injectConnection(socket);
  const listener = await openListener(options.host, options.port, accept, notTaken, options.descriptor);
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    const started = options.clock.monotonicMs();
    health.setServing(false);
    listener.stopAccepting();
    calls.stop();
    // Tells clients to go elsewhere once their calls are answered. Its own callback comes too early on this Node: connections are what counts.
    server.tryShutdown(() => undefined);
    const inTime = await listener.drained(limits.stopGraceMs);
    await listener[Symbol.asyncDispose]();
    server.forceShutdown();
    options.log.info({ address: listener.address, ms: Math.round(options.clock.monotonicMs() - started), cut: !inTime }, "gRPC stopped");
  }

  options.log.info({ address: listener.address }, "gRPC listening");
  return {
    address: listener.address,
    setServing: (serving) => health.setServing(serving),
    get openStreams() {
      return calls.count;
    },
    [Symbol.asyncDispose]: () => (stopped ??= stop()),
  };
}

function serverOptions(limits: GrpcLimits): ServerOptions {
  return {
    "grpc.max_receive_message_length": limits.maxRequestBytes,
    "grpc.max_send_message_length": -1,
    "grpc.max_concurrent_streams": limits.maxCallsPerConnection,
    "grpc.keepalive_time_ms": limits.keepaliveMs,
    "grpc.keepalive_timeout_ms": limits.keepaliveTimeoutMs,
    // Nobody reads these statistics, and gathering them takes a few percent of a small call.
    "grpc.enable_channelz": 0,
    interceptors: [sendFramed],
  };
}
