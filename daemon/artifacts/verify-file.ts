// Whether one file is whole and usable, by its content: what `verify FILE` says.

import { hash } from "node:crypto";
import { recogniseFile } from "../../shared/domain/artifact-kinds.ts";
import { parseGolden } from "./golden.ts";
import { inspectBytes } from "./inspect.ts";
import { proveModel } from "./prove-model.ts";
import { rejectionText } from "./rejected.ts";
import type { XgboostModel } from "./xgboost/model.ts";
import { modelFacts } from "./xgboost/model-facts.ts";
import { readXgboost } from "./xgboost/read-xgboost.ts";

/** What was found; `fault` is empty for a sound file. */
export interface FileVerdict {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What the file holds, in words; empty when nobody can tell. */
  readonly what: string;
  readonly fault: string;
  /** What is worth knowing and no fault. */
  readonly notes: readonly string[];
}

/** Looks at a file; `golden` are the bytes of the golden file beside a model, if there is one. Never throws, runs nothing. */
export function verifyFile(name: string, bytes: Uint8Array, golden: Uint8Array | null): FileVerdict {
  const common = { name, bytes: bytes.length, sha256: hash("sha256", bytes) };
  const read = readXgboost(bytes);
  if (read.ok) return { ...common, ...verifyModel(read.model, read.envelope?.className, read.envelope?.warnings ?? [], golden) };
  const kind = recogniseFile(name)?.kind;
  if (kind === "model_json" || kind === "model_pkl") return { ...common, what: "", fault: rejectionText(read), notes: [] };
  const { format, facts, rejected } = inspectBytes(name, bytes);
  const calls = facts?.unknownCalls.map((call) => `${call.module}.${call.name}`) ?? [];
  const notes = calls.length === 0 ? [] : [`loading it with Python would call ${calls.join(", ")}`];
  return {
    ...common,
    what: rejected === null ? WORDS[format] : "",
    fault: rejected === null ? "" : rejectionText({ ok: false, ...rejected }),
    notes,
  };
}

const WORDS = {
  pickle: "a pickle",
  json: "a JSON document",
  xgboost_json: "an XGBoost model document",
  ic_csv: "an IC table",
  csv: "a CSV table",
  factors_txt: "a list of factors",
} as const;

function verifyModel(
  model: XgboostModel,
  className: string | undefined,
  warnings: readonly string[],
  golden: Uint8Array | null,
): Pick<FileVerdict, "what" | "fault" | "notes"> {
  const { booster, num_trees, objective, num_feature, version } = modelFacts(model);
  const release = version.some((part) => part > 0) ? `XGBoost ${version.join(".")}` : "an XGBoost before 1.0";
  const trees = booster === "gblinear" ? "" : `, ${num_trees} trees`;
  const what = `${className === undefined ? "a model" : `a pickled ${className}`} of ${release}: ${booster}${trees}, ${objective}, ${num_feature} features`;
  const set = golden === null ? undefined : parseGolden(golden);
  if (set?.ok === false) return { what, fault: `the golden file beside it cannot be read: ${rejectionText(set)}`, notes: warnings };
  const verdict = proveModel({ model, pickled: undefined, golden: set?.golden });
  const notes = [
    ...warnings,
    ...(verdict.golden === "passed"
      ? [`it gives the margins of the ${set?.golden.rows.length ?? 0} golden rows beside it, bit for bit`]
      : []),
  ];
  return { what, fault: verdict.failure !== "" ? verdict.failure : verdict.unproven, notes };
}
