// The Unix socket door: listens, finds out who connects, keeps everybody within limits, and lets go of it all at the end.

import type { Application } from "../../app/doors.ts";
import type { Log } from "../../app/ports.ts";
import { DEFAULT_IPC_LIMITS, type IpcLimits } from "./limits.ts";
import { createLobby, type Identify } from "./lobby.ts";
import { openPeerReader, type ReadPeer } from "./peer-credentials.ts";
import { principalOf, type PeerRules } from "./peer-rights.ts";
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
/** Somebody who connects all the time shall not make us look at /etc/passwd all the time. */
const USERS_RECHECK_MS = 1000;

/**
 * Listens on the socket. Throws an AppError that says what to do when the path cannot be had: another daemon answers there, it is no socket,
 * it is too long, or the folder is not ours to write.
 */
export async function openIpcServer(options: IpcServerOptions): Promise<IpcServer> {
  const { socketPath, log } = options;
  const peers = options.peers ?? openPeerReader();
  const limits: IpcLimits = { ...DEFAULT_IPC_LIMITS, ...options.limits };
  const lobby = createLobby({ ...options, limits }, createIdentify(peers, options));
  if ("reason" in peers) log.warn({ reason: peers.reason }, "the socket is open to the daemon's own user only");
  const file = await listenOnSocketFile(socketPath, "read" in peers ? OPEN_MODE : OWNER_MODE, lobby.enter);
  file.server.maxConnections = limits.connections + limits.turnedAway;
  file.server.on("drop", () => log.warn({}, "a connection on the socket was dropped without a word: there are too many"));
  file.server.on("error", (error) => log.error({ err: error }, "the socket cannot accept a connection"));
  log.info({ socket: socketPath, mode: "read" in peers ? "0666" : "0600" }, "the socket listens");
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await file.release();
    await lobby.close();
  };
  return { path: socketPath, [Symbol.asyncDispose]: () => (closing ??= close()) };
}

function createIdentify(peers: ReturnType<typeof openPeerReader>, { adminGroup, log }: IpcServerOptions): Identify {
  const users = createUserDatabase("/etc", USERS_RECHECK_MS);
  const rules: PeerRules = { ownUid: process.getuid?.() ?? -1, adminGroup, users };
  if (adminGroup !== undefined) void warnOfUnknownGroup(adminGroup, rules, log);
  // Without the kernel's word the socket's permissions have let in the daemon's own user (and root) only.
  const read: ReadPeer = "read" in peers ? peers.read : () => ({ uid: rules.ownUid, pid: 0, groups: new Set() });
  return (socket) => {
    const peer = read(socket);
    return { uid: peer?.uid ?? -1, principal: () => principalOf(peer, rules) };
  };
}

async function warnOfUnknownGroup(group: string, { users }: PeerRules, log: Log): Promise<void> {
  if (/^\d+$/.test(group) || (await users.groupId(group)) !== undefined) return;
  log.warn(
    { group },
    "MODEL_MANAGER_ADMIN_GROUP names a group that /etc/group does not have; its members read only (a number works for groups kept elsewhere)",
  );
}
