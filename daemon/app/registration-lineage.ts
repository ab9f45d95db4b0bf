// Whether the datasets that a registration claims are ones that were ever current here.

import { AppError } from "../../shared/contract/errors.ts";
import { checkCompatibility, type DatasetVersions } from "../../shared/domain/version-compatibility.ts";
import type { Catalog } from "./catalog.ts";
import { currentDatasets } from "./datasets.ts";
import type { CatalogStore } from "./ports.ts";

const SKIP = "correct it, or register with --skip-lineage-check";

/**
 * Holds the claimed datasets against those of the catalog. A version that was current once is a warning; a dataset or version that never was is
 * refused (`invalid_input`), all of them in one error. Without any datasets in the catalog nothing can be checked, which is a warning.
 */
export async function checkLineage(
  { catalog, store }: { readonly catalog: Catalog; readonly store: Pick<CatalogStore, "hasDatasetVersion"> },
  claimed: DatasetVersions,
  isSkipped: boolean,
): Promise<readonly string[]> {
  if (isSkipped)
    return [
      Object.keys(claimed).length === 0
        ? "it names no datasets, and its lineage was not checked: that was asked for"
        : "the lineage of its datasets was not checked: that was asked for",
    ];
  if (Object.keys(claimed).length === 0) return [];
  if (catalog.datasets.size === 0) return ["the lineage of its datasets was not checked: no current datasets are set"];
  const { differences } = checkCompatibility(claimed, currentDatasets(catalog));
  const warnings: string[] = [];
  const faults: string[] = [];
  for (const { dataset, trained, current } of differences) {
    if (current === null) faults.push(`dataset ${JSON.stringify(dataset)} is not known`);
    else if (await store.hasDatasetVersion(dataset, trained)) warnings.push(`${dataset}: trained on ${trained}, current is ${current}`);
    else faults.push(`dataset ${dataset} never was at ${JSON.stringify(trained)}; current is ${current}`);
  }
  if (faults.length > 0) throw new AppError("invalid_input", `lineage: ${faults.join("; ")}; ${SKIP}`);
  return warnings;
}
