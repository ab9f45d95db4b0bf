// What a registered model file is worth to clients: its text, or the document that is made of it, with the rows that prove it.

import { hash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import type { DimFactor, GroupDescription } from "../../shared/domain/description.ts";
import type { DerivedKind } from "../../shared/domain/artifact-kinds.ts";
import type { MadeObject } from "../app/ports.ts";
import { describeGroup, type GroupFindings } from "../artifacts/describe-group.ts";
import type { ModelFile, ModelFormat } from "../artifacts/registration/model-file.ts";
import type { GivenFile } from "./registration-files.ts";

/** The model as clients get it and people see it. */
export interface RegisteredModel {
  readonly description: GroupDescription;
  readonly derived: readonly (MadeObject & { readonly bytes: Uint8Array<ArrayBuffer> })[];
  /** The document that is text; sha256 "" when there is none. */
  readonly served: { readonly sha256: string; readonly bytes: number };
}

/** Formats whose files are text that clients read as it is. */
const TEXTS: ReadonlySet<ModelFormat> = new Set<ModelFormat>(["xgboost_json", "lightgbm_text", "json"]);
const PICKLES: ReadonlySet<ModelFormat> = new Set<ModelFormat>(["pickle", "joblib"]);

/** A pickle of no booster says nothing of features. */
function isXgboost({ format, features }: ModelFile): boolean {
  return format.startsWith("xgboost_") || (PICKLES.has(format) && features !== null);
}

/**
 * Describes the model of a line. `factors` are the names that its metadata gives. XGBoost models are read, converted and proved as a group's files
 * are; where no document can be made of one, it is kept as the bytes that it is, and a warning says why.
 */
export function registeredModel(name: string, given: GivenFile, file: ModelFile, factors: readonly string[]): RegisteredModel {
  const isJson = file.format === "xgboost_json";
  const findings = isXgboost(file)
    ? describeGroup(name, [{ kind: isJson ? "model_json" : "model_pkl", path: given.name, bytes: given.bytes, unreadable: "" }])
    : undefined;
  const derived = derivedOf(findings);
  const converted = derived.find(({ kind }) => kind === "converted_json");
  const own =
    TEXTS.has(file.format) && isUtf8(given.bytes) ? { sha256: given.sha256, bytes: given.bytes.length } : { sha256: "", bytes: 0 };
  return {
    description: describe(name, file, findings, factors),
    derived,
    served: converted === undefined ? own : { sha256: converted.sha256, bytes: converted.size },
  };
}

function derivedOf(findings: GroupFindings | undefined): RegisteredModel["derived"] {
  const made: readonly (readonly [DerivedKind, Uint8Array | undefined])[] = [
    ["converted_json", findings?.document?.converted],
    ["proof", findings?.proof],
  ];
  return made.flatMap(([kind, given]) => {
    if (given === undefined) return [];
    const bytes = new Uint8Array(given);
    return [{ kind, size: bytes.length, sha256: hash("sha256", bytes), bytes }];
  });
}

function describe(name: string, file: ModelFile, findings: GroupFindings | undefined, factors: readonly string[]): GroupDescription {
  const found = findings?.description;
  const told = [...(found?.warnings ?? []), ...(findings?.faults ?? []).map((fault) => `${fault.file}: ${fault.reason}`)];
  const features = file.features ?? 0;
  return {
    symbol: name,
    return_name: "",
    feature_dim: features,
    factors,
    dim_factors: dimFactors(features, factors, found?.dim_factors),
    ic_rows: [],
    info_summary: {},
    model_meta: found?.model_meta ?? null,
    curves: found?.curves ?? [],
    best_iteration: found?.best_iteration ?? null,
    golden: "absent",
    warnings: [...told, ...file.warnings.filter((warning) => !told.some((one) => one.endsWith(warning)))],
  };
}

/** The names of the metadata where they are one a feature, or where nobody knows how many features there are; else the bare positions. */
function dimFactors(features: number, factors: readonly string[], bare: readonly DimFactor[] | undefined): readonly DimFactor[] {
  const isNamed = factors.length > 0 && (features === 0 || features === factors.length);
  return isNamed ? factors.map((factor_name, dim) => ({ dim, factor_name, kendall_tau: null })) : (bare ?? []);
}
