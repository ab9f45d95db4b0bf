// The Unix socket door: listens, finds out who connects, keeps everybody within limits, and lets go of it all at the end.

import type { Socket } from "node:net";
import { AppError } from "../../../shared/contract/errors.ts";
import type { ServerFrame } from "../../../shared/contract/frames.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import type { Application } from "../../app/doors.ts";
import type { Log, Principal } from "../../app/ports.ts";
import { createConnection, type Connection } from "./connection.ts";
import { DEFAULT_IPC_LIMITS, type IpcLimits } from "./limits.ts";
import { createFrameCarrier, type FrameCarrier } from "./node-ipc.ts";
import { openPeerReader, type ReadPeer } from "./peer-credentials.ts";
import { isAdmin, principalOf, type PeerRules } from "./peer-rights.ts";
import { listenOnSocketFile } from "./socket-file.ts";
import { createUserDatabase } from "./user-database.ts";

/** What the door needs. */
export interface IpcServerOptions {
  /** Absolute, at most 107 bytes. */
  readonly socketPath: string;
  readonly application: Application;
  readonly log: Log;
  /** Name or number of the group whose members may do everything. */
  readonly adminGroup?: string | undefined;
  /** Version of the daemon program. */
  readonly version: string;
  readonly limits?: Partial<IpcLimits>;
  /** How peers are known; the kernel is asked by default. */
  readonly peers?: ReturnType<typeof openPeerReader>;
}

/** The listening door. */
export interface IpcServer extends AsyncDisposable {
  readonly path: string;
}

/** Everybody may connect where the kernel says who it is; elsewhere the file system lets in the daemon's own user only. */
const OPEN_MODE = 0o666;
const OWNER_MODE = 0o600;

/**
 * Listens on the socket. Throws an AppError that says what to do when the path cannot be had: another daemon answers there, it is no socket,
 * it is too long, or the folder is not ours to write.
 */
export async function openIpcServer(options: IpcServerOptions): Promise<IpcServer> {
  const { socketPath, log } = options;
  const peers = options.peers ?? openPeerReader();
  const identify = createIdentify(peers, options);
  const lobby = createLobby(options, identify);
  if ("reason" in peers) log.warn({ reason: peers.reason }, "the socket is open to the daemon's own user only");
  const file = await listenOnSocketFile(socketPath, "read" in peers ? OPEN_MODE : OWNER_MODE, lobby.enter);
  // Beyond the connections with a message there is a bound without one.
  file.server.maxConnections = 2 * (options.limits?.connections ?? DEFAULT_IPC_LIMITS.connections);
  file.server.on("error", (error) => log.error({ err: error }, "the socket cannot accept a connection"));
  log.info({ socket: socketPath, mode: "read" in peers ? "0666" : "0600" }, "the socket listens");
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await file.release();
    await lobby.close();
  };
  return { path: socketPath, [Symbol.asyncDispose]: () => (closing ??= close()) };
}

type Identify = (socket: Socket) => Promise<Principal>;

function createIdentify(peers: ReturnType<typeof openPeerReader>, { adminGroup, log }: IpcServerOptions): Identify {
  const users = createUserDatabase();
  const rules: PeerRules = { ownUid: process.getuid?.() ?? -1, adminGroup, users };
  if (adminGroup !== undefined) void warnOfUnknownGroup(adminGroup, rules, log);
  // Without the kernel's word the socket's permissions have let in the daemon's own user (and root) only.
  const read: ReadPeer = "read" in peers ? peers.read : () => ({ uid: rules.ownUid, pid: 0, groups: new Set() });
  return (socket) => principalOf(read(socket), rules);
}

async function warnOfUnknownGroup(group: string, { users }: PeerRules, log: Log): Promise<void> {
  if (/^\d+$/.test(group) || (await users.groupId(group)) !== undefined) return;
  log.warn(
    { group },
    "MODEL_MANAGER_ADMIN_GROUP names a group that /etc/group does not have; its members read only (a number works for groups kept elsewhere)",
  );
}

/** All connections: those being identified and those that are. */
function createLobby(options: IpcServerOptions, identify: Identify) {
  const { application, log, version } = options;
  const limits: IpcLimits = { ...DEFAULT_IPC_LIMITS, ...options.limits };
  const sockets = new Set<Socket>();
  const connections = new Map<Socket, Connection>();
  let closed = false;
  const carrier = createFrameCarrier(
    {
      frame: (socket, text) => connections.get(socket)?.receive(text),
      fault(socket, reason) {
        const connection = socket === undefined ? undefined : connections.get(socket);
        if (connection !== undefined) connection.fault(reason);
        else log.info({ reason }, "a client on the socket broke the protocol and is cut");
      },
    },
    limits,
  );

  const admit = async (socket: Socket): Promise<void> => {
    const principal = await identify(socket);
    if (socket.destroyed || closed) return void socket.destroy();
    const room = limits.connections - (isAdmin(principal) ? 0 : limits.reservedForAdmins);
    if (sockets.size > room)
      return turnAway(socket, carrier, `the daemon has ${room} connections on its socket, as many as it allows; close one`);
    const write = (text: string): void => carrier.send(socket, text);
    connections.set(socket, createConnection({ socket, principal, application, log, limits, version, write }));
    carrier.add(socket);
  };

  return {
    enter(socket: Socket): void {
      sockets.add(socket);
      // A reset is the end of the connection, which `close` tells of.
      socket.on("error", (error) => log.debug({ err: error }, "a connection on the socket broke"));
      socket.once("close", () => {
        sockets.delete(socket);
        connections.delete(socket);
      });
      admit(socket).catch((error: unknown) => {
        log.error({ err: error }, "a client on the socket could not be admitted");
        socket.destroy();
      });
    },
    /** Ends all requests, lets their last frames leave, closes all connections. */
    async close(): Promise<void> {
      closed = true;
      const reason = new AppError("unavailable", "the daemon is stopping");
      const ended = Promise.all([...connections.values()].map((connection) => connection.abort(reason)));
      await atMost(ended, limits.closeMs);
      const gone = Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
      for (const socket of sockets) socket.destroySoon();
      await atMost(gone, limits.closeMs);
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Tells why and closes. The peer need not read it. */
function turnAway(socket: Socket, carrier: FrameCarrier, message: string): void {
  const frame: ServerFrame = { t: "refused", error: { code: "overloaded", message } };
  socket.end(carrier.encode(stringifyExact(frame)));
  socket.resume();
  socket.destroySoon();
}

/** Waits for the promise, but not longer than that. */
async function atMost(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
