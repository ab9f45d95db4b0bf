// The frames of the Unix socket: one JSON text each, carried as the data of a node-ipc message of type "mm".

import { z } from "zod";

export { FRAME_EVENT, FRAME_TEXT_LIMIT, PROTOCOL_VERSION } from "./protocol.ts";

const id = z.number().int().nonnegative();
const wireError = z.object({ code: z.string(), message: z.string() });

/** What a client sends. `input` is the operation's input. */
export const clientFrame = z.discriminatedUnion("t", [
  z.object({ t: z.literal("hello"), protocol: z.number().int(), client: z.string().max(200) }),
  z.object({ t: z.literal("call"), id, op: z.string().max(100), input: z.unknown() }),
  z.object({ t: z.literal("cancel"), id }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

/**
 * What the daemon sends. A query or command answers one value, a stream any number of `item`s and then `end`.
 * `part` carries a slice of a long `value` or `item` text; the slices are joined until `last`, whose join is the JSON text of the frame.
 */
export const serverFrame = z.discriminatedUnion("t", [
  z.object({
    t: z.literal("welcome"),
    protocol: z.number().int(),
    daemon: z.string(),
    principal: z.string(),
    scopes: z.array(z.string()),
    pid: z.number().int(),
  }),
  z.object({ t: z.literal("value"), id, value: z.unknown() }),
  z.object({ t: z.literal("item"), id, item: z.unknown() }),
  z.object({ t: z.literal("end"), id }),
  z.object({ t: z.literal("fail"), id, error: wireError }),
  z.object({ t: z.literal("part"), id, text: z.string(), last: z.boolean() }),
  z.object({ t: z.literal("refused"), error: wireError }),
]);
export type ServerFrame = z.infer<typeof serverFrame>;
