// GetModel over gRPC, as the old demo client called it. The only file of this side that touches the gRPC library.

import { Client, credentials, Metadata, status, type ServiceDefinition, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { AppError, type ErrorCode } from "../../shared/contract/errors.ts";
import { DaemonGone } from "./daemon-client.ts";

/** Names of the wire. */
export interface GrpcRequest {
  readonly model_name: string;
  readonly symbol: string;
  readonly group_key: string;
  readonly version: string;
  readonly xgboost_version: string;
}

/** 64-bit integers are texts here and numbers of any size in `GrpcAnswer`. */
interface RawAnswer {
  readonly ok: boolean;
  readonly message: string;
  readonly payload: {
    readonly model_json: string;
    readonly metadata: Readonly<Record<string, unknown>> | null;
    readonly dim_factors: readonly unknown[];
  } | null;
}

export interface GrpcAnswer {
  readonly ok: boolean;
  readonly message: string;
  readonly payload: { readonly model_json: string; readonly metadata: GrpcMetadata; readonly dim_factors: readonly unknown[] } | undefined;
}

/** ModelMetadata with every field of the proto; whole numbers keep all digits. */
export type GrpcMetadata = Readonly<Record<string, unknown>> & { readonly sha256: string };

export interface GrpcCall {
  readonly host: string;
  readonly port: number;
  readonly protoFile: string;
  readonly request: GrpcRequest;
  readonly signal: AbortSignal;
  /** Milliseconds until the answer must be there (default 30 s). */
  readonly timeoutMs?: number;
}

const SERVICE = "modelmanager.v1.ModelService";
const METHOD = "GetModel";
const WIDE_FIELDS = ["train_window_start_ts", "train_window_end_ts", "train_samples", "activation"];

/** Status codes that mean more than "failed". */
const CODES: Readonly<Partial<Record<number, ErrorCode>>> = {
  [status.UNAUTHENTICATED]: "unauthenticated",
  [status.PERMISSION_DENIED]: "forbidden",
  [status.DEADLINE_EXCEEDED]: "timeout",
  [status.CANCELLED]: "cancelled",
  [status.INVALID_ARGUMENT]: "invalid_input",
  [status.UNIMPLEMENTED]: "unavailable",
};

function toRefusal(error: ServiceError, address: string): Error {
  if (error.code === status.UNAVAILABLE) {
    return new DaemonGone(`nothing answers by gRPC at ${address} (${error.details}); is the daemon running, and on that port?`, {
      kind: "absent",
      cause: error,
    });
  }
  return new AppError(CODES[error.code] ?? "internal", `gRPC ${status[error.code] ?? error.code}: ${error.details}`, { cause: error });
}

/** A 64-bit integer, read as text, as the number that loses no digit. */
function exactNumber(text: unknown): unknown {
  if (typeof text !== "string" || !/^-?\d+$/.test(text)) return text;
  const value = BigInt(text);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

function toMetadata(raw: Readonly<Record<string, unknown>> | null): GrpcMetadata {
  const fields = Object.entries(raw ?? {}).map(([name, value]) => [name, WIDE_FIELDS.includes(name) ? exactNumber(value) : value] as const);
  const sha256 = raw?.["sha256"];
  return { ...Object.fromEntries(fields), sha256: typeof sha256 === "string" ? sha256 : "" };
}

/** Reads the wire from the proto file that the daemon uses. */
function loadMethod(protoFile: string) {
  const definition = loadSync(protoFile, { keepCase: true, longs: String, enums: String, defaults: true })[SERVICE];
  const method = definition !== undefined && METHOD in definition ? (definition as ServiceDefinition)[METHOD] : undefined;
  if (method === undefined) throw new Error(`${protoFile} defines no ${SERVICE}/${METHOD}`);
  return method;
}

/**
 * Calls GetModel without TLS. Rejects with DaemonGone when nobody answers, and with AppError for a gRPC status other than OK; `ok=false` is an
 * answer.
 */
export async function getModelByGrpc(call: GrpcCall): Promise<GrpcAnswer> {
  const method = loadMethod(call.protoFile);
  const address = call.host.includes(":") && !call.host.startsWith("[") ? `[${call.host}]:${call.port}` : `${call.host}:${call.port}`;
  // Models may be larger than the library's 4 MiB.
  const client = new Client(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const request = client.makeUnaryRequest(
    method.path,
    (value: GrpcRequest): Buffer => method.requestSerialize(value),
    // Trusted to have the fields of the proto file: the library has just decoded it by that.
    (bytes): RawAnswer => method.responseDeserialize(bytes) as RawAnswer,
    call.request,
    new Metadata(),
    { deadline: Date.now() + (call.timeoutMs ?? 30_000) },
    (error, answer) => {
      if (error !== null) reject(toRefusal(error, address));
      else if (answer === undefined) reject(new AppError("internal", "the daemon sent an empty answer"));
      else resolve(answer);
    },
  );
  const cancel = (): void => request.cancel();
  call.signal.addEventListener("abort", cancel, { once: true });
  try {
    const { ok, message, payload } = await promise;
    return { ok, message, payload: payload === null ? undefined : { ...payload, metadata: toMetadata(payload.metadata) } };
  } finally {
    call.signal.removeEventListener("abort", cancel);
    client.close();
  }
}
