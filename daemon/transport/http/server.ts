// The HTTP door as far as it goes today: is the daemon alive, and is it ready to serve.

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { AppError } from "../../../shared/contract/errors.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import type { Log } from "../../app/ports.ts";

/** How the daemon is. */
export interface Health {
  /** False when only a restart can help. */
  readonly live: boolean;
  /** Every door is open and every source has been looked at. */
  readonly ready: boolean;
  /** Facts and reasons, shown to everybody: no paths, no secrets. */
  readonly detail: object;
}

/** What the door needs. */
export interface HealthServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly health: () => Health;
  /** Is told when `health` itself fails. */
  readonly log?: Log;
}

/** The listening door. */
export interface HealthServer extends AsyncDisposable {
  /** `host:port` with the port that was given. */
  readonly address: string;
}

/** A request of a health check is a line and a few headers; whoever needs longer is in the way. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const IDLE_MS = 5_000;
const CONNECTIONS = 256;

// Not imported: as a module, node:http shows all that it has, and so loads Node's whole HTTP client, a tenth of the daemon's start.
const { createServer } = process.getBuiltinModule("node:http");

/** Listens. Throws an AppError that names MODEL_MANAGER_HTTP_PORT or _HTTP_HOST when the address cannot be had. */
export async function openHealthServer({ host, port, health, log }: HealthServerOptions): Promise<HealthServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: 8192,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => answer(request, response, health, log),
  );
  server.maxConnections = CONNECTIONS;
  server.on("clientError", (_error, socket) => {
    if (!socket.writable) return void socket.destroy();
    socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", () => socket.destroy());
  });
  await listen(server, host, port);
  return {
    address: addressOf(server),
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const routes: { readonly [path: string]: (health: Health) => Answer } = {
  "/healthz": ({ live }) => ({ status: live ? 200 : 503, body: { status: live ? "ok" : "failed" } }),
  "/readyz": ({ ready, detail }) => ({ status: ready ? 200 : 503, body: { status: ready ? "ready" : "not ready", ...detail } }),
};

function answer(request: IncomingMessage, response: ServerResponse, health: () => Health, log: Log | undefined): void {
  const { status, body } = decideSafely(request, health, log);
  const text = `${stringifyExact(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : text);
  // A body is of no use to us; reading it away lets the connection be used again.
  request.resume();
}

/** A health check that fails by a bug is a failed check, not the end of the daemon. */
function decideSafely(request: IncomingMessage, health: () => Health, log: Log | undefined): Answer {
  try {
    return decide(request, health);
  } catch (error) {
    log?.error({ err: error }, "a health check failed by a bug");
    return { status: 500, body: { detail: "internal error; the daemon's log has the details" } };
  }
}

function decide(request: IncomingMessage, health: () => Health): Answer {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return { status: 404, body: { detail: "not found; this port answers /healthz and /readyz" } };
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, body: { detail: "only GET and HEAD are answered here" } };
  return route(health());
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new AppError("unavailable", `cannot listen for HTTP on ${host}:${port}: ${reasonOf(error)}`, { cause: error });
  }
}

const reasons: { readonly [code: string]: string } = {
  EADDRINUSE: "the port is in use; set MODEL_MANAGER_HTTP_PORT to another one (0 picks a free one)",
  EACCES: "this user may not use the port; set MODEL_MANAGER_HTTP_PORT to one above 1023",
  EADDRNOTAVAIL: "no network interface has this address; set MODEL_MANAGER_HTTP_HOST to one of this machine, such as 127.0.0.1",
  ENOTFOUND: "the name has no address; set MODEL_MANAGER_HTTP_HOST to one of this machine, such as 127.0.0.1",
};

function reasonOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const known = typeof code === "string" ? reasons[code] : undefined;
  return known ?? (error instanceof Error ? error.message : String(error));
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  return address.family === "IPv6" ? `[${address.address}]:${address.port}` : `${address.address}:${address.port}`;
}
