// Predictions beside libxgboost in one thread: one row, and a batch of 10,000, in turns. The margins must be equal before anything is measured.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createEvaluator, type Evaluator } from "../../daemon/artifacts/predict/evaluator.ts";
import { readNpy } from "../../daemon/artifacts/predict/npy.ts";
import { readXgboost } from "../../daemon/artifacts/xgboost/read-xgboost.ts";
import { requirePython } from "../support/requirements.ts";
import { median, ms, type Row } from "./report.ts";

const TURNS = 11;
const BATCHES = 5;
const SINGLE_ROWS = 4000;

/** Medians of one turn. */
interface Turn {
  readonly batch_ms: number;
  readonly row_us: number;
}

/** Measures and returns the table's rows. */
export async function benchPredict(base: string): Promise<Row[]> {
  const python = requirePython("python", ["numpy", "xgboost"]);
  if (!python.available) return [{ what: "predictions", ours: "", baseline: `skipped: ${python.reason}`, ratio: "", bar: "" }];
  const folder = join(base, "predict");
  await mkdir(folder, { recursive: true });
  const child = spawn(python.command, [fileURLToPath(new URL("baseline/predict.py", import.meta.url)), folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const version = (await nextLine(lines)).replace("ready ", "");
  const { evaluator, rows } = await loadModel(folder);
  const ours: Turn[] = [];
  const theirs: Turn[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    child.stdin.write("turn\n");
    theirs.push(JSON.parse(await nextLine(lines)) as Turn);
    ours.push(measure(evaluator, rows));
  }
  child.stdin.end();
  await exited;
  return tableRows(ours, theirs, version);
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const line = await lines.next();
  if (line.done === true) throw new Error("the baseline of predictions ended too early");
  return line.value;
}

/** The model and rows that the baseline made. Throws unless every margin equals the baseline's bit for bit. */
async function loadModel(folder: string): Promise<{ readonly evaluator: Evaluator; readonly rows: Float32Array }> {
  const read = readXgboost(await readFile(join(folder, "model.json")));
  if (!read.ok) throw new Error(read.reason);
  const made = createEvaluator(read.model);
  if (!made.ok) throw new Error(made.reason);
  const rows = readNpy(await readFile(join(folder, "rows.npy")));
  const margins = readNpy(await readFile(join(folder, "margins.npy")));
  if (!rows.ok || !margins.ok) throw new Error("the baseline's arrays cannot be read");
  const own = made.evaluator.margins(rows.values, margins.values.length);
  const wrong = own.findIndex((margin, row) => !Object.is(margin, margins.values[row]));
  if (wrong >= 0) throw new Error(`row ${wrong}: ${own[wrong]} is not libxgboost's ${margins.values[wrong]}`);
  return { evaluator: made.evaluator, rows: rows.values };
}

function measure(evaluator: Evaluator, rows: Float32Array): Turn {
  const count = rows.length / evaluator.features;
  const batches = Array.from({ length: BATCHES }, () => {
    const begun = performance.now();
    evaluator.margins(rows, count);
    return performance.now() - begun;
  });
  const row = rows.slice(0, evaluator.features);
  const singles = Array.from({ length: 10 }, () => {
    const begun = performance.now();
    for (let call = 0; call < SINGLE_ROWS / 10; call++) evaluator.margins(row, 1);
    return ((performance.now() - begun) * 1000) / (SINGLE_ROWS / 10);
  });
  return { batch_ms: median(batches), row_us: median(singles) };
}

function tableRows(ours: readonly Turn[], theirs: readonly Turn[], version: string): Row[] {
  const [ourRow, theirRow] = [median(ours.map((turn) => turn.row_us)), median(theirs.map((turn) => turn.row_us))];
  const [ourBatch, theirBatch] = [median(ours.map((turn) => turn.batch_ms)), median(theirs.map((turn) => turn.batch_ms))];
  return [
    {
      what: "one row, 100 trees of depth 6",
      ours: `${ourRow.toFixed(1)} us`,
      baseline: `Python inplace_predict ${theirRow.toFixed(0)} us (xgboost ${version})`,
      ratio: (ourRow / theirRow).toFixed(3),
      bar: "<= 20 us",
    },
    {
      what: "10,000 rows of it",
      ours: ms(ourBatch),
      baseline: `libxgboost, one thread ${ms(theirBatch)}`,
      ratio: (ourBatch / theirBatch).toFixed(2),
      bar: "",
    },
  ];
}
