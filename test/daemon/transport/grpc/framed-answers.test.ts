// A model in memory is sent as it lies there: no copy of it is made, and what arrives is right.

import { expect, test, vi } from "vitest";
import { sendFramed } from "../../../../daemon/transport/grpc/framed-answers.ts";
import { modelFound } from "../../../../daemon/transport/grpc/messages.ts";
import { found, largeDocument } from "./answers.ts";
import { useDoor } from "./door.ts";
import { PROTO } from "./proto.ts";

const openDoor = useDoor();

test("a model of 1 MB is sent many times without being copied once", async () => {
  const { application, connect } = await openDoor();
  const answer = found(largeDocument(1024 * 1024));
  if (answer.outcome !== "found") throw new Error("the sample has no model");
  application.onModel = async () => answer;
  const response = modelFound(await answer.payload());
  const allocate = vi.spyOn(Buffer, "allocUnsafe");
  const client = connect(PROTO);
  for (let i = 0; i < 5; i++) {
    const { payload } = await client.unary("GetModel", { model_name: "alpha", symbol: "ETHBTC" });
    expect(payload).toMatchObject({ model_json: largeDocument(1024 * 1024).toString("utf8") });
  }
  const frames = allocate.mock.calls.filter(([size]) => size === response.length + 5);
  allocate.mockRestore();
  expect(frames).toEqual([]);
});

test("a message that only looks as if it had a frame is framed by the library", () => {
  const framed: Buffer[] = [];
  const call = {
    serializeMessage: (message: Buffer) => {
      framed.push(message);
      return Buffer.concat([Buffer.alloc(5), message]);
    },
  };
  Reflect.apply(sendFramed, undefined, [undefined, call]);
  const memory = Buffer.alloc(15, 7);
  const unlike = Buffer.from(memory.buffer, memory.byteOffset, memory.length).subarray(5);
  call.serializeMessage(unlike);
  call.serializeMessage(Buffer.from(new Uint8Array(15).fill(7).buffer, 5));
  expect(framed).toHaveLength(2);
  const whole = new Uint8Array([0, 0, 0, 0, 2, 65, 66]);
  expect(call.serializeMessage(Buffer.from(whole.buffer, 5))).toEqual(Buffer.from(whole));
  expect(framed).toHaveLength(2);
});
