// The part of the table that concerns the daemon as a process: its log, and what it finds when it looks at itself.

import { z } from "zod";
import type { Operation } from "./operation.ts";

/** How a check came out: `fail` needs somebody, `warn` will, `info` is only worth knowing. */
export const CHECK_STATES = ["ok", "info", "warn", "fail"] as const;

/** One thing that was looked at. */
export const checkView = z.object({
  name: z.string(),
  state: z.enum(CHECK_STATES),
  detail: z.string().describe("what was found"),
  mend: z.string().describe("the command or setting that mends it; empty when there is nothing to mend"),
});
export type CheckView = z.infer<typeof checkView>;

/** One line of the daemon's log. */
export const logLineView = z.object({
  sequence: z.number().int().positive().describe("counts from the start of the daemon; a gap is lines that were no longer kept"),
  time: z.string(),
  level: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()),
});
export type LogLineView = z.infer<typeof logLineView>;

/** Both show paths and other people's names: for admins only. */
export const SERVICE_OPERATIONS = {
  "log.stream": {
    kind: "stream",
    scope: "model:admin",
    summary: "the daemon's own recent log lines",
    input: z.object({
      last: z.number().int().min(0).max(1_000_000).default(100).describe("so many of the lines that are still kept"),
      follow: z.boolean().default(false).describe("go on with new lines"),
    }),
    output: logLineView,
  },
  doctor: {
    kind: "query",
    scope: "model:admin",
    summary: "what is there and what is missing, with the command that mends it",
    input: z.object({}),
    output: z.object({ items: z.array(checkView), total: z.number().int() }),
  },
} as const satisfies Record<string, Operation>;
