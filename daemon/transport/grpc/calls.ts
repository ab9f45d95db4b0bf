// How rpcs run: a handler's answer, refusal or bug becomes a message or a status, and nothing a handler does can end the process.

import { AppError } from "../../../shared/contract/errors.ts";
import type { Application, RequestContext } from "../../app/doors.ts";
import type { Log } from "../../app/ports.ts";
import { contextOf, peerOf } from "./caller.ts";
import { type handleServerStreamingCall, type handleUnaryCall, Metadata } from "./grpc-js.ts";
import type { Messages } from "./messages.ts";
import type { OpenCalls } from "./open-calls.ts";
import { createSender } from "./stream-sender.ts";
import { STOPPING, type RpcStatus, statusOf } from "./status.ts";

/** What every rpc is answered from. */
export interface Door {
  readonly application: Application;
  readonly messages: Messages;
  readonly calls: OpenCalls;
  readonly log: Log;
}

/** One call: who asks, and until when. */
export interface Caller {
  readonly peer: string;
  readonly context: RequestContext;
}

/** Answers with one encoded message, at once when it is at hand; refusals are thrown. */
export type UnaryWork<Request> = (request: Request, caller: Caller, door: Door) => Promise<Buffer> | Buffer;
/** Sends encoded messages, each after the last was taken; refusals are thrown. */
export type StreamWork<Request> = (request: Request, caller: Caller, send: (message: Buffer) => Promise<void>, door: Door) => Promise<void>;

/** A unary rpc. Its signal aborts only when the daemon stops: what is answered from memory is done before a caller can leave. */
export function serveUnary<Request>(door: Door, work: UnaryWork<Request>): handleUnaryCall<Request, Buffer> {
  return (call, callback) => {
    const peer = peerOf(call);
    const answer = startWork(() => work(call.request, { peer, context: contextOf(peer, door.calls.stopSignal) }, door));
    if (Buffer.isBuffer(answer)) {
      callback(null, answer);
      return;
    }
    answer
      .then(
        (message) => callback(null, message),
        (error: unknown) => callback(endOf(door, error)),
      )
      .catch((error: unknown) => door.log.error({ err: error, peer }, "an answer could not be sent"));
  };
}

/** What throws at once fails like what throws later. */
function startWork(work: () => Promise<Buffer> | Buffer): Promise<Buffer> | Buffer {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * A server-streaming rpc. With `headersFirst` the client sees at once that its stream is open, also when nothing happens for a while (some
 * client libraries wait for headers); without, a refusal comes alone.
 */
export function serveStream<Request>(
  door: Door,
  work: StreamWork<Request>,
  options: { readonly headersFirst: boolean },
): handleServerStreamingCall<Request, Buffer> {
  return (call) => {
    const peer = peerOf(call);
    const run = async () => {
      using open = door.calls.begin(call);
      if (options.headersFirst) call.sendMetadata(new Metadata());
      try {
        await work(call.request, { peer, context: contextOf(peer, open.signal) }, createSender(call, open.signal), door);
        if (open.signal.aborted) throw open.signal.reason;
        call.end();
      } catch (error) {
        if (call.cancelled) return;
        call.emit("error", open.signal.aborted ? STOPPING : endOf(door, error));
      }
    };
    run().catch((error: unknown) => door.log.error({ err: error, peer }, "a stream could not be ended"));
  };
}

/** The status for what a handler threw. A bug is logged here, unless the application did: its text stays in the log. */
export function endOf(door: Door, error: unknown): RpcStatus {
  if (!(error instanceof AppError)) door.log.error({ err: error }, "an rpc failed");
  return statusOf(AppError.from(error));
}
