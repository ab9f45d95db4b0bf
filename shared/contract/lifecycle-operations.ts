// The part of the table that moves versions, registers them, and records paper trading, policies and datasets.

import { z } from "zod";
import type { Operation } from "./operation.ts";
import { gateVerdictView, paperView, registrationView } from "./registry-views.ts";

const line = z.string().min(1).max(600).describe("a line: NAMESPACE/NAME");
const version = z.string().min(1).max(40).describe("a version label such as v3 or v1.2.0");
const reason = z.string().max(1000).default("").describe("why; kept in the history");
const requestId = z.string().max(100).default("").describe("an id of the caller's, by which move.outcome finds what became of it");
const jsonText = z.string().max(1_000_000).describe("JSON text; numbers keep their spelling");

const move = {
  line: z.string(),
  version: z.string().describe("live version afterwards; empty = none"),
  previous_version: z.string(),
  pinned: z.boolean(),
  sequence: z.number().int().describe("event that made it live"),
  changed: z.boolean().describe("false: it was so already, or nothing was done because it was only asked about"),
};

const warnings = z.array(z.string()).describe("datasets that differ from those the version was trained on");

const statusMove = {
  kind: "command",
  scope: "model:write",
  input: z.object({ line, version, reason, request_id: requestId }),
  output: z.object({ line: z.string(), version: z.string(), from_status: z.string(), to_status: z.string(), sequence: z.number().int() }),
} as const;

export const LIFECYCLE_OPERATIONS = {
  "line.promote": {
    kind: "command",
    scope: "model:write",
    summary: "make a staged version live after its gates, and unpin the line",
    input: z.object({
      ...{ line, version, reason },
      skip_gates: z.boolean().default(false).describe("for admins, with a reason; the history says so"),
      dry_run: z.boolean().default(false).describe("only say what the gates say"),
      request_id: requestId,
    }),
    output: z.object({ ...move, gates: z.array(gateVerdictView), override: z.boolean(), promoted_at: z.string().nullable(), warnings }),
  },
  "line.rollback": {
    kind: "command",
    scope: "model:write",
    summary: "go back to the version that was live before, and pin the line",
    input: z.object({
      line,
      to: z.string().max(40).optional().describe("an archived version; the one that was live most recently without it"),
      mark_failed: z.boolean().default(false).describe("the version that is left becomes failed instead of staged"),
      reason,
      dry_run: z.boolean().default(false).describe("only say where it would go"),
      request_id: requestId,
    }),
    output: z.object({ ...move, rolled_back_at: z.string().nullable(), warnings }),
  },
  "version.archive": { ...statusMove, summary: "put a staged version away" },
  "version.restage": { ...statusMove, summary: "bring an archived version back to staged" },
  "version.fail": {
    ...statusMove,
    summary: "mark a version as failed, for good",
    input: statusMove.input.extend({
      confirm_live: z.boolean().default(false).describe("also when it is live: nothing is live on the line then"),
    }),
  },
  "version.validate": {
    kind: "query",
    scope: "model:write",
    summary: "check a version's stored bytes, its metadata and its proof; changes nothing",
    input: z.object({ line, version }),
    output: z.object({
      valid: z.boolean(),
      model_id: z.string(),
      checksum_verified: z.boolean(),
      load_successful: z.boolean(),
      errors: z.array(z.string()),
    }),
  },
  "registry.register": {
    kind: "command",
    scope: "model:write",
    summary: "keep a model file as a new staged version of a registry or strategy line",
    input: z.object({
      ...{ line, version, reason },
      path: z.string().min(1).max(4096).describe("the model file, absolute, where the daemon runs"),
      metadata_path: z.string().max(4096).default("").describe("its metadata.json; the one beside the file without it, if there is one"),
      created_by: z.string().max(200).default(""),
      model_id: z.string().max(200).default("").describe("an id of the caller's; a UUID without it"),
      snapshot_id: z.string().max(400).default(""),
      dataset_versions: jsonText.default("").describe("JSON object: dataset name to version"),
      factors: z.array(z.string().max(400)).max(100_000).default([]),
      parameters: jsonText.default(""),
      metrics: jsonText.default(""),
      config: jsonText.default(""),
      environment: jsonText.default("").describe("JSON object with the 8 fields of env, as the registering host sees them"),
      run_id: z.string().max(400).default(""),
      experiment_id: z.string().max(400).default(""),
      notes: z.string().max(10_000).default(""),
      skip_lineage_check: z.boolean().default(false),
      request_id: requestId,
    }),
    output: z.object({
      ...{ line: z.string(), version: z.string(), status: z.string(), sequence: z.number().int() },
      registration: registrationView,
      warnings: z.array(z.string()),
    }),
  },

  "paper.start": {
    kind: "command",
    scope: "model:write",
    summary: "begin paper trading of a staged version; its hours are measured from now",
    input: z.object({ line, version, evidence: z.string().max(4000).default("").describe("where it can be looked at") }),
    output: paperView,
  },
  "paper.stop": {
    kind: "command",
    scope: "model:write",
    summary: "end paper trading of a version",
    input: z.object({ line, version, evidence: z.string().max(4000).default("") }),
    output: paperView,
  },
  "policy.show": {
    kind: "query",
    scope: "model:read",
    summary: "the gates that hold for a line or a namespace, and where each setting comes from",
    input: z.object({ target: z.string().min(1).max(600).describe("NAMESPACE or NAMESPACE/NAME") }),
    output: z.object({
      target: z.string(),
      effective: z.string().describe("JSON text of the policy that holds"),
      own: z.string().describe("JSON text of what is set for the target itself; empty = nothing"),
      inherited_from: z.array(z.string()),
    }),
  },
  "policy.set": {
    kind: "command",
    scope: "model:admin",
    summary: "set the gates of a line or a namespace",
    input: z.object({
      target: z.string().min(1).max(600),
      policy: jsonText.describe("JSON text; empty drops what was set"),
      reason,
    }),
    output: z.object({ target: z.string(), effective: z.string(), sequence: z.number().int() }),
  },
  "dataset.set": {
    kind: "command",
    scope: "model:write",
    summary: "say which version of a dataset is current",
    input: z.object({ name: z.string().min(1).max(400), version: z.string().min(1).max(400), reason }),
    output: z.object({ name: z.string(), version: z.string(), previous_version: z.string(), sequence: z.number().int() }),
  },
  "dataset.list": {
    kind: "query",
    scope: "model:read",
    summary: "current versions of the datasets",
    input: z.object({}),
    output: z.object({
      items: z.array(z.object({ name: z.string(), version: z.string(), since: z.string(), actor: z.string() })),
      total: z.number().int(),
    }),
  },
  "compat.check": {
    kind: "query",
    scope: "model:read",
    summary: "compare the datasets that a version was trained on with the current ones",
    input: z.object({
      line,
      version: version.optional(),
      strict: z.boolean().optional().describe("drift blocks; the daemon's default without it"),
    }),
    output: z.object({
      ...{ line: z.string(), version: z.string(), compatible: z.boolean() },
      level: z.enum(["exact", "drift", "missing"]),
      strict: z.boolean(),
      warnings: z.array(z.string()),
    }),
  },
} as const satisfies Record<string, Operation>;
