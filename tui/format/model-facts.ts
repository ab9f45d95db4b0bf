// What there is to say about a model, as labels and texts: for the tab and for the command.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type { GoldenState } from "../../shared/domain/description.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { float32Text } from "./float32.ts";
import { counted } from "./numbers.ts";
import type { Role } from "./styled.ts";

/** One thing that is known. */
export interface ModelFact {
  readonly label: string;
  readonly text: string;
  readonly role: Role;
}

/** A golden state in words, and what it means. */
export const GOLDEN_WORDS: Readonly<Record<GoldenState, { readonly text: string; readonly role: Role }>> = {
  absent: { text: "the trainer gave no golden rows", role: "dim" },
  not_checked: { text: "not checked", role: "warn" },
  passed: { text: "passed: its margins are those of the golden rows", role: "good" },
  failed: { text: "failed", role: "bad" },
};

/** More outputs than this are only counted. */
const MOST_SCORES = 8;
const MOST_CALLS = 5;

function fact(label: string, text: string, role: Role = "plain"): ModelFact {
  return { label, text, role };
}

/** The first of some texts, and how many more there are. */
function someOf(texts: readonly string[], most: number): string {
  const more = texts.length - most;
  return texts.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function boosterFact(view: ModelView): ModelFact {
  const writer = view.xgboost_version === "0.0.0" ? "by an XGBoost that left no version" : `by XGBoost ${view.xgboost_version}`;
  return fact("booster", `${view.booster}, written ${writer}`);
}

function shapeFact(view: ModelView): ModelFact {
  const rounds = view.rounds === null ? "" : ` in ${counted(view.rounds, "round")}`;
  if (view.booster === "gblinear") return fact("linear", `${counted(view.coefficients.length, "feature")} with coefficients${rounds}`);
  const parallel = view.num_parallel_tree > 1 ? `, ${view.num_parallel_tree} at a time` : "";
  const size = `depth ${view.depth}, ${counted(view.splits, "split")}, ${counted(view.leaves, "leaf", "leaves")}`;
  return fact("trees", `${view.num_trees}${rounds}${parallel}; ${size}`);
}

const ORIGINS: Readonly<Record<ModelView["document"], string>> = {
  converted_json: "converted from the model pickle",
  model_json: "model.json of the files",
  model_file: "the file that was registered",
};

function documentFact(view: ModelView): ModelFact {
  return fact("document", `${ORIGINS[view.document]}, sha256 ${view.sha256.slice(0, 12)}`);
}

function pickleFact({ pickle }: ModelView): ModelFact {
  if (pickle === null) return fact("pickle", "no model pickle, or none that can be read", "dim");
  const packed = pickle.container === "none" ? "" : `, packed ${pickle.container}`;
  const calls = pickle.unknown_calls.length;
  const harm =
    calls === 0
      ? "no unknown calls"
      : `${counted(calls, "call")} of unknown functions (nothing was called): ${someOf([...new Set(pickle.unknown_calls)], MOST_CALLS)}`;
  const text = `${pickle.class_name}, protocol ${pickle.protocol}${packed}, ${counted(pickle.globals_total, "global")}, ${harm}`;
  return fact("pickle", text, calls === 0 ? "plain" : "bad");
}

/** The golden state, and the first row that differs. */
export function goldenFact(view: Pick<ModelView, "golden" | "golden_detail">): ModelFact {
  const { text, role } = GOLDEN_WORDS[view.golden];
  return fact("golden", view.golden_detail === "" ? text : `${text}: ${view.golden_detail}`, role);
}

/** The summary: what it is, how large, where it comes from, and what was checked. */
export function modelFacts(view: ModelView): readonly ModelFact[] {
  const { pickle } = view;
  const objective = pickle?.client_objective ?? null;
  const rows = view.proof_rows;
  return [
    fact("objective", `${view.objective}, ${counted(view.num_feature, "feature")}, ${counted(view.outputs, "output")}`),
    ...(objective === null
      ? []
      : [fact("client's", `the objective ${objective} is the client's own: only it can make predictions of margins`, "warn")]),
    boosterFact(view),
    shapeFact(view),
    fact("base score", someOf(view.base_score.map(float32Text), MOST_SCORES)),
    fact("best round", view.best_iteration === null ? "not told by the files" : String(view.best_iteration)),
    documentFact(view),
    pickleFact(view),
    goldenFact(view),
    fact("kept rows", rows === 0 ? "none" : `${rows} with their margins, by evaluator ${view.evaluator}`, rows === 0 ? "dim" : "plain"),
    ...(pickle?.warnings ?? []).map((text) => fact("warning", text, "warn")),
  ];
}

/** A value without the tags that name its Python type (`{"$": "float", "v": "nan"}` is `nan`). */
function untagged(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(untagged);
  if ("$" in value && "v" in value) return untagged(value.v);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, untagged(member)]));
}

/** A value of any shape on one line. */
export function valueText(value: unknown): string {
  const plain = untagged(value);
  if (typeof plain === "string") return plain === "" ? '""' : plain;
  return plain === undefined ? "n/a" : stringifyExact(plain);
}

/** scikit-learn's parameters, or the objective's own. */
export function parameterFacts(view: Pick<ModelView, "parameters">): readonly ModelFact[] {
  return view.parameters.map(([name, value]) => fact(name, valueText(value)));
}

/** What loading the pickle with Python would import, one line each; what it would call without being known as data is bad. */
export function globalTexts(pickle: NonNullable<ModelView["pickle"]>): readonly { readonly text: string; readonly role: Role }[] {
  const calls = new Set(pickle.unknown_calls);
  const known = new Set(pickle.globals);
  const called = (name: string) => ({ text: `unknown, and called: ${name}`, role: "bad" as const });
  const more = pickle.globals_total - pickle.globals.length;
  return [
    ...[...known].map((name) => (calls.has(name) ? called(name) : { text: name, role: "plain" as const })),
    ...[...calls].filter((name) => !known.has(name)).map(called),
    ...(more > 0 ? [{ text: `and ${more} more`, role: "dim" as const }] : []),
  ];
}
