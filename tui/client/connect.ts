// Finding the daemon: the socket paths in turn, the handshake, and a clear word on what went wrong.

import { PROTOCOL_VERSION } from "../../shared/contract/protocol.ts";
import type { ServerFrame } from "../../shared/contract/frames.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { AppError, type ErrorCode } from "../../shared/contract/errors.ts";
import { createConnection, type Connection } from "./connection.ts";
import { DaemonGone, type DaemonClient } from "./daemon-client.ts";
import { openFrameSocket, type FrameSocket } from "./node-ipc.ts";
import { parseServerFrame } from "./read-frame.ts";
import { fromWire } from "./requests.ts";

export interface ConnectOptions {
  /** Tried in this order; the first daemon that answers is taken. */
  readonly socketPaths: readonly string[];
  /** Who we are, as the daemon lists its peers. */
  readonly clientName: string;
  /** For each path, milliseconds until the daemon's welcome must be there (default 3000). */
  readonly timeoutMs?: number;
}

/** One path that gave no connection. After "silent" the other paths are not asked: somebody listens there. */
interface Failure {
  readonly path: string;
  readonly what: string;
  readonly kind: "absent" | "denied" | "silent";
}

const BY_ERRNO: Readonly<Record<string, Pick<Failure, "kind" | "what">>> = {
  ENOENT: { kind: "absent", what: "no socket" },
  ENOTDIR: { kind: "absent", what: "no socket" },
  ECONNREFUSED: { kind: "absent", what: "a socket that no daemon listens on" },
  ENOTSOCK: { kind: "absent", what: "not a socket" },
  EACCES: { kind: "denied", what: "permission denied" },
  EPERM: { kind: "denied", what: "permission denied" },
};

function failureOf(path: string, cause: Error | undefined): Failure {
  const code = cause !== undefined && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const known = BY_ERRNO[code];
  if (known !== undefined) return { path, ...known };
  return { path, kind: "silent", what: cause === undefined ? "the connection was closed before the daemon's welcome" : cause.message };
}

const START = "start one with `model-managerd`, `npm start` (in a checkout) or `systemctl start model-managerd`";

/** The error of a vain search. */
function explain(failures: readonly Failure[]): DaemonGone {
  const list = failures.map(({ path, what }) => `  ${path}: ${what}`).join("\n");
  const silent = failures.find(({ kind }) => kind === "silent");
  if (silent !== undefined) {
    const text = `something listens at ${silent.path} but does not answer as a model-manager daemon: ${silent.what}`;
    return new DaemonGone(`${text}; see its log, or name another socket with --socket`, { kind: "refused" });
  }
  const denied = failures.find(({ kind }) => kind === "denied");
  if (denied === undefined) return new DaemonGone(`no daemon answers; ${START}. Tried:\n${list}`, { kind: "absent" });
  const text = `permission denied at ${denied.path}; ask for access to its directory (or run as the daemon's user), or name another socket with --socket`;
  return new DaemonGone(`${text}. Tried:\n${list}`, { kind: "denied" });
}

function versionFault(theirs: number): string {
  const older =
    theirs < PROTOCOL_VERSION ? "the daemon is older: restart it with the installed version" : "this program is older: update it";
  return `protocol ${theirs} there, ${PROTOCOL_VERSION} here; ${older}`;
}

/** Tries one path. Resolves to a client or to the reason why there is none; rejects with AppError when a daemon refuses. */
function tryPath(path: string, clientName: string, timeoutMs: number): Promise<DaemonClient | Failure> {
  const { promise, resolve, reject } = Promise.withResolvers<DaemonClient | Failure>();
  let connection: Connection | undefined;
  const giveUp = (settle: () => void): void => {
    clearTimeout(timer);
    settle();
    socket.close();
  };
  const give = (failure: Failure): void => giveUp(() => resolve(failure));
  const refuse = (code: ErrorCode, why: string): void =>
    giveUp(() => reject(new AppError(code, `the daemon at ${path} refused the connection: ${why}`)));
  const greet = (frame: ServerFrame | undefined): void => {
    if (frame?.t === "refused") return refuse(fromWire(frame.error).code, frame.error.message);
    if (frame?.t !== "welcome") return give({ path, kind: "silent", what: "its first message is no welcome" });
    if (frame.protocol !== PROTOCOL_VERSION) return refuse("wrong_state", versionFault(frame.protocol));
    clearTimeout(timer);
    const { daemon, pid, principal, scopes } = frame;
    connection = createConnection(socket, { daemon, pid, principal, scopes, socketPath: path });
    resolve(connection.client);
  };
  const socket: FrameSocket = openFrameSocket(path, {
    opened: () => socket.send(stringifyExact({ t: "hello", protocol: PROTOCOL_VERSION, client: clientName })),
    received: (text) => (connection === undefined ? greet(parseServerFrame(text)) : connection.received(text)),
    ended: (cause) => (connection === undefined ? give(failureOf(path, cause)) : connection.ended(cause)),
  });
  const timer = setTimeout(() => give({ path, kind: "silent", what: `no welcome within ${timeoutMs} ms` }), timeoutMs);
  return promise;
}

/**
 * Connects to the first daemon that answers. Rejects with DaemonGone, whose message lists what was tried and what to do (a path without rights
 * is passed over and named), and with AppError when a daemon refuses: another protocol version, too many connections.
 */
export async function connectDaemon(options: ConnectOptions): Promise<DaemonClient> {
  const { socketPaths, clientName, timeoutMs = 3000 } = options;
  const failures: Failure[] = [];
  for (const path of socketPaths) {
    const result = await tryPath(path, clientName, timeoutMs);
    if (!("kind" in result)) return result;
    failures.push(result);
    if (result.kind === "silent") break;
  }
  throw explain(failures);
}
