// Decoding once: the same bytes give the same request, other bytes never do.

import fc from "fast-check";
import { expect, test } from "vitest";
import { rememberDecoded } from "../../../../daemon/transport/grpc/remember-decoded.ts";

test("gives for any sequence of requests what decoding each would give", () => {
  const requests = fc.array(fc.uint8Array({ maxLength: 3 }), { maxLength: 50 });
  fc.assert(
    fc.property(requests, (all) => {
      const remembered = rememberDecoded((bytes) => ({ hex: bytes.toString("hex") }));
      for (const bytes of all) expect(remembered(Buffer.from(bytes)).hex).toBe(Buffer.from(bytes).toString("hex"));
    }),
  );
});

test("decodes the same bytes once, and anew after a failure or when they are long", () => {
  let decoded = 0;
  const remembered = rememberDecoded((bytes) => {
    decoded++;
    if (decoded === 1) throw new Error("no message");
    return { length: bytes.length };
  });
  expect(() => remembered(Buffer.from("a"))).toThrow("no message");
  for (let i = 0; i < 5; i++) remembered(Buffer.from("a"));
  expect(decoded).toBe(2);
  for (let i = 0; i < 5; i++) remembered(Buffer.alloc(600));
  expect(decoded).toBe(7);
});

test("forgets rather than grow without bound", () => {
  let decoded = 0;
  const remembered = rememberDecoded(() => ({ number: ++decoded }));
  for (let i = 0; i < 10_000; i++) remembered(Buffer.from(String(i)));
  expect(remembered(Buffer.from("0")).number).toBe(10_001);
});
