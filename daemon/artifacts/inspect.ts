// A look at one file by its bytes alone: facts first, then what it holds, or why it cannot be read.

import { recogniseFile, type FileKind } from "../../shared/domain/artifact-kinds.ts";
import type { ExactJson } from "../../shared/lib/exact-json.ts";
import { readCsv } from "./csv-rows.ts";
import { parseFactors } from "./factors.ts";
import { parseIc } from "./ic.ts";
import { memberOf, type JsonValue } from "./json/json-value.ts";
import { readJson } from "./json/read-json.ts";
import { containerOf } from "./pickle/container.ts";
import { describeValue } from "./pickle/describe.ts";
import type { PickleFacts } from "./pickle/facts.ts";
import { readPickle } from "./pickle/read-pickle.ts";
import type { Rejected } from "./rejected.ts";
import { checkModel } from "./xgboost/check-model.ts";

export type InspectedFormat = "pickle" | "json" | "xgboost_json" | "ic_csv" | "csv" | "factors_txt";

/** What one file says. */
export interface Inspection {
  readonly name: string;
  readonly bytes: number;
  /** The artifact kind that the name stands for; null for other names. */
  readonly kind: FileKind | null;
  /** How the bytes were read. */
  readonly format: InspectedFormat;
  /** Pickles only: names, calls and limits, also when the file is refused. */
  readonly facts: PickleFacts | null;
  readonly value: ExactJson;
  /** A part of the value was left out because it is too large, too deep or contains itself. */
  readonly truncated: boolean;
  readonly rejected: { readonly offset: number; readonly reason: string } | null;
}

interface Content {
  readonly facts: PickleFacts | null;
  readonly value: ExactJson;
  readonly truncated: boolean;
  readonly rejected: Inspection["rejected"];
}

const FORMATS: Readonly<Record<FileKind, InspectedFormat>> = {
  factors_txt: "factors_txt",
  ic_csv: "ic_csv",
  info_pkl: "pickle",
  model_pkl: "pickle",
  model_json: "xgboost_json",
  manifest: "json",
  golden: "json",
  series: "csv",
};

const EXTENSIONS: readonly (readonly [RegExp, InspectedFormat])[] = [
  [/\.(pkl|pickle|joblib)(\.(gz|z|zlib))?$/i, "pickle"],
  [/\.json$/i, "json"],
  [/\.csv$/i, "csv"],
  [/\.txt$/i, "factors_txt"],
];

/** The format by name; for other names by the first byte. */
function formatOf(name: string, kind: FileKind | null, bytes: Uint8Array): InspectedFormat {
  if (kind !== null) return FORMATS[kind];
  const known = EXTENSIONS.find(([extension]) => extension.test(name))?.[1];
  if (known !== undefined) return known;
  const first = bytes[0] ?? 0;
  return containerOf(bytes) === "none" && (first === 0x7b || first === 0x5b) ? "json" : "pickle";
}

const READERS: Readonly<Record<InspectedFormat, (bytes: Uint8Array) => Content>> = {
  pickle: (bytes) => {
    const read = readPickle(bytes);
    if (!read.ok) return { ...refusal(read), facts: read.facts };
    const { json, truncated } = describeValue(read.value);
    return { facts: read.facts, value: json, truncated, rejected: null };
  },
  json: (bytes) => {
    const read = readJson(bytes);
    return read.ok ? content(read.value) : refusal(read);
  },
  xgboost_json: (bytes) => {
    const read = readJson(bytes);
    return read.ok ? inspectModel(read.value) : refusal(read);
  },
  ic_csv: (bytes) => {
    const read = parseIc(bytes);
    if (!read.ok) return refusal(read);
    return content({ columns_missing: [...read.missing], rows: read.rows.map((row) => ({ ...row })), tau_not_finite: read.notFinite });
  },
  csv: (bytes) => {
    const read = readCsv(bytes);
    return read.ok ? content({ header: [...read.header], rows: read.rows.map((row) => [...row]) }) : refusal(read);
  },
  factors_txt: (bytes) => {
    const read = parseFactors(bytes);
    return read.ok ? content([...read.names]) : refusal(read);
  },
};

function inspectModel(document: JsonValue): Content {
  const { meta, fault, featureNames } = checkModel(document);
  const learner = memberOf(document, "learner");
  const value: JsonValue = {
    model: meta === null ? null : { ...meta, version: memberOf(document, "version") ?? null },
    attributes: memberOf(learner, "attributes") ?? null,
    learner_model_param: memberOf(learner, "learner_model_param") ?? null,
    feature_names: [...featureNames],
  };
  return { ...content(value), rejected: fault === undefined ? null : { offset: 0, reason: fault } };
}

function content(value: JsonValue): Content {
  return { facts: null, value, truncated: false, rejected: null };
}

function refusal(fault: Rejected): Content {
  return { facts: null, value: null, truncated: false, rejected: { offset: fault.offset, reason: fault.reason } };
}

/** Looks at a file. `name` is its base name, which says what it should hold. Never throws, runs nothing. */
export function inspectBytes(name: string, bytes: Uint8Array): Inspection {
  const kind = recogniseFile(name)?.kind ?? null;
  const format = formatOf(name, kind, bytes);
  return { name, bytes: bytes.length, kind, format, ...READERS[format](bytes) };
}

export { renderInspection } from "./render-inspection.ts";
