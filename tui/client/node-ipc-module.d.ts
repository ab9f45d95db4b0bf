// The part of node-ipc 14.0.0 that a client needs; the package brings no types.

declare module "node-ipc" {
  import type { Socket } from "node:net";

  export interface IpcConfig {
    silent: boolean;
    parser: "fast" | "guarded" | "assured" | "raw";
    /** Bytes of one message, both ways (guarded parser). */
    maxMessageSize: number;
    /** Milliseconds that an incomplete message may stand; 0 = for ever. */
    messageTimeout: number;
    maxRetries: number;
    stopRetrying: boolean;
  }

  export interface IpcClient {
    readonly socket: Socket | false;
    on(event: string, listener: (data: unknown) => void): unknown;
    emit(event: string, data: unknown): boolean;
  }

  export interface IpcInstance {
    readonly config: IpcConfig;
    readonly of: Record<string, IpcClient | undefined>;
    connectTo(id: string, path: string, ready: () => void): void;
    disconnect(id: string): void;
  }

  /** The process-wide instance, of which only its class is used; the daemon's side declares the named export. */
  const singleton: { readonly IPC: new () => IpcInstance };
  export default singleton;
}
