// Who calls, as far as a plain connection can tell: its address, and the name a client gives itself.

import type { RequestContext } from "../../app/doors.ts";

/** As the gRPC library gives it: `127.0.0.1:5000`, `::1:5000`, or `unknown` when the connection is gone. */
export interface Peered {
  getPeer(): string;
}

/** Everybody who reaches the port may read, as before; nothing else. */
const READ_ONLY: ReadonlySet<string> = new Set(["model:read"]);

const LONGEST_NAME = 200;

/** An IPv4 client of a listener on all addresses. */
const MAPPED = "::ffff:";

/** The peer's address, written `host:port` or `[host]:port`. */
export function peerOf(call: Peered): string {
  const text = call.getPeer();
  const colon = text.lastIndexOf(":");
  if (text.indexOf(":") === colon) return text;
  const host = text.slice(0, colon);
  const port = text.slice(colon);
  return host.startsWith(MAPPED) && host.includes(".") ? `${host.slice(MAPPED.length)}${port}` : `[${host}]${port}`;
}

/** Surroundings of a request from this peer. */
export function contextOf(peer: string, signal: AbortSignal): RequestContext {
  return { principal: { name: `grpc:${peer}`, door: "grpc", scopes: READ_ONLY }, signal };
}

/** How a client is listed: as it calls itself (cut at 200 characters), else by its address. */
export function clientName(clientId: string, peer: string): string {
  const own = clientId.trim().slice(0, LONGEST_NAME);
  return own === "" ? peer : own;
}
