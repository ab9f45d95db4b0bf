// Sends answers that lie in memory behind their gRPC frame as they are. The library would copy each: for 2 MB that is most of the work of a
// call, and garbage of that size keeps the collector busy.

import type { ServerInterceptingCall, ServerInterceptor } from "./grpc-js.ts";

/** Compressed-flag and length before each message on the wire. */
export const FRAME_BYTES = 5;

/** What the library's innermost call does to a message before it writes it; not part of its documented interface, a test holds it to it. */
interface Framing {
  serializeMessage(message: Buffer): Buffer;
}

/** Lets a framed message through; frames all others as the library does. When the library changes, all are. */
export const sendFramed: ServerInterceptor = (_method, call) => {
  if (hasFraming(call)) {
    const frame = call.serializeMessage.bind(call);
    call.serializeMessage = (message) => framedWhole(message) ?? frame(message);
  }
  // The declared type is that of a wrapper, which would stand in the way of each call; the library uses no more than the interface.
  return call as ServerInterceptingCall;
};

function hasFraming(call: object): call is Framing {
  return "serializeMessage" in call && typeof call.serializeMessage === "function";
}

/** The message with the frame before it when its memory is just these two, else undefined. */
function framedWhole(message: Buffer): Buffer | undefined {
  if (message.byteOffset !== FRAME_BYTES || message.buffer.byteLength !== FRAME_BYTES + message.length) return undefined;
  const whole = Buffer.from(message.buffer);
  return whole[0] === 0 && whole.readUInt32BE(1) === message.length ? whole : undefined;
}
