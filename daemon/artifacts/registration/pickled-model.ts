// A pickled model: is the pickle whole, what does it name and call, and does it hold a booster that can be asked. Nothing of it is executed.

import { python3Name } from "../pickle/describe.ts";
import type { CallFact, PickleFacts } from "../pickle/facts.ts";
import { typeName } from "../pickle/python-text.ts";
import { readPickle } from "../pickle/read-pickle.ts";
import { isNode, type PickleValue } from "../pickle/values.ts";
import { rejected, rejectionText, type Rejected } from "../rejected.ts";
import { findBooster } from "../xgboost/pickle-envelope.ts";
import { readXgboost } from "../xgboost/read-xgboost.ts";
import { NOT_A_MODEL, xgboostFacts, type ModelFile } from "./model-file-facts.ts";

/** A pickle that was read, with its value where it could be read to its end. */
export type PickledModel = { readonly ok: true; readonly file: ModelFile; readonly value: PickleValue | undefined } | Rejected;

const STOP = 0x2e;
const SHOWN_NAMES = 100;

/**
 * Reads a pickle of any protocol, also one of joblib's or packed. Refused: one that is broken or cut off, and one with a booster that XGBoost could not
 * load. A pickle beyond the reader's budgets is taken with a warning when it ends as a pickle does. Never throws.
 */
export function readPickledModel(bytes: Uint8Array): PickledModel {
  const read = readPickle(bytes);
  const { facts } = read;
  if (!read.ok) {
    const isOverBudget = facts.limitsHit.length > 0 && (facts.container !== "none" || bytes.at(-1) === STOP);
    if (!isOverBudget) return rejected(`no readable pickle: ${read.reason}`, read.offset);
    const file = pickleFile(facts, "values that were not read", [`it was not read to its end: ${rejectionText(read)}`]);
    return { ok: true, file, value: undefined };
  }
  const root = read.value;
  const file = pickleFile(facts, rootName(root), []);
  if (!findBooster(root).ok) return { ok: true, file, value: root };
  const booster = readXgboost(bytes);
  if (!booster.ok) return booster;
  const model = xgboostFacts(booster.model);
  const warnings = [...file.warnings, ...(booster.envelope?.warnings ?? []).filter((warning) => !file.warnings.includes(warning))];
  return { ok: true, file: { ...file, ...model, summary: `${file.summary}: ${model.summary}`, warnings }, value: root };
}

function rootName(root: PickleValue): string {
  return isNode(root) && root.kind === "object" ? shownName(python3Name(root.module, root.name)) : typeName(root);
}

/** A name from the file without anything that could drive a terminal. */
function shownName(name: string): string {
  return /^[\w.]{1,200}$/.test(name) ? name : JSON.stringify(name.slice(0, 200));
}

function pickleFile(facts: PickleFacts, holds: string, more: readonly string[]): ModelFile {
  const isJoblib = facts.globals.some(({ module }) => module.startsWith("joblib.numpy_pickle"));
  const packed = facts.container === "none" ? "" : `${facts.container}-packed `;
  return {
    ...NOT_A_MODEL,
    format: isJoblib ? "joblib" : "pickle",
    summary: `${packed}${isJoblib ? "joblib file" : "pickle"} of protocol ${facts.protocol} with a ${holds}`,
    globals: namesOf(facts.globals),
    unknownCalls: namesOf(facts.unknownCalls),
    warnings: [...warningsOf(facts), ...more],
  };
}

function namesOf(names: readonly Pick<CallFact, "module" | "name">[]): readonly string[] {
  return [...new Set(names.map(({ module, name }) => shownName(`${module}.${name}`)))].slice(0, SHOWN_NAMES);
}

function warningsOf(facts: PickleFacts): readonly string[] {
  const warnings: string[] = [];
  if (facts.unknownCallsTotal > 0)
    warnings.push(`loading it with Python would call ${namesOf(facts.unknownCalls).join(", ")}; nothing was called`);
  if (facts.externalsTotal > 0) warnings.push("it refers to something outside the file");
  if (facts.trailing > 0) warnings.push(`${facts.trailing} bytes follow the pickle and are ignored`);
  return warnings;
}
