// Requests and responses of the wire as values and bytes, by the definitions of the proto file.

import type { ModelMetadata } from "../../../shared/contract/views.ts";
import type { Output } from "../../../shared/contract/operations.ts";
import type { DimFactor } from "../../../shared/domain/description.ts";
import { FRAME_BYTES } from "./framed-answers.ts";
import { healthProtoPath, loadProto, type MessageTypeDefinition, type PackageDefinition } from "./grpc-js.ts";

export const SERVICE_NAME = "modelmanager.v1.ModelService";

export interface GetModelRequest {
  readonly model_name: string;
  readonly symbol: string;
  readonly group_key: string;
  readonly version: string;
  readonly xgboost_version: string;
  readonly known_sha256: string;
  readonly client_id: string;
}

export interface ListSymbolsRequest {
  readonly model_name: string;
}

export interface WatchModelsRequest {
  readonly model_name: string;
  readonly symbols: readonly string[];
  /** Decimal digits of a uint64. */
  readonly after_sequence: string;
  readonly include_payload: boolean;
  readonly xgboost_version: string;
  readonly client_id: string;
}

export interface ReportLoadedRequest {
  readonly client_id: string;
  readonly model_name: string;
  readonly group_key: string;
  readonly version: string;
  readonly sha256: string;
}

type GroupItem = Output<"group.list">["items"][number];
type Change = Output<"live.watch">;

const KIND: Readonly<Record<Change["kind"], string>> = {
  snapshot_begin: "KIND_SNAPSHOT_BEGIN",
  live: "KIND_LIVE",
  snapshot_end: "KIND_SNAPSHOT_END",
  withdrawn: "KIND_WITHDRAWN",
  degraded: "KIND_DEGRADED",
  recovered: "KIND_RECOVERED",
  heartbeat: "KIND_HEARTBEAT",
};

/** GetModelResponse up to its payload's length: ok = true, message = "ok", tag of payload (3). */
const FOUND_HEAD = Buffer.from([0x08, 0x01, 0x12, 0x02, 0x6f, 0x6b, 0x1a]);
/** Tag of ModelChange.payload (11) and of ModelChunk.data (4), both length-delimited. */
const CHANGE_PAYLOAD_TAG = Buffer.from([0x5a]);
const CHUNK_DATA_TAG = Buffer.from([0x22]);

/** The messages that the door sends, encoded. */
export type Messages = ReturnType<typeof createMessages>;

/** What the proto files define. `reflected` has the health service beside ours. */
export async function loadDefinitions(
  protoPath: string,
): Promise<{ readonly definitions: PackageDefinition; readonly reflected: PackageDefinition }> {
  const options = { keepCase: true, longs: String, enums: String, defaults: true } as const;
  const definitions = await loadProto(protoPath, options);
  const health = await loadProto(healthProtoPath, options);
  return { definitions, reflected: { ...definitions, ...health } };
}

/** Makes the encoders. Throws when the proto file lacks one of our messages. */
export function createMessages(definitions: PackageDefinition) {
  const getModelResponse = encoderOf(definitions, "GetModelResponse");
  const listSymbolsResponse = encoderOf(definitions, "ListSymbolsResponse");
  const modelChunk = encoderOf(definitions, "ModelChunk");
  const modelChange = encoderOf(definitions, "ModelChange");
  const reportLoadedResponse = encoderOf(definitions, "ReportLoadedResponse");
  return {
    modelFound,
    modelRefused: (message: string) => getModelResponse({ ok: false, message: message.toWellFormed() }),
    modelNotModified: () => getModelResponse({ ok: true, message: "ok", not_modified: true }),

    symbolsFound: () => listSymbolsResponse({ ok: true, message: "ok" }),
    symbolsRefused: (message: string) => listSymbolsResponse({ ok: false, message: message.toWellFormed() }),
    /** A part of the list; parts joined make one message, as the encoding's merge rule says. */
    symbolsPart: (groups: readonly GroupItem[]) => listSymbolsResponse({ symbols: groups.map(symbolEntry) }),

    chunkHead: (metadata: ModelMetadata, factors: readonly DimFactor[], totalBytes: number) =>
      modelChunk({ metadata: metadataFields(metadata), dim_factors: factors.map(factorFields), total_bytes: totalBytes }),
    chunkNotModified: (sha256: string) => modelChunk({ metadata: { sha256 } }),
    chunkData: (data: Buffer) => Buffer.concat([CHUNK_DATA_TAG, varint(data.length), data]),

    change: (change: Change, payload: Buffer | undefined) => {
      const head = modelChange(changeFields(change));
      return payload === undefined ? head : Buffer.concat([head, CHANGE_PAYLOAD_TAG, varint(payload.length), payload]);
    },
    loaded: (answer: Output<"client.report">) => reportLoadedResponse({ current: answer.current, live_version: answer.live_version }),
  };
}

/** Responses by payload: they live as long as the payload does. */
const responses = new WeakMap<Buffer, Buffer>();

/** A successful GetModelResponse around an encoded payload, made once per payload. */
export function modelFound(payload: Buffer): Buffer {
  let response = responses.get(payload);
  if (response === undefined) {
    response = responseAround(payload);
    responses.set(payload, response);
  }
  return response;
}

/** When the payload's memory is a whole framed response already (the serving room lays it out so), nothing is copied. */
function responseAround(payload: Buffer): Buffer {
  const head = Buffer.concat([FOUND_HEAD, varint(payload.length)]);
  const before = FRAME_BYTES + head.length;
  if (payload.byteOffset === before && payload.buffer.byteLength === before + payload.length) {
    const response = Buffer.from(payload.buffer, FRAME_BYTES);
    if (response.subarray(0, head.length).equals(head)) return response;
  }
  return Buffer.concat([head, payload]);
}

function encoderOf(definitions: PackageDefinition, message: string): (fields: object) => Buffer {
  const definition = definitions[`modelmanager.v1.${message}`];
  if (definition === undefined || !isMessage(definition)) throw new Error(`the proto file defines no message ${message}`);
  return (fields) => definition.serialize(withoutDefaults(fields));
}

/** proto3 leaves defaults out; the library would write each field that is there. Minus zero is no default. */
function withoutDefaults(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== "" && value !== false && (value !== 0 || Object.is(value, -0))),
  );
}

function isMessage(definition: PackageDefinition[string]): definition is MessageTypeDefinition<object, object> {
  return "serialize" in definition;
}

function symbolEntry(group: GroupItem): object {
  return withoutDefaults({
    symbol: group.symbol.toWellFormed(),
    group_key: group.group_key.toWellFormed(),
    return_name: group.return_name.toWellFormed(),
    feature_dim: group.feature_dim,
    grpc_ready: group.ready,
    version: group.version,
    sha256: group.sha256,
    degraded: group.degraded.toWellFormed(),
  });
}

/** 64-bit numbers travel through the library as decimal text; texts must be valid Unicode, or clients refuse the message. */
function metadataFields(metadata: ModelMetadata): object {
  return Object.fromEntries(Object.entries(withoutDefaults(metadata)).map(([name, value]): [string, unknown] => [name, wireForm(value)]));
}

function wireForm(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return typeof value === "string" ? value.toWellFormed() : value;
}

function factorFields(factor: DimFactor): object {
  const tau = factor.kendall_tau !== null && Number.isFinite(factor.kendall_tau) ? factor.kendall_tau : null;
  return withoutDefaults({ dim: factor.dim, factor_name: factor.factor_name.toWellFormed(), kendall_tau: tau ?? 0, has_tau: tau !== null });
}

function changeFields(change: Change): object {
  return {
    sequence: change.sequence,
    kind: KIND[change.kind],
    model_name: change.source.toWellFormed(),
    symbol: change.symbol.toWellFormed(),
    group_key: change.group_key.toWellFormed(),
    version: change.version,
    previous_version: change.previous_version,
    sha256: change.sha256,
    reason: change.reason.toWellFormed(),
    occurred_at: change.occurred_at,
  };
}

/** Base-128 form of a length, low bits first. */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
