// What the daemon uses of node-ipc 14.0.0, which brings no types of its own. Read off its services/IPC.js, dao/socketServer.js
// and entities/EventParser.js.

declare module "node-ipc" {
  import type { Socket } from "node:net";

  /** The settings of one instance that we change (entities/Defaults.js). */
  export interface DaemonIpcConfig {
    silent: boolean;
    logger: (text: string) => void;
    /** A GuardedParser, or what does the same. */
    parser: { decodeMessage(text: string): unknown };
  }

  /** Takes accepted sockets; `start` would listen by itself and is never called. */
  export interface DaemonIpcServer {
    addSocket(socket: Socket): void;
    /** Frames and writes one message; closes the socket instead when too much is pending. Throws when the message is too long. */
    emit(socket: Socket, type: string, data: unknown): unknown;
    encode(type: string, data: unknown): string;
    clearMessageTimer(socket: Socket): void;
    /** `*` hears everything and gets the type first; wire types can never be those of local events. */
    on(type: "*", handler: (type: string, ...values: readonly unknown[]) => void): unknown;
  }

  export class IPCModule {
    config: DaemonIpcConfig;
    server: DaemonIpcServer | false;
    /** Makes `server`; opens nothing. */
    serve(path: string): void;
  }
}

declare module "node-ipc/parsers" {
  /** All of these must be given. */
  export interface GuardedParserConfig {
    delimiter: string;
    maxMessageSize: number;
    maxPendingBytes: number;
    maxEventNameLength: number;
    messageTimeout: number;
    allowReservedEvents: boolean;
  }

  export class GuardedParser {
    constructor(config: GuardedParserConfig);
    /** The message between two delimiters. Throws IPCProtocolError. */
    decodeMessage(text: string): unknown;
  }

  export class IPCProtocolError extends Error {
    constructor(code: string, message: string);
  }
}
