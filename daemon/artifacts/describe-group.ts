// Puts the parts of a group together: fields, warnings, contradictions, readiness (contract §1.2, §1.7; DESIGN §4, §5).

import type { DimFactor, GroupDescription, IcRow, PartFault } from "../../shared/domain/description.ts";
import { stripText } from "../../shared/domain/names.ts";
import { proveModel, type Verdict } from "./prove-model.ts";
import { rejectionText } from "./rejected.ts";
import { readXgboost } from "./xgboost/read-xgboost.ts";
import { readParts, type GroupFile, type GroupParts } from "./group-parts.ts";

/** Everything that the files of a group say. */
export interface GroupFindings {
  readonly description: GroupDescription;
  /** In the order of the kinds. */
  readonly faults: readonly PartFault[];
  /** Disagreements between the parts; empty = consistent. */
  readonly contradictions: readonly string[];
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly notReady: string;
  /** Why it must not go live although it is ready: its margins are not those that the files promise. Empty = nothing speaks against it. */
  readonly failure: string;
  /**
   * The model document; undefined without a usable one. `rewritten`: the text as it is served, when that is not the file's (line breaks). `converted`: the
   * document made from the model pickle of a group that has no other.
   */
  readonly document: { readonly rewritten: string | undefined; readonly converted: Uint8Array | undefined } | undefined;
  /** Rows and margins to keep with the version. */
  readonly proof: Uint8Array | undefined;
}

/** Reads and describes a group. `notes` are warnings about the choice of files; they come first. Never throws. */
export function describeGroup(groupKey: string, files: readonly GroupFile[], notes: readonly string[] = []): GroupFindings {
  const parts = readParts(files);
  const icRows = parts.ic !== undefined && parts.ic.rows.length > 0 ? parts.ic.rows : (parts.info?.icRows ?? []);
  const factors = parts.factors !== undefined && parts.factors.length > 0 ? parts.factors : (parts.info?.factors ?? []);
  const ownDim = parts.model?.meta?.feature_dim ?? 0;
  const featureDim = ownDim > 0 ? ownDim : factors.length;
  const names = groupNames(groupKey, parts, icRows);
  const contradictions = contradictionsOf(groupKey, parts);
  const notReady = whyNotReady(parts, featureDim, names.symbol);
  const verdict = notReady === "" ? prove(parts) : undefined;
  const envelope = parts.pickled?.ok === true ? parts.pickled.envelope : null;
  return {
    description: {
      symbol: names.symbol,
      return_name: names.returnName,
      feature_dim: featureDim,
      factors,
      dim_factors: dimFactors(featureDim, factors, icRows),
      ic_rows: icRows,
      info_summary: parts.info?.summary ?? (parts.infoType === undefined ? {} : { raw_type: parts.infoType }),
      model_meta: parts.model?.meta ?? null,
      curves: parts.info !== undefined && parts.info.curves.length > 0 ? parts.info.curves : (envelope?.curves ?? []),
      best_iteration: parts.info?.bestIteration ?? parts.model?.meta?.best_iteration ?? envelope?.bestIteration ?? null,
      golden: verdict?.golden ?? (parts.files.has("golden") ? "not_checked" : "absent"),
      warnings: [...notes, ...warningsOf(groupKey, parts, featureDim, factors, contradictions), ...modelWarnings(groupKey, parts, verdict)],
    },
    faults: parts.faults,
    contradictions,
    ready: notReady === "",
    notReady,
    failure: verdict?.failure ?? "",
    document: notReady === "" ? { rewritten: parts.model?.rewritten, converted: parts.converted } : undefined,
    proof: verdict?.proof,
  };
}

/** Proves a model that can be served. One that cannot be evaluated has nothing to keep, and nothing that was promised for it can be shown. */
function prove(parts: GroupParts): Verdict {
  const pickled = parts.pickled?.ok === true ? parts.pickled.model : undefined;
  const document = parts.files.get("model_json")?.bytes;
  const read = document === undefined ? parts.pickled : readXgboost(document);
  if (read?.ok === true)
    return proveModel({ model: read.model, pickled: document === undefined ? undefined : pickled, golden: parts.golden });
  const unproven = read?.reason ?? "there is no model";
  if (parts.golden === undefined) return { golden: "absent", failure: "", proof: undefined, unproven };
  return { golden: "not_checked", failure: `the golden rows cannot be checked: ${unproven}`, proof: undefined, unproven };
}

/** What is to be said about the model beside its document. */
function modelWarnings(groupKey: string, parts: GroupParts, verdict: Verdict | undefined): readonly string[] {
  const { pickled } = parts;
  const path = parts.files.get("model_pkl")?.path ?? "";
  const own =
    pickled === undefined
      ? []
      : pickled.ok
        ? (pickled.envelope?.warnings ?? [])
        : parts.files.has("model_json")
          ? [rejectionText(pickled)]
          : [];
  const client = pickled?.ok === true ? (pickled.envelope?.clientObjective ?? null) : null;
  return [
    ...own.map((text) => `${path}: ${text}`),
    ...(client === null
      ? []
      : [`${path}: the objective ${client} is the client's own; the model's predictions need it, its margins do not`]),
    ...(verdict === undefined || verdict.unproven === "" ? [] : [`${groupKey}: margins cannot be proved here: ${verdict.unproven}`]),
  ];
}

/** Symbol and return: info, then the first IC row, then the group's name; the first that is not blank. */
function groupNames(
  groupKey: string,
  parts: GroupParts,
  icRows: readonly IcRow[],
): { readonly symbol: string; readonly returnName: string } {
  const cut = groupKey.indexOf("_");
  const first = icRows[0];
  return {
    symbol: firstText(parts.info?.summary.symbol, first?.symbol, cut < 0 ? groupKey : groupKey.slice(0, cut)),
    returnName: firstText(parts.info?.summary.return_name, first?.return_name, cut < 0 ? "" : groupKey.slice(cut + 1)),
  };
}

function firstText(...texts: readonly (string | null | undefined)[]): string {
  for (const text of texts) {
    const stripped = stripText(text ?? "");
    if (stripped !== "") return stripped;
  }
  return "";
}

/** More positions than this are not listed one by one: a document may claim any number of features. */
const MAX_DIMS = 200_000;

/** One entry per input of the model; tau by name, the last row with a name wins. */
function dimFactors(featureDim: number, factors: readonly string[], icRows: readonly IcRow[]): readonly DimFactor[] {
  const tau = new Map(icRows.map((row) => [row.factor_name, row.kendall_tau]));
  return Array.from({ length: Math.min(featureDim, MAX_DIMS) }, (_, dim): DimFactor => {
    const name = factors[dim];
    return { dim, factor_name: name ?? "", kendall_tau: name === undefined ? null : (tau.get(name) ?? null) };
  });
}

function contradictionsOf(groupKey: string, parts: GroupParts): readonly string[] {
  const dim = parts.model?.fault === undefined ? (parts.model?.meta?.feature_dim ?? 0) : 0;
  const found: string[] = [];
  const listed = parts.factors?.length ?? 0;
  const selected = parts.info?.factors?.length ?? 0;
  if (dim > 0 && listed > 0 && listed !== dim) found.push(`${groupKey}: the model takes ${dim} features, the factor list names ${listed}`);
  if (dim > 0 && selected > 0 && selected !== dim)
    found.push(`${groupKey}: the model takes ${dim} features, the info names ${selected} selected factors`);
  return found;
}

function whyNotReady(parts: GroupParts, featureDim: number, symbol: string): string {
  const document = parts.files.get("model_json");
  if (document === undefined && parts.converted === undefined) {
    const refusal = parts.faults.find((candidate) => candidate.kind === "model_pkl");
    if (refusal === undefined) return "there is no model document";
    return `there is no model document, and the model pickle cannot be used: ${refusal.reason}`;
  }
  const fault = parts.faults.find((candidate) => candidate.kind === "model_json");
  if (fault !== undefined) return `the model document cannot be used: ${fault.reason}`;
  if (featureDim <= 0) return "the number of features is not known";
  return symbol === "" ? "the symbol is not known" : "";
}

/** In the order of the contract; what it does not know of stands with the file that it concerns. Faults are told on their own. */
function warningsOf(
  groupKey: string,
  parts: GroupParts,
  featureDim: number,
  factors: readonly string[],
  contradictions: readonly string[],
): readonly string[] {
  const warnings: string[] = [];
  const file = (kind: PartFault["kind"]): string => parts.files.get(kind)?.path ?? "";
  if (parts.factors?.length === 0) warnings.push(`${file("factors_txt")}: the file names no factors`);
  if (parts.ic?.rows.length === 0) warnings.push(`${file("ic_csv")}: the file has no rows`);
  if (parts.ic !== undefined && parts.ic.missing.length > 0)
    warnings.push(`${file("ic_csv")}: the header lacks ${parts.ic.missing.join(", ")}`);
  if (parts.ic !== undefined && parts.ic.notFinite > 0) {
    warnings.push(`${file("ic_csv")}: Kendall_tau of ${parts.ic.notFinite} rows is not a finite number and counts as missing`);
  }
  if (parts.infoType !== undefined) warnings.push(`${file("info_pkl")}: the pickle holds a ${parts.infoType}, not a dict`);
  for (const text of parts.info?.warnings ?? []) warnings.push(`${file("info_pkl")}: ${text}`);
  if (featureDim <= 0) warnings.push(`${groupKey}: the number of features is not known`);
  if (factors.length > 0 && featureDim > 0 && factors.length !== featureDim && contradictions.length === 0) {
    warnings.push(`${groupKey}: ${featureDim} features, but ${factors.length} factors`);
  }
  warnings.push(...contradictions, ...nameWarnings(groupKey, parts, factors), ...invalidNumbers(parts));
  if (featureDim > MAX_DIMS) warnings.push(`${groupKey}: of ${featureDim} features only the first ${MAX_DIMS} are listed`);
  return warnings;
}

/** The model's own feature names against the factor list. */
function nameWarnings(groupKey: string, parts: GroupParts, factors: readonly string[]): readonly string[] {
  const own = parts.model?.fault === undefined ? (parts.model?.featureNames ?? []) : [];
  if (own.length === 0 || own.length !== factors.length) return [];
  const at = own.findIndex((name, i) => name !== factors[i]);
  return at < 0
    ? []
    : [`${groupKey}: the model calls feature ${at} ${JSON.stringify(own[at])}, the factor list ${JSON.stringify(factors[at])}`];
}

/** Numbers that the old wire cannot carry: they go out as 0 there. */
function invalidNumbers(parts: GroupParts): readonly string[] {
  const samples = parts.info?.summary.train_samples ?? null;
  const path = parts.files.get("info_pkl")?.path ?? "";
  const found =
    samples !== null && (samples < 0 || BigInt(samples) >= 2n ** 64n)
      ? [`${path}: train_samples is ${samples}, which no count can be; the old wire carries 0`]
      : [];
  for (const key of ["train_window_start_ts", "train_window_end_ts"] as const) {
    const value = parts.info?.summary[key] ?? null;
    if (value !== null && (value >= 2n ** 63n || value < -(2n ** 63n)))
      found.push(`${path}: ${key} is beyond 64 bits; the old wire carries 0`);
  }
  return found;
}
