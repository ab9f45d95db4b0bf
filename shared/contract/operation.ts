// What one row of the table of operations says.

import type { z } from "zod";

export const SCOPES = ["model:read", "model:write", "model:admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** The rpcs of the wire that an operation answers; a test compares them with the proto file. */
export type Rpc = "GetModel" | "ListSymbols" | "GetModelBytes" | "WatchModels" | "ReportLoaded";

export interface Operation {
  /** query: looks, command: changes, stream: answers many items. */
  readonly kind: "query" | "command" | "stream";
  readonly scope: Scope;
  readonly summary: string;
  readonly input: z.ZodObject;
  /** One value, or one item of a stream. */
  readonly output: z.ZodType;
  readonly rpcs?: readonly Rpc[];
}
