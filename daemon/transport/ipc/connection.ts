// One client of the Unix socket: greets it, takes its frames, and ends the connection at the first one that makes no sense.

import type { Socket } from "node:net";
import { AppError, type ErrorCode } from "../../../shared/contract/errors.ts";
import { PROTOCOL_VERSION, type ClientFrame, type ServerFrame } from "../../../shared/contract/frames.ts";
import type { Application } from "../../app/doors.ts";
import type { Log, Principal } from "../../app/ports.ts";
import type { IpcLimits } from "./limits.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { parseFrame } from "./parse-frame.ts";
import { createRequests } from "./requests.ts";
import type { Lane, LaneOptions } from "./turns.ts";

/** What a connection needs; `write` takes the text of one frame. */
export interface ConnectionSurroundings {
  readonly socket: Socket;
  readonly principal: Principal;
  readonly application: Application;
  readonly log: Log;
  readonly limits: IpcLimits;
  /** Version of the daemon program, for the greeting. */
  readonly version: string;
  readonly write: (text: string) => void;
  /** Called when the client was greeted. */
  readonly onGreeted: () => void;
  /** Makes the lane that brings the connection's messages in their turn. */
  readonly lane: (handle: LaneOptions["handle"]) => Lane;
}

/** One connection. */
export interface Connection {
  readonly principal: Principal;
  /** The text of a frame has arrived. */
  receive(text: string): void;
  /** The peer broke the protocol. */
  fault(reason: string): void;
  /** Ends all requests with this reason; resolves when they have ended. */
  abort(reason: AppError): Promise<void>;
}

/** Takes over an identified peer: it must greet in time, ask something now and then, and read what it gets. */
export function createConnection(surroundings: ConnectionSurroundings): Connection {
  const { socket, principal, application, log, limits, write } = surroundings;
  let greeted = false;
  const lane = surroundings.lane((text) => read(text));
  const onStuck = (): void => {
    log.info({ principal: principal.name, seconds: limits.drainMs / 1000 }, "a client on the socket does not read its answers and is cut");
    socket.destroy();
  };
  const outbox = createOutbox({ socket, write, limits, hold: lane.hold, release: lane.release, onStuck });
  const requests = createRequests({ application, principal, outbox, log, most: limits.requests });
  const end = createEnd(surroundings, outbox, lane);

  const greet = (frame: ClientFrame): void => {
    if (frame.t !== "hello") return end.fault("the first frame must be hello");
    if (frame.protocol !== PROTOCOL_VERSION) return end.refuse("wrong_state", mismatch(frame.protocol, surroundings.version));
    greeted = true;
    surroundings.onGreeted();
    outbox.post(welcome(principal, surroundings.version));
    log.debug({ principal: principal.name, client: frame.client }, "a client on the socket was greeted");
  };
  const take = (frame: ClientFrame): void => {
    if (frame.t === "hello") end.fault("hello came twice");
    else if (frame.t === "cancel") requests.cancel(frame.id);
    else if (!requests.start(frame.id, frame.op, frame.input)) end.fault("the id of a running request came again");
  };
  const read = (text: string): void => {
    idle.refresh();
    const frame = parseFrame(text);
    if (frame === undefined) end.fault("not a frame of this protocol");
    else if (greeted) take(frame);
    else greet(frame);
  };

  const deadline = setTimeout(() => {
    if (!greeted) end.fault(`no hello within ${limits.handshakeMs} ms`);
  }, limits.handshakeMs);
  const idle = setTimeout(() => {
    if (requests.count > 0) idle.refresh();
    else end.refuse("unavailable", `nothing was asked for ${limits.idleMs / 1000} s; connect again when there is something`);
  }, limits.idleMs);
  socket.once("close", () => {
    clearTimeout(deadline);
    clearTimeout(idle);
    if (requests.count > 0) void requests.abortAll(new AppError("cancelled", "the client went away"));
  });

  // node-ipc hands on the rest of a chunk after a fault in its middle: a closed lane takes none of it.
  return { principal, receive: lane.push, fault: end.fault, abort: (reason) => requests.abortAll(reason) };
}

/** How a connection ends before its client wants it: once, with a reason that the client may read. */
function createEnd({ socket, principal, log, limits }: ConnectionSurroundings, outbox: Outbox, lane: Lane) {
  let isOver = false;
  socket.once("close", () => {
    isOver = true;
    lane.close();
  });
  const refuse = (code: ErrorCode, message: string): void => {
    if (isOver) return;
    isOver = true;
    lane.close();
    outbox.post({ t: "refused", error: { code, message } });
    socket.destroySoon();
    // One that does not read the reason goes without.
    const patience = setTimeout(() => socket.destroy(), limits.closeMs);
    socket.once("close", () => clearTimeout(patience));
  };
  return {
    refuse,
    fault(reason: string): void {
      if (isOver) return;
      log.info({ principal: principal.name, reason }, "a client on the socket broke the protocol and is cut");
      refuse("invalid_input", `malformed message: ${reason}`);
    },
  };
}

function welcome({ name, scopes }: Principal, version: string): ServerFrame {
  return { t: "welcome", protocol: PROTOCOL_VERSION, daemon: version, principal: name, scopes: [...scopes], pid: process.pid };
}

function mismatch(theirs: number, version: string): string {
  const [older, advice] =
    theirs > PROTOCOL_VERSION
      ? ["daemon", "restart the daemon after its update"]
      : ["client", "use the client that came with the daemon, or reopen it"];
  return `the daemon (${version}) speaks protocol ${PROTOCOL_VERSION}, the client protocol ${theirs}: the ${older} is older; ${advice}`;
}
