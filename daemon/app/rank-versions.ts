// Versions of a line by a metric.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import type { Catalog } from "./catalog.ts";
import { requireLine } from "./moves.ts";
import type { CatalogStore, RankedVersion } from "./ports.ts";

/** Metrics that a message names. */
const NAMED_METRICS = 20;

/**
 * The best versions of a line by a metric, ties by newest; versions without the metric come last, with null. AppError `not_found` when no version of
 * the line has it.
 */
export async function rankVersions(
  { catalog, store }: { readonly catalog: Catalog; readonly store: CatalogStore },
  input: Input<"version.rank">,
): Promise<Output<"version.rank">> {
  const { record } = requireLine(catalog, input.line);
  const ranked = await store.versionsByMetric(record.id, input.by, input.order, input.limit);
  const counts = catalog.statusCounts(record.id);
  const total = counts.staged + counts.production + counts.archived + counts.failed;
  if (total > 0 && ranked.every(({ value }) => value === null)) {
    const names = await store.metricNames(record.id, NAMED_METRICS);
    const known = names.length === 0 ? "its versions have no metrics" : `there are: ${names.join(", ")}`;
    throw new AppError("not_found", `no version of ${input.line} has a metric ${JSON.stringify(input.by)}; ${known}`);
  }
  return { line: input.line, by: input.by, items: ranked.map((version, index) => toView(version, index + 1)), total };
}

function toView(version: RankedVersion, rank: number): Output<"version.rank">["items"][number] {
  const { label, status, value, metrics, createdAt, activatedAt, deactivatedAt } = version;
  return {
    ...{ rank, version: label, status, value, metrics: { ...metrics } },
    created_at: formatMicros(createdAt),
    activated_at: activatedAt === null ? null : formatMicros(activatedAt),
    deactivated_at: deactivatedAt === null ? null : formatMicros(deactivatedAt),
  };
}
