// The matrix of cross_version.json: what each release makes of each other release's files, and what it makes of our renderings of them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { readNpy } from "../../../../../daemon/artifacts/predict/npy.ts";
import { createEvaluator } from "../../../../../daemon/artifacts/predict/evaluator.ts";
import { summationOrder } from "../../../../../daemon/artifacts/predict/release.ts";
import type { XgboostModel } from "../../../../../daemon/artifacts/xgboost/model.ts";
import { parseClientRelease } from "../../../../../daemon/artifacts/xgboost/render/client-release.ts";
import { renderFor, type DocumentFormat } from "../../../../../daemon/artifacts/xgboost/render/render-for.ts";
import { readXgboost } from "../../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { fixtureArchives, fixtureFolder } from "../../../../support/fixture-archive.ts";

const kinds = z.array(z.string());
/** Kinds that are not named in any member had equal margins, or margins equal but for rounding. */
const pair = z.object({
  different: z.record(z.string(), z.unknown()).optional(),
  load_error: z.record(z.string(), kinds).optional(),
  predict_error: z.record(z.string(), kinds).optional(),
  crash_on_load: kinds.optional(),
});
const report = z.object({ by_form: z.record(z.string(), z.record(z.string(), z.record(z.string(), pair))) });

/** What a release makes of another one's file as it stands. */
export type Verdict = "same" | "different" | "fails";

const crossVersion = report.parse(
  JSON.parse(gunzipSync(readFileSync(new URL("../../../../fixtures/cross_version.json.gz", import.meta.url))).toString("utf8")),
).by_form;

/** A writer's forms that hold a model document or the legacy binary: documents since 1.0. */
function formOf(writer: string): string {
  return writer.startsWith("0.") ? "model.model" : "model.json";
}

/** All writers, oldest first: 17 of them. */
export const writers: readonly string[] = [
  ...Object.keys(crossVersion["model.model"] ?? {}),
  ...Object.keys(crossVersion["model.json"] ?? {}),
]
  .filter((writer, place, all) => all.indexOf(writer) === place)
  .toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true }));

/** All readers, oldest first: 14 of them. */
export const readers: readonly string[] = Object.keys(crossVersion["model.json"]?.["3.4.1"] ?? {});

/** What the report says of a kind; undefined for kinds that were not part of it. */
export function verdictOf(writer: string, reader: string, kind: string): Verdict | undefined {
  const found = crossVersion[formOf(writer)]?.[writer]?.[reader];
  if (found === undefined || !reportedKinds.has(kind)) return undefined;
  if (found.different !== undefined && kind in found.different) return "different";
  const failing = [found.load_error ?? {}, found.predict_error ?? {}].flatMap((errors) => Object.values(errors).flat());
  return failing.includes(kind) || found.crash_on_load?.includes(kind) === true ? "fails" : "same";
}

/** A model of a writer with what that release answered. */
export interface WrittenModel {
  readonly writer: string;
  readonly kind: string;
  readonly model: XgboostModel;
  readonly rows: Float32Array;
  readonly margins: Float32Array;
}

/** Folders with a writer's models: of the archives that all suites use, and of three releases that only this one needs. */
function foldersOf(writer: string): readonly string[] {
  return fixtureArchives("")
    .filter((name) => [`xgboost/${writer}`, `xgboost/${writer}-synthetic`, `writers/${writer}`].includes(name))
    .map(fixtureFolder);
}

/** The kinds that the report is about: those of the archives that were made with it, and the one kind that came later. */
const reportedKinds: ReadonlySet<string> = new Set([
  ...["1.7.6", "2.1.4", "3.0.5"].flatMap((release) => readdirSync(fixtureFolder(`xgboost/${release}`))),
  "expectile",
]);

/** A writer's models that have rows, or one in `share`, from its document, or from its legacy binary before 1.0. */
export function modelsOf(writer: string, share = 1): readonly WrittenModel[] {
  const taken = (_kind: string, number: number): boolean => number % share === 0;
  return foldersOf(writer).flatMap((folder) =>
    readdirSync(folder)
      .filter(taken)
      .flatMap((kind) => {
        const files = kind.includes(".") ? [] : readdirSync(join(folder, kind));
        const form = formOf(writer);
        if (!files.includes(form) || !files.includes("X.npy")) return [];
        const read = readXgboost(readFileSync(join(folder, kind, form)));
        if (!read.ok) throw new Error(`${writer}/${kind}: ${read.reason}`);
        return [
          { writer, kind, model: read.model, rows: floats(join(folder, kind, "X.npy")), margins: floats(join(folder, kind, "margin.npy")) },
        ];
      }),
  );
}

function floats(path: string): Float32Array {
  const array = readNpy(readFileSync(path));
  if (!array.ok) throw new Error(`${path}: ${array.reason}`);
  return array.values;
}

/** How the margins of a rendering compare with the writer's: "equal", "rounded", "refused", or what is wrong. */
export type Outcome = string;

/** Margins differ by rounding where the reader adds the intercept elsewhere; on models of up to 30 trees by no more than this, relative to their size. */
const ROUNDING = 3e-7;

/** Renders a model for a reader, reads the document back and evaluates it as that reader does. */
export function outcomeOf({ model, rows, margins }: WrittenModel, reader: string, format: DocumentFormat): Outcome {
  const rendering = renderFor(model, reader, format);
  if (!rendering.ok) return isAllowedRefusal(model, reader) ? "refused" : `refused: ${rendering.reason}`;
  const read = readXgboost(rendering.document);
  if (!read.ok) return `the rendering is no model: ${read.reason}`;
  const release = parseClientRelease(reader);
  const made = createEvaluator(read.model, { release });
  if (!made.ok) return `the rendering cannot be evaluated: ${made.reason}`;
  const got = made.evaluator.margins(rows, rows.length / model.numFeature);
  if (got.length !== margins.length) return `${got.length} margins instead of ${margins.length}`;
  const different = got.findIndex((margin, place) => !Object.is(margin, margins[place]));
  if (different < 0) return "equal";
  const furthest = got.reduce((most, margin, place) => Math.max(most, distance(margin, margins[place] ?? 0)), 0);
  const isDart = model.booster.kind === "trees" && model.booster.treeWeights !== undefined;
  // A margin of before 1.0 that is no score's goes into the leaves, where XGBoost itself would round it.
  const isReordered = release !== undefined && summationOrder(release, isDart) !== summationOrder(model.version, isDart);
  if ((isReordered || model.isBaseMargin) && furthest <= ROUNDING)
    return rendering.notes.some((note) => note.includes("last bits")) ? "rounded" : "rounded without a note";
  return `margin ${different} is ${got[different]} instead of ${margins[different]}`;
}

function distance(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(a - b) / Math.max(1, Math.abs(b));
}

/** Equal but for rounding, or refused where the file itself failed loudly or was not part of the report. */
export function isRight(outcome: Outcome, verdict: Verdict | undefined): boolean {
  return outcome === "equal" || outcome === "rounded" || (outcome === "refused" && verdict !== "same" && verdict !== "different");
}

/** True for readers that know UBJSON. */
export function hasUbjson(reader: string): boolean {
  return !/^1\.[0-5]\./.test(reader);
}

/** What no document can express: categories before 1.5, several targets before 1.6, expectiles before 3.3. */
function isAllowedRefusal(model: XgboostModel, reader: string): boolean {
  const [major, minor] = parseClientRelease(reader) ?? [0, 0];
  const number = major * 100 + minor;
  const hasCategories = model.booster.kind === "trees" && model.booster.trees.some((tree) => tree.categoryNodes.length > 0);
  return (
    (hasCategories && number < 105) ||
    (model.numTarget > 1 && number < 106) ||
    (model.objective.name === "reg:expectileerror" && number < 303)
  );
}
