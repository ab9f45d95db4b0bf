// What a door gets from the application: one way to call, one to stream, and GetModel answered from memory.

import type { CallName, CallInput, Input, OperationName, Output, StreamName } from "../../shared/contract/operations.ts";
import type { ErrorCode } from "../../shared/contract/errors.ts";
import type { DimFactor } from "../../shared/domain/description.ts";
import type { ModelMetadata } from "../../shared/contract/views.ts";
import type { Principal } from "./ports.ts";

/** A request's surroundings. */
export interface RequestContext {
  readonly principal: Principal;
  /** Aborts when the caller went away or the daemon stops. */
  readonly signal: AbortSignal;
}

export type Handlers = { readonly [N in CallName]: (input: Input<N>, context: RequestContext) => Promise<Output<N>> } & {
  readonly [N in StreamName]: (input: Input<N>, context: RequestContext) => AsyncIterable<Output<N>>;
};

/** GetModel's answer; the payload bytes are made only when asked for. */
export type ModelAnswer =
  /** `code` for doors that answer with one; not_found without it. */
  | { readonly outcome: "refused"; readonly message: string; readonly code?: ErrorCode }
  | { readonly outcome: "not_modified"; readonly sha256: string }
  | {
      readonly outcome: "found";
      /** The payload if it is in memory. */
      atHand(): Buffer | undefined;
      /** Encoded `ModelPayload` message. */
      payload(): Promise<Buffer>;
      parts(): Promise<{ readonly metadata: ModelMetadata; readonly dimFactors: readonly DimFactor[]; readonly document: Buffer }>;
    };

/** A change of what is live, as WatchModels sends it; `payload` is there when it was asked for and something is live. */
export type LiveChange = Output<"live.watch"> & { readonly payload?: () => Promise<Buffer> };

/** The application as its doors see it. Every refusal is an AppError; bugs come out as code `internal`, already logged. */
export interface Application {
  /** Checks scope and input, runs the handler. `name` and `input` may come straight from a wire. */
  call(name: string, input: unknown, context: RequestContext): Promise<unknown>;
  stream(name: string, input: unknown, context: RequestContext): AsyncIterable<unknown>;
  /** Typed forms for doors that know what they ask. */
  invoke<N extends CallName>(name: N, input: CallInput<N>, context: RequestContext): Promise<Output<N>>;
  /** GetModel and GetModelBytes: same checks, pre-encoded answer. Never rejects for a model that cannot be had. */
  model(input: CallInput<"model.get">, context: RequestContext): Promise<ModelAnswer>;
  /** The encoded payload when the same plain question was answered since the last commit and its bytes are in memory: the short way of GetModel. */
  modelAtHand(input: CallInput<"model.get">, context: RequestContext): Buffer | undefined;
  /** WatchModels with payloads at hand. Ends when the signal aborts. */
  watchLive(input: CallInput<"live.watch">, context: RequestContext): AsyncIterable<LiveChange>;
  /** Notes that a client is there (GetModel, an open watch), for `client.list`. Returns a function that notes its leaving. */
  clientSeen(clientId: string, peer: string, watching: boolean): () => void;
}

export type { OperationName };
