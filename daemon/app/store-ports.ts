// How a store is that may be away: one whose database lives in another process, perhaps on another machine.

/** The condition of such a store. */
export interface StoreAvailability {
  /** Why nothing can be written now, for a person; empty = all is well. Names no user and no password. */
  readonly fault: string;
  /** Resolves when changes can be written. Rejects with the store's fault at once when that needs a person, else after `waitMs`. */
  writable(waitMs: number): Promise<void>;
  /** Calls the listener after each change of `fault`. */
  onChange(listener: () => void): void;
}

/**
 * What the error of a commit carries while nobody knows whether it was done: the connection ended in the very moment. Resolves with true when
 * it turns out to be done, with false when not; nothing else is written before that.
 */
export interface UnsettledCommit {
  readonly settled: Promise<boolean>;
}
