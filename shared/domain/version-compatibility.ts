// Whether a model may be used with the datasets of today: the versions that it was trained on against the current ones.

import { compareCodePoints } from "./names.ts";

export const COMPATIBILITY_LEVELS = ["exact", "drift", "missing"] as const;
/** The worst that was found: `missing` is worse than `drift`. */
export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number];

/** One dataset that differs. */
export interface DatasetDifference {
  readonly dataset: string;
  readonly trained: string;
  /** Null: nobody says which version is current. */
  readonly current: string | null;
}

export interface Compatibility {
  readonly compatible: boolean;
  readonly level: CompatibilityLevel;
  /** One sentence a difference, in the order of `differences`. */
  readonly warnings: readonly string[];
  /** Missing datasets first, then those that drifted, each in the order of their names. */
  readonly differences: readonly DatasetDifference[];
}

/** Versions by dataset. */
export type DatasetVersions = Readonly<Record<string, string>>;

/**
 * Compares version texts for equality, nothing more. A dataset that is missing blocks always, drift only when `isStrict`. Datasets that the model
 * does not name do not matter; a model without datasets is `exact`.
 */
export function checkCompatibility(model: DatasetVersions, current: DatasetVersions, isStrict = true): Compatibility {
  const differences = Object.entries(model)
    .map(([dataset, trained]) => ({ dataset, trained, current: Object.hasOwn(current, dataset) ? (current[dataset] ?? null) : null }))
    .filter((pair) => pair.trained !== pair.current)
    .toSorted((a, b) => Number(a.current !== null) - Number(b.current !== null) || compareCodePoints(a.dataset, b.dataset));
  const [worst] = differences;
  const level = worst === undefined ? "exact" : worst.current === null ? "missing" : "drift";
  return { compatible: level === "exact" || (level === "drift" && !isStrict), level, warnings: differences.map(warning), differences };
}

function warning({ dataset, trained, current }: DatasetDifference): string {
  return current === null
    ? `${dataset}: model trained on ${trained}, no current version is set`
    : `${dataset}: model trained on ${trained}, current is ${current}`;
}

const NOT_STRICT: ReadonlySet<string> = new Set(["false", "0", "no"]);

/** Reads `STRICT_VERSION_MODE`: `false`, `0` and `no` in any case switch strictness off; everything else, also `off`, empty or unset, leaves it on. */
export function parseStrictMode(text: string | undefined): boolean {
  return !NOT_STRICT.has((text ?? "").toLowerCase());
}
