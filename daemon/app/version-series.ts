// The dated series that a version came with, read from its stored bytes.

import { AppError } from "../../shared/contract/errors.ts";
import { parseSeries } from "../../shared/domain/dated-series.ts";
import type { SeriesRow } from "../../shared/domain/gates.ts";
import type { ObjectMender } from "./mend-objects.ts";
import type { VersionRecord } from "./ports.ts";

/** Read on the main thread in a few milliseconds: a century of days. Longer ones are no series of days. */
export const LONGEST_SERIES_BYTES = 2_000_000;

/** The rows, or why there are none. */
export type VersionSeries = { readonly rows: readonly SeriesRow[] } | { readonly rows: null; readonly reason: string };

/** Reads the series of versions; what was read once is remembered. */
export interface SeriesReader {
  of(version: VersionRecord): Promise<VersionSeries>;
}

/** A reader for as long as one request takes. */
export function createSeriesReader({ mender }: { readonly mender: Pick<ObjectMender, "read"> }): SeriesReader {
  const known = new Map<string, VersionSeries>();
  return {
    async of(version) {
      const file = version.files.find(({ kind }) => kind === "series");
      if (file === undefined) return { rows: null, reason: `${version.label} came without a dated series` };
      const found = known.get(file.sha256) ?? (await read(mender, version, file));
      known.set(file.sha256, found);
      return found;
    },
  };
}

async function read(
  mender: Pick<ObjectMender, "read">,
  { label }: VersionRecord,
  file: { readonly sha256: string; readonly size: number },
): Promise<VersionSeries> {
  if (file.size > LONGEST_SERIES_BYTES)
    return { rows: null, reason: `the series of ${label} has ${file.size} bytes; up to ${LONGEST_SERIES_BYTES} are read` };
  try {
    const parsed = parseSeries((await mender.read(file.sha256)).toString("utf8"));
    return parsed.ok ? { rows: parsed.rows } : { rows: null, reason: `the series of ${label} cannot be used: ${parsed.reason}` };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { rows: null, reason: `the series of ${label} cannot be read: ${error.message}` };
  }
}
