// THE table of operations: each once, with its kind, scope, input and output. Handlers, doors, CLI and help derive from it.

import { z } from "zod";
import { catalogEvent } from "./events.ts";
import type { Operation } from "./operation.ts";
import { AUDIT_OPERATIONS } from "./audit-operations.ts";
import { LIFECYCLE_OPERATIONS } from "./lifecycle-operations.ts";
import { MODEL_OPERATIONS } from "./model-operations.ts";
import { SERVICE_OPERATIONS } from "./service-operations.ts";
import { STORE_OPERATIONS } from "./store-operations.ts";
import {
  clientView,
  curveView,
  factorsView,
  groupView,
  icView,
  lineView,
  liveView,
  modelMetadata,
  moveView,
  page,
  sourceView,
  statusView,
  versionView,
} from "./views.ts";

export { SCOPES, type Operation, type Rpc, type Scope } from "./operation.ts";

const sourceName = z.string().min(1).max(128).describe("name of a source");
const line = z.string().min(1).max(600).describe("a line: SOURCE/GROUP_KEY");
const version = z.string().min(1).max(40).describe("a version label such as v3");
const reason = z.string().max(1000).describe("why; kept in the history");
const requestId = z.string().max(100).default("").describe("an id of the caller's, by which move.outcome finds what became of it");
const pageInput = {
  after: z.string().optional().describe("continue after this key"),
  limit: z.number().int().min(1).max(1000).default(200).describe("items in one page"),
};

export const OPERATIONS = {
  status: { kind: "query", scope: "model:read", summary: "what the daemon is doing", input: z.object({}), output: statusView },

  "source.add": {
    kind: "command",
    scope: "model:write",
    summary: "register a directory of model artifacts",
    input: z.object({
      path: z.string().min(1).max(4096).describe("the directory; absolute, or ~/…"),
      name: z.string().max(128).optional().describe("name of the source (default: the folder's name)"),
      policy: z
        .enum(["follow", "gated"])
        .default("follow")
        .describe("follow: a new valid version goes live by itself; gated: only promote does"),
      replace: z.boolean().default(false).describe("let the name of an existing source point to this directory"),
    }),
    output: sourceView,
  },
  "source.list": {
    kind: "query",
    scope: "model:read",
    summary: "registered directories",
    input: z.object({}),
    output: z.object({ items: z.array(sourceView), total: z.number().int() }),
  },
  "source.remove": {
    kind: "command",
    scope: "model:write",
    summary: "stop watching a directory and withdraw its models; history stays",
    input: z.object({ name: sourceName, reason: reason.default("") }),
    output: z.object({ name: z.string(), withdrawn: z.number().int() }),
  },
  "source.progress": {
    kind: "stream",
    scope: "model:read",
    summary: "progress of a source's first scan; ends when it is done",
    input: z.object({ name: sourceName }),
    output: z.object({
      name: z.string(),
      state: z.enum(["waiting", "scanning", "reading", "idle"]),
      done: z.number().int(),
      total: z.number().int(),
    }),
  },
  refresh: {
    kind: "command",
    scope: "model:write",
    summary: "look at the files of a source (or one group) now",
    input: z.object({
      source: z.string().max(128).optional().describe("a source; all without it"),
      group_key: z.string().max(400).optional(),
    }),
    output: z.object({
      sources: z.number().int(),
      groups: z.number().int().describe("groups looked at"),
      changed: z.number().int().describe("groups whose files were read again"),
    }),
  },

  "group.list": {
    kind: "query",
    scope: "model:read",
    summary: "groups and symbols of a source",
    rpcs: ["ListSymbols"],
    input: z.object({
      source: sourceName,
      ...pageInput,
      group_keys: z.array(z.string().max(400)).max(1000).optional().describe("only these groups"),
    }),
    output: page(groupView),
  },
  "line.show": {
    kind: "query",
    scope: "model:read",
    summary: "one line: what is live, what its files say",
    input: z.object({ line, version: version.optional() }),
    output: lineView,
  },
  "line.ic": {
    kind: "query",
    scope: "model:read",
    summary: "IC table of a line (Kendall tau by factor)",
    input: z.object({ line, version: version.optional() }),
    output: icView,
  },
  "line.curve": {
    kind: "query",
    scope: "model:read",
    summary: "training curves of a line",
    input: z.object({ line, version: version.optional(), metric: z.string().max(200).optional().describe("only this metric") }),
    output: curveView,
  },
  "line.factors": {
    kind: "query",
    scope: "model:read",
    summary: "factors of a line by input position",
    input: z.object({ line, version: version.optional() }),
    output: factorsView,
  },
  "line.versions": {
    kind: "query",
    scope: "model:read",
    summary: "versions of a line, newest first",
    input: z.object({ line, ...pageInput }),
    output: page(versionView),
  },
  "line.history": {
    kind: "query",
    scope: "model:read",
    summary: "moves of a line's versions, newest first",
    input: z.object({ line, ...pageInput }),
    output: page(moveView),
  },

  "line.activate": {
    kind: "command",
    scope: "model:admin",
    summary: "make a version live and pin it, without gates",
    input: z.object({
      line,
      version,
      reason: reason.default(""),
      dry_run: z.boolean().default(false).describe("only say what would happen"),
      request_id: requestId,
    }),
    output: z.object({
      line: z.string(),
      version: z.string(),
      previous_version: z.string(),
      pinned: z.boolean(),
      sequence: z.number().int(),
      changed: z.boolean(),
    }),
  },
  "line.resume": {
    kind: "command",
    scope: "model:write",
    summary: "unpin a line and follow the files on disk again",
    input: z.object({ line, reason: reason.default(""), request_id: requestId }),
    output: z.object({
      line: z.string(),
      version: z.string(),
      previous_version: z.string(),
      pinned: z.boolean(),
      sequence: z.number().int(),
      changed: z.boolean(),
    }),
  },

  "model.get": {
    kind: "stream",
    scope: "model:read",
    summary: "fetch a model document with its metadata",
    rpcs: ["GetModel", "GetModelBytes"],
    input: z.object({
      source: z.string().max(600),
      symbol: z.string().max(400).default(""),
      group_key: z.string().max(400).default(""),
      version: z.string().max(40).default("").describe("a version label; the live version without it"),
      xgboost_version: z.string().max(40).default("").describe("the reader's XGBoost version"),
      known_sha256: z.string().max(64).default(""),
      client_id: z.string().max(200).default(""),
    }),
    output: z.discriminatedUnion("part", [
      z.object({ part: z.literal("refused"), message: z.string() }),
      z.object({ part: z.literal("not_modified"), sha256: z.string() }),
      z.object({
        part: z.literal("head"),
        metadata: modelMetadata,
        total_bytes: z.number().int(),
        dim_factors: z.array(z.object({ dim: z.number().int(), factor_name: z.string(), kendall_tau: z.number().nullable() })),
      }),
      z.object({ part: z.literal("data"), base64: z.string() }),
    ]),
  },
  "live.list": {
    kind: "query",
    scope: "model:read",
    summary: "what is live now",
    input: z.object({ target: z.string().max(600).optional().describe("a line or a source; everything without it"), ...pageInput }),
    output: page(liveView),
  },
  "live.watch": {
    kind: "stream",
    scope: "model:read",
    summary: "what is live, then every change of it",
    rpcs: ["WatchModels"],
    input: z.object({
      source: z.string().max(128).default(""),
      symbols: z.array(z.string().max(400)).max(10_000).default([]),
      after_sequence: z.union([z.number().int().nonnegative(), z.bigint()]).default(0),
      include_payload: z.boolean().default(false),
      xgboost_version: z.string().max(40).default(""),
      client_id: z.string().max(200).default(""),
    }),
    output: z.object({
      sequence: z.number().int(),
      kind: z.enum(["snapshot_begin", "live", "snapshot_end", "withdrawn", "degraded", "recovered", "heartbeat"]),
      source: z.string(),
      symbol: z.string(),
      group_key: z.string(),
      version: z.string(),
      previous_version: z.string(),
      sha256: z.string(),
      reason: z.string(),
      occurred_at: z.string(),
    }),
  },
  "client.list": {
    kind: "query",
    scope: "model:read",
    summary: "strategy processes, and what they have loaded",
    input: z.object({}),
    output: z.object({ items: z.array(clientView), total: z.number().int() }),
  },
  "client.report": {
    kind: "command",
    scope: "model:read",
    summary: "record that a client now runs a version",
    rpcs: ["ReportLoaded"],
    input: z.object({
      client_id: z.string().max(200),
      source: z.string().max(600),
      group_key: z.string().max(400),
      version: z.string().max(40),
      sha256: z.string().max(64).default(""),
    }),
    output: z.object({ current: z.boolean(), live_version: z.string() }),
  },
  "event.stream": {
    kind: "stream",
    scope: "model:read",
    summary: "what happened, by sequence number",
    input: z.object({
      after: z.number().int().nonnegative().optional().describe("only events after this sequence number (default: the last 50)"),
      follow: z.boolean().default(false).describe("go on with new events"),
    }),
    output: catalogEvent,
  },

  ...LIFECYCLE_OPERATIONS,
  ...AUDIT_OPERATIONS,
  ...MODEL_OPERATIONS,
  ...SERVICE_OPERATIONS,
  ...STORE_OPERATIONS,
} as const satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
/** What a handler receives: checked, with defaults filled in. */
export type Input<N extends OperationName> = z.output<(typeof OPERATIONS)[N]["input"]>;
/** What a caller writes: defaults may be left out. */
export type CallInput<N extends OperationName> = z.input<(typeof OPERATIONS)[N]["input"]>;
export type Output<N extends OperationName> = z.output<(typeof OPERATIONS)[N]["output"]>;

export type StreamName = { [N in OperationName]: (typeof OPERATIONS)[N]["kind"] extends "stream" ? N : never }[OperationName];
export type CallName = Exclude<OperationName, StreamName>;

/** True for a text that names an operation. */
export function isOperationName(text: string): text is OperationName {
  return Object.hasOwn(OPERATIONS, text);
}
