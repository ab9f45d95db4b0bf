// A gRPC client for tests, made from the proto file by proto-loader.

import {
  credentials,
  loadPackageDefinition,
  Metadata,
  type ChannelOptions,
  type ClientReadableStream,
  type ServiceError,
  Client,
  type ServiceClientConstructor,
  type GrpcObject,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

const PROTO = fileURLToPath(new URL("../../proto/modelmanager/v1/model_manager.proto", import.meta.url));

/** The fields of answers that tests look at; 64-bit numbers are text. */
export interface Payload {
  readonly model_json: string;
  readonly metadata: {
    readonly model_name: string;
    readonly symbol: string;
    readonly group_key: string;
    readonly return_name: string;
    readonly feature_dim: number;
    readonly train_samples: string;
    readonly train_window_start_ts: string;
    readonly version: string;
    readonly sha256: string;
    readonly activation: string;
    readonly status: string;
    readonly model_json_path: string;
    readonly source_root_path: string;
    readonly scanned_at: string;
    readonly train_end_date: string;
    readonly rendered_for: string;
  };
  readonly dim_factors: readonly {
    readonly dim: number;
    readonly factor_name: string;
    readonly kendall_tau: number;
    readonly has_tau: boolean;
  }[];
}
export interface GetModelReply {
  readonly ok: boolean;
  readonly message: string;
  readonly payload: Payload | null;
  readonly not_modified: boolean;
}
export interface Change {
  readonly sequence: string;
  readonly kind: string;
  readonly model_name: string;
  readonly symbol: string;
  readonly group_key: string;
  readonly version: string;
  readonly previous_version: string;
  readonly sha256: string;
  readonly reason: string;
  /** RFC 3339 with microseconds. */
  readonly occurred_at: string;
  readonly payload: Payload | null;
}
export interface SymbolRow {
  readonly symbol: string;
  readonly group_key: string;
  readonly grpc_ready: boolean;
  readonly version: string;
  readonly degraded: string;
}

/** An open client; close it. */
export interface ModelClient {
  /** `waitForReady`: the call waits for a server that is not there instead of failing. */
  getModel(request: object, options?: { readonly waitForReady: boolean }): Promise<GetModelReply>;
  listSymbols(modelName: string): Promise<{ readonly ok: boolean; readonly message: string; readonly symbols: readonly SymbolRow[] }>;
  reportLoaded(request: object): Promise<{ readonly current: boolean; readonly live_version: string }>;
  watch(request: object): ClientReadableStream<Change>;
  bytes(request: object): ClientReadableStream<{ readonly data: Buffer; readonly total_bytes: string }>;
  close(): void;
}

/** A client of the daemon at `host:port`, with options of the gRPC library beside ours. */
export function openModelClient(address: string, options: ChannelOptions = {}): ModelClient {
  const definition = loadSync(PROTO, { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });
  const service = serviceOf(loadPackageDefinition(definition));
  const client = new service(address, credentials.createInsecure(), { "grpc.max_receive_message_length": -1, ...options });
  const methods = service.service;
  const unary = <T>(name: string, request: object, { waitForReady } = { waitForReady: false }): Promise<T> => {
    const method = methodOf(methods, name);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest<object, T>(
        method.path,
        method.requestSerialize,
        (bytes) => method.responseDeserialize(bytes) as T,
        request,
        new Metadata({ waitForReady }),
        (error: ServiceError | null, reply?: T) => {
          if (error !== null) reject(error);
          else if (reply === undefined) reject(new Error("no reply"));
          else resolve(reply);
        },
      );
    });
  };
  const streamed = <T>(name: string, request: object): ClientReadableStream<T> => {
    const method = methodOf(methods, name);
    return client.makeServerStreamRequest<object, T>(
      method.path,
      method.requestSerialize,
      (bytes) => method.responseDeserialize(bytes) as T,
      request,
    );
  };
  return {
    getModel: (request, waiting) => unary("GetModel", request, waiting),
    listSymbols: (modelName) => unary("ListSymbols", { model_name: modelName }),
    reportLoaded: (request) => unary("ReportLoaded", request),
    watch: (request) => streamed("WatchModels", request),
    bytes: (request) => streamed("GetModelBytes", request),
    close: () => client.close(),
  };
}

function serviceOf(root: GrpcObject): ServiceClientConstructor {
  const found = [root["modelmanager"]].map((a) => (a as GrpcObject)["v1"]).map((b) => (b as GrpcObject)["ModelService"])[0];
  if (typeof found !== "function" || !(found.prototype instanceof Client)) throw new Error("the proto has no ModelService");
  return found;
}

function methodOf(methods: ServiceClientConstructor["service"], name: string): ServiceClientConstructor["service"][string] {
  const method = methods[name];
  if (method === undefined) throw new Error(`no rpc ${name}`);
  return method;
}

/** Collects what a watch delivers. */
export class WatchLog {
  readonly changes: Change[] = [];
  readonly #waiting = new Set<() => void>();
  ended: ServiceError | "end" | undefined;
  readonly stream: ClientReadableStream<Change>;

  constructor(stream: ClientReadableStream<Change>) {
    this.stream = stream;
    stream.on("data", (change: Change) => {
      this.changes.push(change);
      for (const wake of [...this.#waiting]) wake();
    });
    const end = (why: ServiceError | "end") => {
      this.ended ??= why;
      for (const wake of [...this.#waiting]) wake();
    };
    stream.on("error", (error: ServiceError) => end(error));
    stream.on("end", () => end("end"));
  }

  /** The first change, from the position on, that fits; waits for it. */
  async next(what: string, fits: (change: Change) => boolean, from = 0, timeoutMs = 20_000): Promise<Change> {
    const deadline = Date.now() + timeoutMs;
    for (let at = from; ;) {
      for (; at < this.changes.length; at++) {
        const change = this.changes[at];
        if (change !== undefined && fits(change)) return change;
      }
      if (Date.now() > deadline)
        throw new Error(
          `no change came: ${what}; got ${this.changes
            .slice(from)
            .map((c) => `${c.kind} ${c.group_key} ${c.version} ${c.reason}`)
            .join(" | ")}`,
        );
      if (this.ended !== undefined) throw new Error(`the watch ended while waiting for ${what}: ${String(this.ended)}`);
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, Math.max(1, deadline - Date.now()));
        this.#waiting.add(wake);
      });
    }
  }

  stop(): void {
    this.stream.cancel();
  }
}
