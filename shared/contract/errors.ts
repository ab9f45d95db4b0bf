// Refusals: the closed list of codes, the error that carries one, and its form on our own wires.

/** Every way in which a request can be refused. Each door maps all of them in one table. */
export const ERROR_CODES = [
  "invalid_input",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "wrong_state",
  "gate_refused",
  "overloaded",
  "unavailable",
  "cancelled",
  "timeout",
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal as it travels. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A refusal: its message is meant for the person or program that asked, so it never holds a stack, a secret or a server path. */
export class AppError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
  }

  /** An AppError as it is; anything else as `internal`, with the true cause kept for the log and out of the message. */
  static from(error: unknown): AppError {
    if (error instanceof AppError) return error;
    return new AppError("internal", "internal error; the daemon's log has the details", { cause: error });
  }

  /** The form that goes over a wire. */
  toWire(): WireError {
    return { code: this.code, message: this.message };
  }
}

/** True for a text that is one of the codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(text);
}
