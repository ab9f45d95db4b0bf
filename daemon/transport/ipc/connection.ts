// One client of the Unix socket: greets it, takes its frames, and ends the connection at the first one that makes no sense.

import type { Socket } from "node:net";
import { AppError, type ErrorCode } from "../../../shared/contract/errors.ts";
import { PROTOCOL_VERSION, type ClientFrame, type ServerFrame } from "../../../shared/contract/frames.ts";
import type { Application } from "../../app/doors.ts";
import type { Log, Principal } from "../../app/ports.ts";
import type { IpcLimits } from "./limits.ts";
import { createOutbox } from "./outbox.ts";
import { parseFrame } from "./parse-frame.ts";
import { createRequests } from "./requests.ts";

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

/** Takes over an identified peer. The greeting's deadline is the caller's business until `receive` is first called. */
export function createConnection(surroundings: ConnectionSurroundings): Connection {
  const { socket, principal, application, log, limits, write } = surroundings;
  let greeted = false;
  let over = false;
  const outbox = createOutbox(socket, write, limits, () => {
    log.info({ principal: principal.name, seconds: limits.drainMs / 1000 }, "a client on the socket does not read its answers and is cut");
    socket.destroy();
  });
  const requests = createRequests({ application, principal, outbox, log, most: limits.requests });

  const refuse = (code: ErrorCode, message: string): void => {
    over = true;
    outbox.post({ t: "refused", error: { code, message } });
    socket.destroySoon();
  };
  const fault = (reason: string): void => {
    if (over) return;
    log.info({ principal: principal.name, reason }, "a client on the socket broke the protocol and is cut");
    refuse("invalid_input", `malformed message: ${reason}`);
  };
  const greet = (frame: ClientFrame): void => {
    if (frame.t !== "hello") return fault("the first frame must be hello");
    if (frame.protocol !== PROTOCOL_VERSION) return refuse("wrong_state", mismatch(frame.protocol, surroundings.version));
    greeted = true;
    outbox.post(welcome(principal, surroundings.version));
    log.debug({ principal: principal.name, client: frame.client }, "a client on the socket was greeted");
  };
  const take = (frame: ClientFrame): void => {
    if (frame.t === "hello") fault("hello came twice");
    else if (frame.t === "cancel") requests.cancel(frame.id);
    else if (!requests.start(frame.id, frame.op, frame.input)) fault("the id of a running request came again");
  };

  const deadline = setTimeout(() => {
    if (!greeted) fault(`no hello within ${limits.handshakeMs} ms`);
  }, limits.handshakeMs);
  socket.once("close", () => {
    over = true;
    clearTimeout(deadline);
    void requests.abortAll(new AppError("cancelled", "the client went away"));
  });

  return {
    principal,
    receive(text) {
      // node-ipc hands on the rest of a chunk after a fault in its middle.
      if (over) return;
      const frame = parseFrame(text);
      if (frame === undefined) fault("not a frame of this protocol");
      else if (greeted) take(frame);
      else greet(frame);
    },
    fault,
    abort: (reason) => requests.abortAll(reason),
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
