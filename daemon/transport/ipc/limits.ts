// How much one client of the Unix socket may take.

/** All numbers are hard limits; each has its reason. */
export interface IpcLimits {
  /** Open connections of everybody. */
  readonly connections: number;
  /** Of these, kept free for admins: readers cannot lock the operator out. */
  readonly reservedForAdmins: number;
  /** Open connections of one user, admins included: no single user's programs take all places. */
  readonly connectionsPerUser: number;
  /** Connections beyond these that are told so and may stay to read it; more are dropped. */
  readonly turnedAway: number;
  /** Time for a first `hello`, in milliseconds. */
  readonly handshakeMs: number;
  /** A connection that asks nothing and for which nothing runs is closed after this long, in milliseconds. */
  readonly idleMs: number;
  /** Requests of one connection that run at the same time, streams included. */
  readonly requests: number;
  /** Messages a second from all connections of a user who may only read; who sends more waits. Admins only take turns with the others. */
  readonly readerMessagesPerSecond: number;
  /** Messages that such a user may send at once, before that pace holds. */
  readonly readerBurst: number;
  /** Answers that wait in memory for one reader, in bytes; beyond it nothing more is made or read until it has read. */
  readonly pendingBytes: number;
  /** A reader that has not taken what waits for it after this long is cut, in milliseconds. */
  readonly drainMs: number;
  /** Longest message of a client, in characters: room for the largest request, a watch of 10,000 symbols. */
  readonly frameChars: number;
  /** Longest message before the greeting, in characters: room for the first `hello` of a client with a long name. */
  readonly helloChars: number;
  /** Pieces in which one message may drip in: each piece makes node-ipc look through the whole message again. */
  readonly frameChunks: number;
  /** Time for one message to arrive whole, in milliseconds. */
  readonly frameMs: number;
  /** What a client gets to read why it is cut, and running requests to end when the daemon stops, in milliseconds. */
  readonly closeMs: number;
}

export const DEFAULT_IPC_LIMITS: IpcLimits = {
  connections: 128,
  reservedForAdmins: 16,
  connectionsPerUser: 64,
  turnedAway: 1024,
  handshakeMs: 5_000,
  idleMs: 600_000,
  requests: 32,
  readerMessagesPerSecond: 200,
  readerBurst: 400,
  pendingBytes: 256 * 1024,
  drainMs: 30_000,
  frameChars: 256 * 1024,
  helloChars: 4096,
  frameChunks: 256,
  frameMs: 10_000,
  closeMs: 1_000,
};
