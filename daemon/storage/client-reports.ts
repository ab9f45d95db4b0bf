// What clients had reported by a time, from the events of their reports: the table loaded_version has the newest ones only.

import { sql } from "kysely";
import type { ClientReport, ReportKey } from "../app/ports.ts";
import { fromMicros } from "./column-values.ts";
import { createRowQuery } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

interface AskedClient {
  readonly source: string;
  readonly group_key: string;
  readonly client: string;
  readonly at: bigint;
}

interface ReportRow {
  readonly source: string;
  readonly group_key: string;
  readonly reason: string;
  readonly version: string;
  readonly at: number;
}

/** The condition on the kind is, word for word, that of the index event_loaded; times of events are unique. */
const NEWEST = sql<number>`(select report.sequence from event as report
  where report.kind = 'client_loaded' and report.source = asked.source and report.group_key = asked.group_key
    and report.reason = asked.client and report.at <= asked.at
  order by report.at desc limit 1)`;

const newestReports = createRowQuery<AskedClient, ReportRow>((database, keys) => {
  const given = keys.map(
    (key) => sql`(cast(${key.source} as text), cast(${key.group_key} as text), cast(${key.client} as text), cast(${key.at} as bigint))`,
  );
  return database
    .with(
      "asked(source, group_key, client, at)",
      () => sql<{ source: string; group_key: string; client: string; at: number }>`(values ${sql.join(given)})`,
    )
    .selectFrom("asked")
    .innerJoin("event", (join) => join.on("event.sequence", "=", NEWEST))
    .select(["event.source", "event.group_key", "event.reason", "event.version", "event.at"]);
});

/** The newest report of each client on its line until the time; those without one are absent. */
export async function reportsAt(database: CatalogDatabase, keys: readonly ReportKey[]): Promise<readonly ClientReport[]> {
  const rows = await newestReports(
    database,
    keys.map(({ namespace, name, clientId, at }) => ({ source: namespace, group_key: name, client: clientId, at })),
  );
  return rows.map((row) => ({
    namespace: row.source,
    name: row.group_key,
    clientId: row.reason,
    version: row.version,
    at: fromMicros(row.at),
  }));
}
