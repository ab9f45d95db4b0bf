// `*_info.pkl`: the trainer's dict of facts, read without running it (contract §1.4).

import type { IcRow, InfoSummary, TrainingCurve } from "../../shared/domain/description.ts";
import { curvesFrom } from "./curves.ts";
import { IC_COLUMNS } from "./ic.ts";
import { dateField, elementsOf, lenientFloat, lenientInt, optionalText } from "./info-values.ts";
import { dictGet } from "./pickle/dict.ts";
import { columnNamed, frameOf, type VectorView } from "./pickle/pandas-view.ts";
import { plainJson } from "./pickle/plain-json.ts";
import { pythonText, typeName } from "./pickle/python-text.ts";
import { readPickle, type PickleResult } from "./pickle/read-pickle.ts";
import { isNode, type DictValue, type PickleValue } from "./pickle/values.ts";
import { rejected, type Rejected } from "./rejected.ts";

/** What an info dict says. */
export interface Info {
  readonly summary: InfoSummary;
  /** Names from `selected_factors`; undefined when the dict has none, or not as a list. */
  readonly factors: readonly string[] | undefined;
  readonly icRows: readonly IcRow[];
  readonly curves: readonly TrainingCurve[];
  readonly bestIteration: number | null;
  readonly warnings: readonly string[];
}

export type InfoResult =
  { readonly ok: true; readonly info: Info } | { readonly ok: true; readonly info: undefined; readonly rawType: string } | Rejected;

const MAX_FACTORS = 100_000;
const MAX_IC_ROWS = 100_000;
/** Characters of all names and cells: a small file may name one long text many times. */
const MAX_TEXT = 4 * 1024 * 1024;

/** Reads an info pickle. A file that calls anything when Python loads it is no data and is refused by the name of what it calls. */
export function parseInfo(bytes: Uint8Array): InfoResult {
  const pickle = readPickle(bytes);
  const call = pickle.facts.unknownCalls[0];
  if (call !== undefined) {
    const more = pickle.facts.unknownCallsTotal > 1 ? ` and makes ${pickle.facts.unknownCallsTotal - 1} more such calls` : "";
    return rejected(
      `it is not data: loading it with Python would call ${quoted(call.module)}.${quoted(call.name)}${more}; nothing was called`,
      call.offset,
    );
  }
  if (!pickle.ok) return rejected(`no readable pickle: ${pickle.reason}`, pickle.offset);
  if (pickle.facts.externalsTotal > 0) return rejected("it refers to something outside the file", pickle.facts.externals[0]);
  const root = pickle.value;
  if (!isNode(root) || root.kind !== "dict") return { ok: true, info: undefined, rawType: typeName(root) };
  return { ok: true, info: readInfo(root, pickle) };
}

/** A name from the file without anything that could drive a terminal. */
function quoted(name: string): string {
  return /^[\w.]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100));
}

function readInfo(root: DictValue, pickle: PickleResult): Info {
  const warnings: string[] = [];
  const { facts } = pickle;
  const foreign = facts.unknownObjects[0];
  if (foreign !== undefined)
    warnings.push(`it holds an object of the unknown class ${quoted(foreign.module)}.${quoted(foreign.name)}, which is shown by name only`);
  if (facts.trailing > 0) warnings.push(`${facts.trailing} bytes follow the pickle and are ignored`);
  const factors = selectedFactors(dictGet(root, "selected_factors"), warnings);
  const icRows = icRowsFrom(dictGet(root, "ic_df"), warnings);
  const { curves, fault } = curvesFrom(dictGet(root, "evals_result"));
  if (fault !== undefined) warnings.push(fault);
  const best = lenientInt(dictGet(root, "best_iteration"));
  return {
    summary: summaryOf(root, factors?.length ?? 0, warnings),
    factors,
    icRows,
    curves,
    bestIteration: typeof best === "number" && best >= 0 ? best : null,
    warnings,
  };
}

function summaryOf(root: DictValue, factorCount: number, warnings: string[]): InfoSummary {
  const window = elementsOf(dictGet(root, "train_window"), 2) ?? [];
  const [start, end] = window.length === 2 ? window : [];
  const time = lenientFloat(dictGet(root, "train_time"));
  const json = (key: string): InfoSummary["config"] => {
    const encoded = plainJson(dictGet(root, key) ?? null);
    if (encoded.truncated) warnings.push(`${key} is too large, too deep or contains itself; a part of it is left out`);
    return encoded.json;
  };
  return {
    symbol: optionalText(dictGet(root, "symbol")),
    return_name: optionalText(dictGet(root, "return_name")),
    train_window_start_ts: lenientInt(start),
    train_window_end_ts: lenientInt(end),
    train_start_date: dateField(dictGet(root, "train_start_date")),
    train_end_date: dateField(dictGet(root, "train_end_date")),
    train_samples: lenientInt(dictGet(root, "train_samples")),
    original_factors_count: lenientInt(dictGet(root, "original_factors_count")),
    ic_filtered_count: lenientInt(dictGet(root, "ic_filtered_count")),
    final_factors_count: lenientInt(dictGet(root, "final_factors_count")),
    selected_factors_count: factorCount,
    train_time_sec: time !== undefined && Number.isFinite(time) ? time : null,
    config: json("config"),
    feature_importance: json("feature_importance"),
  };
}

/** Each item as text, None left out. One plain text is no list: it is reported and not split into characters. */
function selectedFactors(value: PickleValue | undefined, warnings: string[]): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const items = elementsOf(value, MAX_FACTORS);
  if (items === undefined) {
    warnings.push(`selected_factors is a ${typeName(value)}, not a list of names, and is ignored`);
    return undefined;
  }
  const names = items.filter((item) => item !== null).map(pythonText);
  if (names.reduce((sum, name) => sum + name.length, 0) <= MAX_TEXT) return names;
  warnings.push("selected_factors holds too much text and is ignored");
  return undefined;
}

function icRowsFrom(value: PickleValue | undefined, warnings: string[]): readonly IcRow[] {
  if (value === undefined || value === null) return [];
  const frame = frameOf(value);
  if (frame === undefined) {
    warnings.push(`ic_df is a ${typeName(value)} that cannot be read as a table`);
    return [];
  }
  const columns = IC_COLUMNS.map((name) => columnNamed(frame, name));
  const [symbol, factor, ret, tau] = columns;
  const length = Math.min(frame.index.length, MAX_IC_ROWS);
  if (columns.every((column) => column === undefined) && length > 0)
    warnings.push(`ic_df has none of the columns ${IC_COLUMNS.join(", ")}`);
  let notFinite = 0;
  const rows: IcRow[] = [];
  let text = 0;
  for (let place = 0; place < (columns.some((column) => column !== undefined) ? length : 0); place++) {
    const number = tau === undefined ? undefined : lenientFloat(tau.at(place));
    const finite = number !== undefined && Number.isFinite(number);
    if (number !== undefined && !finite) notFinite++;
    const row = {
      symbol: cell(symbol, place),
      factor_name: cell(factor, place),
      return_name: cell(ret, place),
      kendall_tau: finite ? number : null,
    };
    text += row.symbol.length + row.factor_name.length + row.return_name.length;
    if (text > MAX_TEXT) {
      warnings.push("ic_df holds too much text and is ignored");
      return [];
    }
    rows.push(row);
  }
  if (notFinite > 0) warnings.push(`Kendall_tau of ${notFinite} rows in ic_df is not a finite number and counts as missing`);
  return rows;
}

function cell(column: VectorView | undefined, place: number): string {
  return column === undefined ? "" : pythonText(column.at(place));
}
