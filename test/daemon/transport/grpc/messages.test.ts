// A response around a payload is right wherever the payload lies in memory.

import { expect, test } from "vitest";
import { modelFound } from "../../../../daemon/transport/grpc/messages.ts";
import { payloadOf } from "./answers.ts";
import { PROTO } from "./proto.ts";

const type = PROTO.lookupType("modelmanager.v1.GetModelResponse");
const encoded = payloadOf(1000);
const head = modelFound(Buffer.from(encoded)).subarray(0, -encoded.length);
/** A frame's head and the response's: what the serving room puts before a payload. */
const framed = Buffer.concat([Buffer.alloc(5), head]);

/** The payload in memory of its own, with these bytes before and after it. */
function lying(before: Buffer, after: Buffer): Buffer {
  const memory = Buffer.allocUnsafeSlow(before.length + encoded.length + after.length);
  memory.set(before);
  memory.set(encoded, before.length);
  memory.set(after, before.length + encoded.length);
  return memory.subarray(before.length, before.length + encoded.length);
}

test.each([
  ["alone", Buffer.alloc(0), Buffer.alloc(0)],
  ["after its head", framed, Buffer.alloc(0)],
  ["after its head, without a frame", head, Buffer.alloc(0)],
  ["after its head, with something behind", framed, Buffer.from("behind")],
  ["after as many other bytes", Buffer.alloc(framed.length, 0xff), Buffer.alloc(0)],
  ["after fewer bytes", Buffer.alloc(1), Buffer.alloc(0)],
])("a payload %s", (_where, before, after) => {
  const response = modelFound(lying(before, after));
  expect(type.toObject(type.decode(response))).toEqual({ ok: true, message: "ok", payload: { model_json: "a".repeat(1000) } });
  expect(response).toHaveLength(head.length + encoded.length);
});

test("a payload that lies after its head is not copied", () => {
  const payload = lying(framed, Buffer.alloc(0));
  expect(modelFound(payload).buffer).toBe(payload.buffer);
});

test("the same payload gives the same response", () => {
  const payload = lying(Buffer.alloc(0), Buffer.alloc(0));
  expect(modelFound(payload)).toBe(modelFound(payload));
});
