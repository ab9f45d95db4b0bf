// Refusals as gRPC status codes: one table, and the form in which a status may travel.

import type { AppError, ErrorCode } from "../../../shared/contract/errors.ts";
import { status } from "./grpc-js.ts";

/** What an rpc ends with. */
export interface RpcStatus {
  readonly code: number;
  readonly details: string;
}

const CODE: Readonly<Record<ErrorCode, number>> = {
  invalid_input: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  conflict: status.ABORTED,
  wrong_state: status.FAILED_PRECONDITION,
  gate_refused: status.FAILED_PRECONDITION,
  overloaded: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  cancelled: status.CANCELLED,
  timeout: status.DEADLINE_EXCEEDED,
  internal: status.INTERNAL,
};

/** Status details travel as a percent-encoded header, and clients close the stream when their headers exceed 8 KiB. */
const LONGEST_DETAILS = 800;

/** The status for a refusal. */
export function statusOf(error: AppError): RpcStatus {
  return { code: CODE[error.code], details: headerText(error.message) };
}

/** How every stream ends when the daemon stops: clients reconnect. */
export const STOPPING: RpcStatus = { code: status.UNAVAILABLE, details: "the daemon is stopping" };

/** The gRPC library throws, outside of any call, on a text that is no valid Unicode. */
function headerText(text: string): string {
  const short = text.length > LONGEST_DETAILS ? `${text.slice(0, LONGEST_DETAILS)}…` : text;
  return short.toWellFormed();
}
