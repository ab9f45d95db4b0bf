// How a command ends: one table from refusals to exit codes (DESIGN §8.3).

import { AppError, type ErrorCode } from "../../shared/contract/errors.ts";
import { DaemonGone } from "../client/daemon-client.ts";

/** What scripts may rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3, refused: 4, interrupted: 130 } as const;

const BY_CODE = {
  invalid_input: EXIT.failed,
  unauthenticated: EXIT.refused,
  forbidden: EXIT.refused,
  not_found: EXIT.failed,
  conflict: EXIT.failed,
  wrong_state: EXIT.refused,
  gate_refused: EXIT.refused,
  overloaded: EXIT.failed,
  unavailable: EXIT.failed,
  cancelled: EXIT.interrupted,
  timeout: EXIT.failed,
  internal: EXIT.failed,
} as const satisfies Record<ErrorCode, number>;

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** The exit code of whatever a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof DaemonGone) return EXIT.unreachable;
  if (error instanceof AppError) return BY_CODE[error.code];
  return EXIT.failed;
}
