// Committed facts, each with a sequence number; watchers are cursors over them.

import { z } from "zod";

/** What can happen. The list only grows; names never change meaning. */
export const EVENT_KINDS = [
  "source_added",
  "source_changed",
  "source_removed",
  "source_degraded",
  "source_recovered",
  "group_changed",
  "group_gone",
  "version_captured",
  "version_live",
  "version_moved",
  "line_withdrawn",
  "line_degraded",
  "line_recovered",
  "line_pinned",
  "line_unpinned",
  "client_loaded",
  "version_registered",
  "model.validation.failed",
  "gates_refused",
  "paper_started",
  "paper_stopped",
  "policy_changed",
  "dataset_changed",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One event. Fields that do not apply are empty texts. */
export const catalogEvent = z.object({
  sequence: z.number().int().positive(),
  at: z.string(),
  kind: z.enum(EVENT_KINDS),
  source: z.string().describe("source name, or the line's namespace"),
  group_key: z.string(),
  version: z.string(),
  previous_version: z.string(),
  reason: z.string(),
  actor: z.string(),
});
export type CatalogEvent = z.infer<typeof catalogEvent>;
