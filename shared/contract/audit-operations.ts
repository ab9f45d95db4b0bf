// The part of the table that looks across lines and times: lists, ranks, comparisons, what was live when, and the chain of the history.

import { z } from "zod";
import { STATUSES } from "../domain/lifecycle.ts";
import type { Operation } from "./operation.ts";
import { comparisonView, lineSummaryView, liveAtView, liveDifferenceView, rankedView } from "./registry-views.ts";
import { page, versionView } from "./views.ts";

const line = z.string().min(1).max(600).describe("a line: NAMESPACE/NAME");
const version = z.string().min(1).max(40);
const target = z.string().max(600).optional().describe("a line or a namespace; everything without it");
const time = z.string().max(40).describe("RFC 3339, such as 2026-01-05T09:30Z; without a zone it is UTC, a date alone is its first moment");
const pageInput = {
  after: z.string().optional().describe("continue after this key"),
  limit: z.number().int().min(1).max(1000).default(200).describe("items in one page"),
};

export const AUDIT_OPERATIONS = {
  "line.list": {
    kind: "query",
    scope: "model:read",
    summary: "lines of every namespace, by name",
    input: z.object({
      namespace: z.string().max(128).optional().describe("registry, strategy, tech or a source; all without it"),
      text: z.string().max(200).default("").describe("only lines whose name contains it"),
      ...pageInput,
    }),
    output: page(lineSummaryView),
  },
  "version.list": {
    kind: "query",
    scope: "model:read",
    summary: "versions of a line or a namespace, newest first",
    input: z.object({ target, status: z.enum(STATUSES).optional(), testing: z.boolean().default(false), ...pageInput }),
    output: page(versionView),
  },
  "version.rank": {
    kind: "query",
    scope: "model:read",
    summary: "versions of a line by a metric",
    input: z.object({
      line,
      by: z.string().min(1).max(200).describe("name of a metric"),
      order: z.enum(["desc", "asc"]).default("desc"),
      limit: z.number().int().min(1).max(1000).default(20),
    }),
    output: z.object({ line: z.string(), by: z.string(), items: z.array(rankedView), total: z.number().int() }),
  },
  "version.compare": {
    kind: "query",
    scope: "model:read",
    summary: "metrics, factors and dated series of two versions beside each other",
    input: z.object({
      ...{ line, version },
      other_version: version,
      other_line: z.string().max(600).optional().describe("the line of the other version; the same line without it"),
    }),
    output: comparisonView,
  },
  "live.at": {
    kind: "query",
    scope: "model:read",
    summary: "what was live at a time, moves at that very time included, and which client had loaded what by then",
    input: z.object({ target, at: time, ...pageInput }),
    output: page(liveAtView).extend({ at: z.string() }),
  },
  "live.diff": {
    kind: "query",
    scope: "model:read",
    summary: "lines on which something else was live at two times",
    input: z.object({ target, from: time, to: time, ...pageInput }),
    output: page(liveDifferenceView).extend({ from: z.string(), to: z.string() }),
  },
  "history.verify": {
    kind: "query",
    scope: "model:read",
    summary: "prove that the history is as it was written: every move's hash follows from the one before",
    input: z.object({}),
    output: z.object({
      valid: z.boolean(),
      moves: z.number().int(),
      hash: z.string().describe("hash of the newest move; keep it elsewhere to prove later that nothing was cut off"),
      broken_at: z.number().int().nullable().describe("sequence number of the first move that does not fit"),
      detail: z.string(),
    }),
  },
  "move.outcome": {
    kind: "query",
    scope: "model:read",
    summary: "what became of a move, by the id that was sent with it",
    input: z.object({ request_id: z.string().min(1).max(100) }),
    output: z.object({
      found: z.boolean(),
      line: z.string(),
      version: z.string(),
      action: z.string(),
      sequence: z.number().int(),
      at: z.string(),
    }),
  },
} as const satisfies Record<string, Operation>;
