// The rows of the IC view: the table's own, and the model's factors that it does not mention.

import type { FactorsView, IcView } from "../../shared/contract/views.ts";
import type { IcBarRow } from "./ic-bars.ts";

/** One row a line of the IC table, then one for each factor of the model that the table has not; each without a tau says why. */
export function icBarRows(ic: Pick<IcView, "items">, factors?: Pick<FactorsView, "items">): IcBarRow[] {
  const rows: IcBarRow[] = ic.items.map((item) =>
    item.kendall_tau === null
      ? { name: item.factor_name, tau: null, why: "its tau is missing or not a finite number" }
      : { name: item.factor_name, tau: item.kendall_tau },
  );
  const known = new Set(ic.items.map((item) => item.factor_name));
  for (const factor of factors?.items ?? []) {
    if (known.has(factor.factor_name)) continue;
    known.add(factor.factor_name);
    rows.push({
      name: factor.factor_name,
      tau: null,
      why: ic.items.length === 0 ? "there is no IC table" : "a factor of the model, not in the IC table",
    });
  }
  return rows;
}
