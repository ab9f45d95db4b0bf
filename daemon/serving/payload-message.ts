// One answer of GetModel as bytes: message ModelPayload, in slices so that a large model never holds the main thread for long.

import { createHash } from "node:crypto";
import { setImmediate as otherTasks } from "node:timers/promises";
import protobuf from "protobufjs/minimal.js";
import type { DimFactor, GroupDescription } from "../../shared/domain/description.ts";
import type { ServedVersion } from "../app/ports.ts";
import { copyNormalised, hasCarriageReturn, normalisedLength } from "./line-breaks.ts";
import { metadataOf } from "./metadata.ts";
import { encodeMetadata, isZero, wireText } from "./metadata-message.ts";

/** An encoded answer; both buffers are views of the same memory. */
export interface EncodedPayload {
  /** A ModelPayload message. The bytes before it make it a whole framed GetModelResponse (see `encodePayload`). */
  readonly payload: Buffer;
  /** The document as served, inside of `payload`. */
  readonly document: Buffer;
  /** All memory that is held by this answer. */
  readonly bytes: number;
}

/** A document before its line breaks are made LF, and the digest that it was checked against. */
export interface StoredDocument {
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** 32 MiB are searched, 4 MiB copied, or 1 MiB rewritten and hashed, in 1 to 3 ms. */
const SEARCH_SLICE = 32 * 1024 * 1024;
const COPY_SLICE = 4 * 1024 * 1024;
const REWRITE_SLICE = 1024 * 1024;
/** 2,000 factors are encoded in about 1 ms. */
const FACTOR_SLICE = 2000;

/** Tags of ModelPayload's fields: model_json = 1, metadata = 2, dim_factors = 3, all length-delimited. */
const TAG = { modelJson: 0x0a, metadata: 0x12, dimFactor: 0x1a } as const;
/** A gRPC frame's head: not compressed (one byte), length of the message (four bytes, big endian). */
const FRAME_BYTES = 5;
/** GetModelResponse up to its payload: ok = true, message = "ok", tag of payload (3). */
const RESPONSE_START = Buffer.from([0x08, 0x01, 0x12, 0x02, 0x6f, 0x6b, 0x1a]);

/**
 * Encodes the answer for `served` from the stored bytes of its document. The bytes just before the payload are those that make it a successful
 * GetModelResponse in its gRPC frame, so that the gRPC door can send it without copying 2 MB once more. Rejects when the document's digest is not the one that
 * the answer would name.
 */
export async function encodePayload(
  served: ServedVersion,
  { bytes: stored, sha256 }: StoredDocument,
  description: GroupDescription,
): Promise<EncodedPayload> {
  const rewritten = served.form === undefined && (await needsRewriting(stored));
  const documentLength = rewritten ? await lengthAsServed(stored) : stored.length;
  const metadata = encodeMetadata(metadataOf(served, description));
  const factors = await encodeFactors(description.dim_factors);

  const documentHead = delimiter(TAG.modelJson, documentLength);
  const metadataHead = delimiter(TAG.metadata, metadata.length);
  const payloadLength = documentHead.length + documentLength + metadataHead.length + metadata.length + sumLengths(factors);
  const responseHead = Buffer.concat([RESPONSE_START, varint(payloadLength)]);

  const payloadAt = FRAME_BYTES + responseHead.length;
  const whole = Buffer.allocUnsafeSlow(payloadAt + payloadLength);
  whole.writeUInt8(0, 0);
  whole.writeUInt32BE(responseHead.length + payloadLength, 1);
  whole.set(responseHead, FRAME_BYTES);
  whole.set(documentHead, payloadAt);
  const documentAt = payloadAt + documentHead.length;
  const document = whole.subarray(documentAt, documentAt + documentLength);
  const digest = rewritten ? await rewriteInto(document, stored) : await copyInto(document, stored, sha256);
  if (digest !== served.sha256)
    throw new Error(
      `document of ${served.modelName}/${served.groupKey} ${served.label} has digest ${digest}, not ${served.sha256} as recorded`,
    );

  let at = documentAt + documentLength;
  for (const part of [metadataHead, metadata, ...factors]) {
    whole.set(part, at);
    at += part.length;
  }
  return { payload: whole.subarray(payloadAt), document, bytes: whole.length };
}

async function needsRewriting(stored: Buffer): Promise<boolean> {
  for (let from = 0; from < stored.length; from += SEARCH_SLICE) {
    if (from > 0) await otherTasks();
    if (hasCarriageReturn(stored.subarray(from, from + SEARCH_SLICE))) return true;
  }
  return false;
}

/** Returns the digest of what was copied, which is that of the object: the store has checked it. */
async function copyInto(target: Uint8Array, source: Uint8Array, sha256: string): Promise<string> {
  for (let from = 0; from < source.length; from += COPY_SLICE) {
    if (from > 0) await otherTasks();
    target.set(source.subarray(from, from + COPY_SLICE), from);
  }
  return sha256;
}

async function lengthAsServed(stored: Uint8Array): Promise<number> {
  let length = 0;
  for (let from = 0; from < stored.length; from += REWRITE_SLICE) {
    if (from > 0) await otherTasks();
    length += normalisedLength(stored, from, Math.min(stored.length, from + REWRITE_SLICE));
  }
  return length;
}

async function rewriteInto(target: Uint8Array, source: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  let written = 0;
  for (let from = 0; from < source.length; from += REWRITE_SLICE) {
    if (from > 0) await otherTasks();
    const end = copyNormalised(source, from, Math.min(source.length, from + REWRITE_SLICE), target, written);
    hash.update(target.subarray(written, end));
    written = end;
  }
  return hash.digest("hex");
}

async function encodeFactors(factors: readonly DimFactor[]): Promise<readonly Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < factors.length; from += FACTOR_SLICE) {
    if (from > 0) await otherTasks();
    const writer = protobuf.Writer.create();
    for (const factor of factors.slice(from, from + FACTOR_SLICE)) writeFactor(writer, factor);
    parts.push(writer.finish());
  }
  return parts;
}

/** DimFactor: dim = 1, factor_name = 2, kendall_tau = 3, has_tau = 4. A tau that is no finite number is not sent. */
function writeFactor(writer: protobuf.Writer, factor: DimFactor): void {
  writer.uint32(TAG.dimFactor).fork();
  if (factor.dim !== 0) writer.uint32(0x08).uint32(factor.dim);
  if (factor.factor_name !== "") writer.uint32(0x12).string(wireText(factor.factor_name));
  const tau = factor.kendall_tau;
  if (tau !== null && Number.isFinite(tau)) {
    if (!isZero(tau)) writer.uint32(0x19).double(tau);
    writer.uint32(0x20).bool(true);
  }
  writer.ldelim();
}

function delimiter(tag: number, length: number): Uint8Array {
  return protobuf.Writer.create().uint32(tag).uint32(length).finish();
}

function varint(value: number): Uint8Array {
  return protobuf.Writer.create().uint32(value).finish();
}

function sumLengths(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
