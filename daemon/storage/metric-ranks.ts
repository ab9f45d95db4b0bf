// Versions of a line by a metric, read in the order of an index.

import { setImmediate as nextTurn } from "node:timers/promises";
import { sql } from "kysely";
import type { Status } from "../../shared/domain/lifecycle.ts";
import type { RankedVersion } from "../app/ports.ts";
import { fromMicros } from "./column-values.ts";
import { createRowQuery, integerRows } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

/** Versions whose rows are read without a turn for others; they lie all over the file. */
const AT_ONCE = 32;

interface Place {
  readonly id: number;
  readonly value: number | null;
}

/** The line's versions by a metric, ties by newest; those without the metric last, newest first. */
export async function versionsByMetric(
  database: CatalogDatabase,
  lineId: number,
  metric: string,
  order: "asc" | "desc",
  limit: number,
): Promise<readonly RankedVersion[]> {
  const valued = order === "desc" ? await highest(database, lineId, metric, limit) : await lowest(database, lineId, metric, limit);
  const places = [...valued, ...(await without(database, lineId, metric, limit - valued.length))];
  const ranked: RankedVersion[] = [];
  for (let start = 0; start < places.length; start += AT_ONCE) {
    if (start > 0) await nextTurn();
    ranked.push(...(await describe(database, places.slice(start, start + AT_ONCE))));
  }
  return ranked;
}

/** What is known of the versions beside the metric. */
async function describe(database: CatalogDatabase, places: readonly Place[]): Promise<readonly RankedVersion[]> {
  const keys = places.map(({ id }) => ({ version_id: id }));
  const metrics = await metricsOf(database, keys);
  const rows = new Map((await rankedRows(database, keys)).map((row) => [row.id, row]));
  return places.flatMap(({ id, value }) => {
    const row = rows.get(id);
    if (row === undefined) return [];
    const { label, status } = row;
    return [
      {
        label,
        status,
        createdAt: fromMicros(row.created_at),
        value,
        metrics: Object.fromEntries(metrics.get(id) ?? []),
        ...toStretch(row),
      },
    ];
  });
}

const valuesOf = (database: CatalogDatabase, lineId: number, metric: string) =>
  database.selectFrom("metric").select(["version_id as id", "value"]).where("line_id", "=", lineId).where("name", "=", metric);

function highest(database: CatalogDatabase, lineId: number, metric: string, limit: number): Promise<Place[]> {
  return valuesOf(database, lineId, metric).orderBy("value", "desc").orderBy("version_id", "desc").limit(limit).execute();
}

/** The index has the oldest of equal values first: the last value of the page, of which not all may fit, is read backwards. */
async function lowest(database: CatalogDatabase, lineId: number, metric: string, limit: number): Promise<Place[]> {
  const found = await valuesOf(database, lineId, metric).orderBy("value").orderBy("version_id").limit(limit).execute();
  const last = found.at(-1)?.value;
  if (last === undefined) return [];
  const below = found.filter(({ value }) => value < last).sort((a, b) => a.value - b.value || b.id - a.id);
  const equal = valuesOf(database, lineId, metric).where("value", "=", last).orderBy("version_id", "desc");
  return [...below, ...(await equal.limit(limit - below.length).execute())];
}

/** There are few to pass over: so many have the metric as there were places before these. */
async function without(database: CatalogDatabase, lineId: number, metric: string, limit: number): Promise<Place[]> {
  if (limit <= 0) return [];
  const rows = await database
    .selectFrom("version")
    .select("version.id")
    .where("line_id", "=", lineId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("metric").select("name").whereRef("metric.version_id", "=", "version.id").where("metric.name", "=", metric))),
    )
    .orderBy("version.id", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => ({ id, value: null }));
}

const metricRows = createRowQuery<{ readonly version_id: number }, { version_id: number; name: string; value: number }>((database, keys) =>
  database
    .selectFrom("metric")
    .select(["version_id", "name", "value"])
    .where(
      "version_id",
      "in",
      keys.map((key) => key.version_id),
    ),
);

async function metricsOf(
  database: CatalogDatabase,
  keys: readonly { readonly version_id: number }[],
): Promise<ReadonlyMap<number, readonly (readonly [string, number])[]>> {
  const found = new Map<number, (readonly [string, number])[]>(keys.map(({ version_id }) => [version_id, []]));
  for (const row of await metricRows(database, keys)) found.get(row.version_id)?.push([row.name, row.value]);
  return found;
}

const atOf = (status: "to_status" | "from_status") =>
  sql<number | null>`(select one.at from move as one
    where one.version_id = asked.version_id and ${sql.ref(`one.${status}`)} = 'production' order by one.sequence desc limit 1)`;

interface RankedRow {
  readonly id: number;
  readonly label: string;
  readonly status: Status;
  readonly created_at: number;
  readonly activated_at: number | null;
  readonly deactivated_at: number | null;
}

const rankedRows = createRowQuery<{ readonly version_id: number }, RankedRow>((database, keys) =>
  database
    .with("asked(version_id)", () => integerRows(keys))
    .selectFrom("asked")
    .innerJoin("version", "version.id", "asked.version_id")
    .select(["version.id", "version.label", "version.status", "version.created_at"])
    .select([atOf("to_status").as("activated_at"), atOf("from_status").as("deactivated_at")]),
);

/** When a version last went live, and when it last was no longer; null while it is live, or when it never was. */
function toStretch({ activated_at: since, deactivated_at: until }: RankedRow): Pick<RankedVersion, "activatedAt" | "deactivatedAt"> {
  const isLive = since !== null && (until === null || until < since);
  return {
    activatedAt: since === null ? null : fromMicros(since),
    deactivatedAt: isLive || until === null ? null : fromMicros(until),
  };
}

/** Names of metrics that the line's versions have, at most `limit`, by name; each is one step in an index. */
export async function metricNames(database: CatalogDatabase, lineId: number, limit: number): Promise<readonly string[]> {
  const names: string[] = [];
  while (names.length < limit) {
    const next = database
      .selectFrom("metric")
      .select("name")
      .where("line_id", "=", lineId)
      .where("name", ">", names.at(-1) ?? "");
    const row = await next.orderBy("name").limit(1).executeTakeFirst();
    if (row === undefined) break;
    names.push(row.name);
  }
  return names;
}
