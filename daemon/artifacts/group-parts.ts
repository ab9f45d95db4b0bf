// The parsed parts of a group, before they are put together.

import { CONTENT_KINDS, type GroupContentKind } from "../../shared/domain/artifact-kinds.ts";
import type { PartFault } from "../../shared/domain/description.ts";
import { parseFactors } from "./factors.ts";
import { parseGolden, type GoldenSet } from "./golden.ts";
import { parseIc, type IcTable } from "./ic.ts";
import { parseInfo, type Info } from "./info.ts";
import { rejected, rejectionText, type Rejected } from "./rejected.ts";
import { checkSeries } from "./series.ts";
import { readXgboost, type XgboostResult } from "./xgboost/read-xgboost.ts";
import { ownRelease } from "./xgboost/render/convert.ts";
import { renderForRelease } from "./xgboost/render/render-for.ts";
import { refusalText } from "./xgboost/render/target.ts";
import { readModelDocument, type ModelReading } from "./xgboost/read-model.ts";

/** One file of a group as the reader found it: its bytes, or why they could not be had. */
export interface GroupFile {
  readonly kind: GroupContentKind;
  /** Below the source's root. */
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  /** Why there are no bytes; empty when there are. */
  readonly unreadable: string;
}

/** What each present and readable part says; a part that is missing or faulty is undefined. */
export interface GroupParts {
  readonly files: ReadonlyMap<GroupContentKind, GroupFile>;
  readonly factors: readonly string[] | undefined;
  readonly ic: IcTable | undefined;
  readonly info: Info | undefined;
  /** The type of an info pickle that is no dict. */
  readonly infoType: string | undefined;
  /** Its facts are there also when it has a fault. */
  readonly model: ModelReading | undefined;
  /** What the model pickle holds, or why it holds no model. */
  readonly pickled: XgboostResult | undefined;
  /** The document made from the pickle of a group that has no document of its own. */
  readonly converted: Uint8Array | undefined;
  readonly golden: GoldenSet | undefined;
  /** In the order of the kinds. */
  readonly faults: readonly PartFault[];
}

interface OpenParts {
  factors?: readonly string[];
  ic?: IcTable;
  info?: Info;
  infoType?: string;
  model?: ModelReading;
  pickled?: XgboostResult;
  converted?: Uint8Array;
  golden?: GoldenSet;
}

/** How the bytes of each kind are read into the parts; returns the refusal if there is one. A model pickle without a model is no fault by itself. */
const READERS: Readonly<Record<GroupContentKind, (bytes: Uint8Array, parts: OpenParts) => Rejected | undefined>> = {
  factors_txt: (bytes, parts) => {
    const read = parseFactors(bytes);
    if (!read.ok) return read;
    parts.factors = read.names;
    return undefined;
  },
  ic_csv: (bytes, parts) => {
    const read = parseIc(bytes);
    if (!read.ok) return read;
    parts.ic = read;
    return undefined;
  },
  info_pkl: (bytes, parts) => {
    const read = parseInfo(bytes);
    if (!read.ok) return read;
    if (read.info === undefined) parts.infoType = read.rawType;
    else parts.info = read.info;
    return undefined;
  },
  model_pkl: (bytes, parts) => {
    parts.pickled = readXgboost(bytes);
    return undefined;
  },
  model_json: readModel,
  golden: (bytes, parts) => {
    const read = parseGolden(bytes);
    if (!read.ok) return read;
    parts.golden = read.golden;
    return undefined;
  },
  series: (bytes) => {
    const read = checkSeries(bytes);
    return read.ok ? undefined : read;
  },
};

function readModel(bytes: Uint8Array, parts: OpenParts): Rejected | undefined {
  const read = readModelDocument(bytes);
  if (!read.ok) return read;
  parts.model = read;
  return read.fault === undefined ? undefined : { ok: false, offset: 0, reason: read.fault };
}

/** Makes the document of a group that has only a model pickle; returns the refusal if there is one. */
function convert(parts: OpenParts): Rejected | undefined {
  const { pickled } = parts;
  if (pickled === undefined || !pickled.ok) return pickled;
  const made = renderForRelease(pickled.model, ownRelease(pickled.model, "json"));
  if (!made.ok) return rejected(refusalText(made));
  parts.converted = made.document;
  return readModel(made.document, parts);
}

/** Reads every part. A part that cannot be read becomes a fault and leaves the others alone. */
export function readParts(files: readonly GroupFile[]): GroupParts {
  const byKind = new Map(files.map((file) => [file.kind, file]));
  const parts: OpenParts = {};
  const faults: PartFault[] = [];
  for (const kind of CONTENT_KINDS) {
    const file = byKind.get(kind);
    if (file === undefined) continue;
    const refusal =
      file.bytes === undefined ? { ok: false as const, offset: 0, reason: file.unreadable } : READERS[kind](file.bytes, parts);
    if (refusal !== undefined) faults.push({ kind, file: file.path, reason: rejectionText(refusal) });
  }
  const pickle = byKind.get("model_pkl");
  const unconverted = byKind.has("model_json") ? undefined : convert(parts);
  if (pickle !== undefined && unconverted !== undefined)
    faults.push({ kind: "model_pkl", file: pickle.path, reason: rejectionText(unconverted) });
  return {
    files: byKind,
    factors: parts.factors,
    ic: parts.ic,
    info: parts.info,
    infoType: parts.infoType,
    model: parts.model,
    pickled: parts.pickled,
    converted: parts.converted,
    golden: parts.golden,
    faults,
  };
}
