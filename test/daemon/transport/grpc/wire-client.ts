// A client for the door's tests: messages go through a protobuf library's own reading of a proto file, not through our encoders.

import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import protobuf from "protobufjs";

/** A decoded message, with 64-bit numbers as decimal text and enums by name. */
export type Decoded = Readonly<Record<string, unknown>>;

/** A stream that is being read. */
export interface WireStream {
  /** Messages in order; throws the status when the server ended with one. */
  readonly messages: AsyncIterable<Decoded>;
  readonly headers: Promise<void>;
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Calls rpcs of one service over one connection. */
export interface WireClient {
  unary(rpc: string, request: object): Promise<Decoded>;
  stream(rpc: string, request: object): WireStream;
  close(): void;
}

/** A status other than OK. */
export function isStatus(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}

/** Reads a proto text. */
export function parseProto(text: string): protobuf.Root {
  return protobuf.parse(text, { keepCase: true }).root;
}

/** A client that knows `service` as `root` describes it. */
export function createWireClient(address: string, root: protobuf.Root, service: string): WireClient {
  const client = new Client(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.use_local_subchannel_pool": 1,
  });
  const form = { longs: String, enums: String, defaults: false, bytes: Buffer } as const;
  const methodOf = (rpc: string) => {
    const method = root.lookupService(service).methods[rpc];
    if (method === undefined) throw new Error(`no rpc ${rpc}`);
    const request = root.lookupType(qualified(service, method.requestType));
    const response = root.lookupType(qualified(service, method.responseType));
    return {
      path: `/${service}/${rpc}`,
      encode: (value: object) => Buffer.from(request.encode(request.fromObject(value)).finish()),
      decode: (bytes: Buffer): Decoded => response.toObject(response.decode(bytes), form),
    };
  };
  return {
    unary(rpc, request) {
      const { path, encode, decode } = methodOf(rpc);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, encode, decode, request, (error, value) =>
          error !== null || value === undefined ? reject(error ?? new Error("no answer")) : resolve(value),
        );
      });
    },
    stream(rpc, request) {
      const { path, encode, decode } = methodOf(rpc);
      const call = client.makeServerStreamRequest(path, encode, decode, request);
      // Errors reach the reader of `messages`; this keeps a cancelled, unread stream from ending the process.
      call.on("error", () => undefined);
      return {
        messages: call,
        headers: new Promise((resolve) => call.once("metadata", () => resolve())),
        pause: () => void call.pause(),
        resume: () => void call.resume(),
        cancel: () => call.cancel(),
      };
    },
    close: () => client.close(),
  };
}

function qualified(service: string, type: string): string {
  return type.includes(".") ? type : `${service.slice(0, service.lastIndexOf("."))}.${type}`;
}

/** All messages of a stream until it ends. */
export async function collect(stream: WireStream): Promise<Decoded[]> {
  const all: Decoded[] = [];
  for await (const message of stream.messages) all.push(message);
  return all;
}

/** The status that a call ends with. */
export async function statusOf(work: Promise<unknown>): Promise<{ readonly code: number; readonly details: string }> {
  try {
    await work;
  } catch (error) {
    if (isStatus(error)) return { code: error.code, details: error.details };
    throw error;
  }
  return { code: 0, details: "" };
}
