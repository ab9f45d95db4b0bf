// What the application may ask about the process that it runs in.

import type { CheckView, LogLineView } from "../../shared/contract/service-operations.ts";

/** The newest lines of the log, kept in memory within a bound of bytes. */
export interface RecentLog {
  /** Sequence number of the newest line; 0 without one. */
  readonly newest: number;
  /** Oldest first, at most `limit`, with sequence > after, as far as they are still kept. */
  after(sequence: number, limit: number): readonly LogLineView[];
  /** Calls the listener after each new line until it is disposed. */
  onLine(listener: () => void): Disposable;
}

/** The daemon's own process. */
export interface OwnProcess {
  readonly log: RecentLog;
  /** Looks at limits, libraries, the state directory. Never rejects: what cannot be looked at is a finding, too. */
  examine(): Promise<readonly CheckView[]>;
}
