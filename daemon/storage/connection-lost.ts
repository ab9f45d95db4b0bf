// The error that says that a connection to a database is gone.

/** The connection is gone, or could not be had. What was under way may or may not have been done. */
export class ConnectionLost extends Error {
  /** The system's code, such as `ECONNREFUSED`, or the server's SQLSTATE; empty when there is none. */
  readonly code: string;
  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(reason, options);
    this.name = "ConnectionLost";
    const cause = options?.cause;
    this.code = cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
  }
}
