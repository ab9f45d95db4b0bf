// Everybody who is connected to the Unix socket: who may come in, who is turned away and why, and how all of them are let go.

import type { Socket } from "node:net";
import { AppError } from "../../../shared/contract/errors.ts";
import type { ServerFrame } from "../../../shared/contract/frames.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import type { Application } from "../../app/doors.ts";
import type { Log, Principal } from "../../app/ports.ts";
import { createConnection, type Connection } from "./connection.ts";
import type { IpcLimits } from "./limits.ts";
import { createFrameCarrier, type FrameCarrier } from "./node-ipc.ts";
import { createPace, type Pace } from "./pace.ts";
import { isAdmin } from "./peer-rights.ts";
import { createTurns } from "./turns.ts";

/** Who a peer is: its user at once, its name and rights when somebody wants to know. */
export type Identify = (socket: Socket) => { readonly uid: number; readonly principal: () => Promise<Principal> };

/** What the lobby needs. */
export interface LobbySurroundings {
  readonly application: Application;
  readonly log: Log;
  readonly version: string;
  readonly limits: IpcLimits;
}

/** All connections. */
export interface Lobby {
  /** Takes an accepted socket: it becomes a connection, or is told why not. */
  readonly enter: (socket: Socket) => void;
  /** Ends all requests, lets their last frames leave, closes all connections. */
  close(): Promise<void>;
}

/** One user: how many connections it has, and the pace of all of them. */
interface User {
  connections: number;
  readonly pace: Pace;
}

/** An empty lobby. */
export function createLobby(surroundings: LobbySurroundings, identify: Identify): Lobby {
  const { limits, log } = surroundings;
  const sockets = new Set<Socket>();
  const connections = new Map<Socket, Connection>();
  const users = createUsers(limits);
  const turns = createTurns();
  const carrier = createCarrier(connections, surroundings);
  const exit = createExit(surroundings, carrier);
  let closed = false;

  const admit = async (socket: Socket): Promise<void> => {
    const { uid, principal: look } = identify(socket);
    const user = users.enter(socket, uid);
    if (user === undefined) return exit.turnAway(socket, uid, `${limits.connectionsPerUser} connections of this user on its socket`);
    const principal = await look();
    if (socket.destroyed || closed) return void socket.destroy();
    const room = limits.connections - (isAdmin(principal) ? 0 : limits.reservedForAdmins);
    if (sockets.size - exit.leaving > room) return exit.turnAway(socket, uid, `${room} connections on its socket`);
    const pace = isAdmin(principal) ? undefined : user.pace;
    const connection = createConnection({
      ...surroundings,
      socket,
      principal,
      onGreeted: () => carrier.widen(socket),
      write: (text) => carrier.send(socket, text),
      lane: (handle) => turns.lane({ handle: survive(handle, socket, log), flow: (isOpen) => carrier.flow(socket, isOpen), pace }),
    });
    connections.set(socket, connection);
    carrier.add(socket);
  };

  return {
    enter(socket) {
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
    close() {
      closed = true;
      return closeAll(sockets, connections, limits.closeMs);
    },
  };
}

/** Who has how many connections. */
function createUsers(limits: IpcLimits) {
  // Kept when their connections are gone, lest coming back buys a new burst; a machine has so many users.
  const users = new Map<number, User>();
  return {
    /** Counts the connection until it closes. Undefined when its user has too many. */
    enter(socket: Socket, uid: number): User | undefined {
      const user = users.get(uid) ?? createUser(limits);
      users.set(uid, user);
      if (user.connections >= limits.connectionsPerUser) return undefined;
      user.connections += 1;
      socket.once("close", () => (user.connections -= 1));
      return user;
    },
  };
}

/** The way out of those for whom there is no place. */
function createExit({ limits, log }: LobbySurroundings, carrier: FrameCarrier) {
  const leaving = new Set<Socket>();
  return {
    /** How many were told and have not gone yet. */
    get leaving() {
      return leaving.size;
    },
    turnAway(socket: Socket, uid: number, many: string): void {
      leaving.add(socket);
      log.info({ uid }, "a client on the socket was turned away: too many connections");
      const message = `the daemon has ${many}, as many as it allows; close one`;
      const frame: ServerFrame = { t: "refused", error: { code: "overloaded", message } };
      socket.end(carrier.encode(stringifyExact(frame)));
      // Closing at once would take the reason away from a peer that is still sending its hello: it gets a while to read and leave.
      socket.resume();
      const patience = setTimeout(() => socket.destroy(), limits.closeMs);
      socket.once("close", () => {
        leaving.delete(socket);
        clearTimeout(patience);
      });
    },
  };
}

async function closeAll(sockets: ReadonlySet<Socket>, connections: ReadonlyMap<Socket, Connection>, closeMs: number): Promise<void> {
  const reason = new AppError("unavailable", "the daemon is stopping");
  const ended = Promise.all([...connections.values()].map((connection) => connection.abort(reason)));
  await atMost(ended, closeMs);
  const gone = Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  for (const socket of sockets) socket.destroySoon();
  await atMost(gone, closeMs);
  for (const socket of sockets) socket.destroy();
}

function createUser({ readerMessagesPerSecond, readerBurst }: IpcLimits): User {
  return { connections: 0, pace: createPace(readerMessagesPerSecond, readerBurst, () => performance.now()) };
}

function createCarrier(connections: ReadonlyMap<Socket, Connection>, { limits, log }: LobbySurroundings) {
  return createFrameCarrier(
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
}

/** A bug in reading one client's message ends that client's connection, never the daemon. */
function survive(handle: (text: string) => void, socket: Socket, log: Log): (text: string) => void {
  return (text) => {
    try {
      handle(text);
    } catch (error) {
      log.error({ err: error }, "a message on the socket could not be handled; its connection is cut");
      socket.destroy();
    }
  };
}

/** Waits for the promise, but not longer than that. */
async function atMost(promise: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
