// The part of the table that concerns the stored bytes of versions.

import { z } from "zod";
import type { Operation } from "./operation.ts";

/** One object that is not as it was stored. */
export const storeFinding = z.object({
  part: z.literal("finding"),
  sha256: z.string(),
  bytes: z.number().int(),
  damage: z
    .enum(["missing", "short", "other_bytes", "unreadable", "unchecked"])
    .describe("unreadable: the disk reports an error; unchecked: it could not be looked at, which says nothing about it"),
  detail: z.string(),
  restored_from: z.string().describe("where a good copy was found, from which it is stored again; empty = nowhere"),
  needed_by: z
    .array(z.object({ line: z.string(), version: z.string(), path: z.string(), live: z.boolean() }))
    .describe("versions that have this file, live ones first"),
  needed_total: z.number().int().describe("how many versions have it; needed_by names at most 100 of them"),
});
export type StoreFinding = z.infer<typeof storeFinding>;

/** A live version that does not give the margins that were promised for it. */
export const storeMargins = z.object({ part: z.literal("margins"), line: z.string(), version: z.string(), detail: z.string() });
export type StoreMargins = z.infer<typeof storeMargins>;

/** How far it is, or how it ended. */
const counts = {
  objects: z.number().int().describe("objects looked at"),
  bytes: z.number().int(),
  total: z.number().int().describe("objects to be looked at when it began"),
  damaged: z.number().int().describe("objects that were found damaged or could not be looked at"),
  restored: z.number().int().describe("how many of them were restored"),
  models: z.number().int().describe("live versions whose margins were looked at"),
  failed: z.number().int().describe("how many of them gave others than were promised, or could not be looked at"),
};
export const storeSummary = z.object({ part: z.literal("done"), ...counts });
export type StoreSummary = z.infer<typeof storeSummary>;

/** It reads the whole store, mends it, and names every line: for admins only. */
export const STORE_OPERATIONS = {
  "store.verify": {
    kind: "stream",
    scope: "model:admin",
    summary: "read every stored object and compare it with its digest, restore what is damaged, and prove what is live",
    input: z.object({ source: z.string().max(128).optional().describe("only what this source needs") }),
    output: z.discriminatedUnion("part", [z.object({ part: z.literal("progress"), ...counts }), storeFinding, storeMargins, storeSummary]),
  },
} as const satisfies Record<string, Operation>;
