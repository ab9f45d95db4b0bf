// The table `gate_policy`: the gates that were set for lines and namespaces, one row each time.

import type { PolicyRecord } from "../app/ports.ts";
import { createRowStatement } from "./multi-row.ts";
import type { CatalogDatabase } from "./schema.ts";

export interface GatePolicyTable {
  readonly sequence: number;
  readonly target: string;
  readonly body: string;
}

/** Appends what was set; each row carries the number of its event, which is written first. */
export const insertPolicies = createRowStatement<GatePolicyTable>((database, rows) => database.insertInto("gate_policy").values(rows));

/** What holds now: the newest of each target, without those that were dropped. */
export async function currentPolicies(database: CatalogDatabase): Promise<readonly PolicyRecord[]> {
  const newest = database
    .selectFrom("gate_policy as any_policy")
    .select((column) => column.fn.max("any_policy.sequence").as("sequence"))
    .groupBy("any_policy.target");
  const rows = await database.selectFrom("gate_policy").selectAll().where("sequence", "in", newest).execute();
  return rows.filter((row) => row.body !== "");
}
