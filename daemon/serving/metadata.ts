// The metadata of one answer of GetModel, from the version that is served and what its files say.

import type { GroupDescription, InfoSummary } from "../../shared/domain/description.ts";
import { formatWholeSeconds } from "../../shared/lib/clock.ts";
import type { ModelMetadata } from "../../shared/contract/views.ts";
import type { ServedVersion } from "../app/ports.ts";

const INT64 = { lowest: -(2n ** 63n), highest: 2n ** 63n - 1n };
const UINT64 = { lowest: 0n, highest: 2n ** 64n - 1n };
const HIGHEST_UINT32 = 2 ** 32 - 1;

/**
 * The 19 metadata fields as every door shows them. What the files do not say, or say in a way that the wire cannot carry, is the wire's
 * default: 0 for numbers (also for negative sample counts, NaN and numbers beyond 64 bits) and the empty text for dates.
 */
export function metadataOf(served: ServedVersion, description: GroupDescription): ModelMetadata {
  const info = isInfoSummary(description.info_summary) ? description.info_summary : undefined;
  return {
    model_name: served.modelName,
    symbol: description.symbol,
    group_key: served.groupKey,
    return_name: description.return_name,
    feature_dim:
      Number.isInteger(description.feature_dim) && description.feature_dim >= 0 && description.feature_dim <= HIGHEST_UINT32
        ? description.feature_dim
        : 0,
    train_window_start_ts: wholeNumber(info?.train_window_start_ts, INT64),
    train_window_end_ts: wholeNumber(info?.train_window_end_ts, INT64),
    train_start_date: info?.train_start_date ?? "",
    train_end_date: info?.train_end_date ?? "",
    train_samples: wholeNumber(info?.train_samples, UINT64),
    train_time_sec: finite(info?.train_time_sec),
    model_json_path: served.documentPath,
    source_root_path: served.rootPath,
    scanned_at: formatWholeSeconds(served.capturedAt),
    version: served.label,
    sha256: served.sha256,
    activation: served.activation,
    status: served.status,
    rendered_for: served.renderedFor,
  };
}

/** True for the summary of a dict; without an info pickle there is nothing, and for another pickle only its type. */
function isInfoSummary(summary: GroupDescription["info_summary"]): summary is InfoSummary {
  return "train_samples" in summary;
}

/** The number with all its digits, bigint only where a double would round; 0 when it is missing, no whole number, or outside the bounds. */
function wholeNumber(
  value: number | bigint | null | undefined,
  bounds: { readonly lowest: bigint; readonly highest: bigint },
): number | bigint {
  if (value === null || value === undefined) return 0;
  if (typeof value === "number" && !Number.isInteger(value)) return 0;
  const exact = BigInt(value);
  if (exact < bounds.lowest || exact > bounds.highest) return 0;
  const small = Number(exact);
  return Number.isSafeInteger(small) ? small : exact;
}

function finite(value: number | null | undefined): number {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : 0;
}
