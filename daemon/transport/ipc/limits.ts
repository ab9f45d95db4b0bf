// How much one client of the Unix socket may take.

/** All numbers are hard limits; each has its reason. */
export interface IpcLimits {
  /** Open connections of everybody. */
  readonly connections: number;
  /** Of these, kept free for admins: readers cannot lock the operator out. */
  readonly reservedForAdmins: number;
  /** Time for a first `hello`, in milliseconds. */
  readonly handshakeMs: number;
  /** Requests of one connection that run at the same time, streams included. */
  readonly requests: number;
  /** Answers that wait in memory for one reader, in bytes; beyond it nothing more is made until it has read. */
  readonly pendingBytes: number;
  /** A reader that takes nothing for this long is cut, in milliseconds. */
  readonly drainMs: number;
  /** Longest frame of a client, in characters. Reading JSON takes about 60 ms for 1 MB, and a task of the main thread 20 ms at most. */
  readonly frameChars: number;
  /** Pieces in which one frame may drip in: each piece makes node-ipc look through the whole frame again. */
  readonly frameChunks: number;
  /** Time for one frame to arrive whole, in milliseconds. */
  readonly frameMs: number;
  /** What running requests get to end when the daemon stops, in milliseconds. */
  readonly closeMs: number;
}

export const DEFAULT_IPC_LIMITS: IpcLimits = {
  connections: 64,
  reservedForAdmins: 8,
  handshakeMs: 5_000,
  requests: 32,
  pendingBytes: 1024 * 1024,
  drainMs: 30_000,
  frameChars: 256 * 1024,
  frameChunks: 256,
  frameMs: 10_000,
  closeMs: 1_000,
};
