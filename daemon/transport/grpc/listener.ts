// The listening socket of the gRPC door: our own, so that a busy port is a clear error, the bound address is known, and no connection outlives the stop.

import { createServer, type Socket } from "node:net";
import { AppError } from "../../../shared/contract/errors.ts";

/** A bound port. Disposing it cuts every connection that is still open. */
export interface Listener extends AsyncDisposable {
  /** `host:port` or `[host]:port`, as actually bound. */
  readonly address: string;
  /** Takes no more connections; those that are open go on. */
  stopAccepting(): void;
  /** Waits until the last connection has closed; false when it had not within `graceMs`. */
  drained(graceMs: number): Promise<boolean>;
}

/** One strategy process holds one connection; beyond this many, new ones are dropped. */
const MOST_CONNECTIONS = 4096;

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "another program (perhaps another daemon) is using it; stop that one, or choose another port with MODEL_MANAGER_GRPC_PORT (0 picks a free one)",
  EADDRNOTAVAIL: "this machine has no such address; correct MODEL_MANAGER_GRPC_HOST",
  EACCES: "the daemon's user may not use this port; choose one above 1023 with MODEL_MANAGER_GRPC_PORT",
  ENOTFOUND: "the host name is not known; correct MODEL_MANAGER_GRPC_HOST",
};

/**
 * Binds and hands each connection to `accept`; `failed` hears of connections that could not be taken later (too many open files).
 * A `descriptor` is a socket that listens already and stays open when we stop: host and port are not looked at then.
 * Rejects with an AppError that names the address, the reason and the variable to change.
 */
export async function openListener(
  host: string,
  port: number,
  accept: (socket: Socket) => void,
  failed: (error: Error) => void,
  descriptor?: number,
): Promise<Listener> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    accept(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(refusal(host, port, error)));
    // exclusive: never shared with another process, whatever starts this one.
    server.listen(descriptor === undefined ? { host, port, exclusive: true } : { fd: descriptor }, resolve);
  });
  server.removeAllListeners("error").on("error", failed);
  // A net.Server closes when it accepts no more and its last connection is gone.
  const closed = new Promise<void>((resolve) => server.once("close", () => resolve()));
  const stopAccepting = () => {
    if (server.listening) server.close();
  };
  return {
    address: boundAddress(server.address()),
    stopAccepting,
    drained: (graceMs) =>
      new Promise((resolve) => {
        const deadline = setTimeout(() => resolve(false), graceMs);
        void closed.then(() => {
          clearTimeout(deadline);
          resolve(true);
        });
      }),
    async [Symbol.asyncDispose]() {
      stopAccepting();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function boundAddress(address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  if (address === null || typeof address === "string") throw new Error("a TCP listener has no address");
  return hostAndPort(address.address, address.port);
}

function hostAndPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function refusal(host: string, port: number, error: NodeJS.ErrnoException): AppError {
  const code = error.code ?? "unknown error";
  const why = WHY[code] ?? `${code}; check MODEL_MANAGER_GRPC_HOST and MODEL_MANAGER_GRPC_PORT`;
  return new AppError("unavailable", `gRPC cannot listen on ${hostAndPort(host, port)}: ${why}`, { cause: error });
}
