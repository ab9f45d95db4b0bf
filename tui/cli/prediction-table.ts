// Predictions as a table for people and as JSON: each number reads back as the same float32.

import type { PredictionKind } from "../../shared/contract/model-operations.ts";
import { float32Text } from "../format/float32.ts";
import type { CliContext } from "./context.ts";
import { printTable, type TableColumn } from "./table.ts";

/** Answers by row. */
export interface Predictions {
  readonly rows: number;
  /** Numbers in each row's answer. */
  readonly outputs: number;
  readonly values: readonly (readonly (number | null)[])[];
}

/** One number as text. Numbers of leaves are whole, and may be larger than a float32 tells apart. */
function numberText(kind: PredictionKind, value: number | null): string {
  return kind === "leaf" && value !== null ? String(value) : float32Text(value);
}

/** Texts that JSON has no number for; 1e999 reads as infinity. */
const JSON_TEXTS: Readonly<Record<string, string>> = { nan: "null", inf: "1e999", "-inf": "-1e999", "-0": "-0.0" };

/** The answers as they are to stand in a document: NaN is null, every other number is written as in the table. */
export function jsonValues(kind: PredictionKind, values: Predictions["values"]): unknown {
  const toJson = (value: number | null): unknown => {
    const text = numberText(kind, value);
    return JSON.rawJSON(JSON_TEXTS[text] ?? text);
  };
  return values.map((answer) => answer.map(toJson));
}

const TITLES: Readonly<Record<PredictionKind, string>> = {
  prediction: "PREDICTION",
  margin: "MARGIN",
  leaf: "TREE",
  contribs: "",
};

/** The titles of the answers' columns. Contributions have one for each feature and one for the bias, for each output. */
function titlesOf(kind: PredictionKind, outputs: number, features: readonly string[]): readonly string[] {
  const title = TITLES[kind];
  if (outputs === 1 && kind !== "leaf" && kind !== "contribs") return [title];
  if (kind !== "contribs") return Array.from({ length: outputs }, (_output, at) => `${title} ${at}`);
  const names = [...features, "BIAS"];
  if (features.length === 0 || outputs % names.length !== 0) return Array.from({ length: outputs }, (_output, at) => String(at));
  const isSingle = outputs === names.length;
  return Array.from({ length: outputs }, (_output, at) => {
    const name = names[at % names.length] ?? "";
    return isSingle ? name : `${name} ${Math.floor(at / names.length)}`;
  });
}

/** Prints a line for each row, numbered from 1. `features` name the columns of contributions. */
export async function printPredictions(
  context: CliContext,
  kind: PredictionKind,
  { outputs, values }: Predictions,
  features: readonly string[],
): Promise<void> {
  type Row = readonly [number, readonly (number | null)[]];
  const columns: readonly TableColumn<Row>[] = [
    { title: "ROW", align: "right", cell: ([row]) => String(row) },
    ...titlesOf(kind, outputs, features).map((title, at): TableColumn<Row> => ({
      title,
      align: "right",
      cell: ([, answer]) => numberText(kind, answer[at] ?? null),
    })),
  ];
  await printTable(
    context,
    columns,
    values.map((answer, at): Row => [at + 1, answer]),
    "no rows",
  );
}
