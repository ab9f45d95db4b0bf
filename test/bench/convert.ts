// A pickled model to model.json, read, proved and written, beside Python's xgboost doing it; turns alternate.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { convertModel } from "../../daemon/artifacts/xgboost/render/convert.ts";
import { requirePython } from "../support/requirements.ts";
import { startPythonTurns } from "./python-turns.ts";
import { median, ms, type Row } from "./report.ts";

const MODELS = fileURLToPath(new URL("../fixtures/artifacts/", import.meta.url));
/** Wrappers of 2.1.4 with 120 trees, and one of 1.7.6 at protocol 2, whose bytes are text. */
const FILES = ["alpha/ETHBTC_ret_240_model.pkl", "beta/TRXBTC_old_720_model.pkl"] as const;
const WARM_UP = 20;
const TURNS = 60;

/** Measures and returns the table's rows. */
export async function benchConvert(): Promise<Row[]> {
  const python = requirePython("python", ["xgboost"]);
  const rows: Row[] = [];
  for (const file of FILES) {
    const bytes = await readFile(MODELS + file);
    const baseline = python.available ? startPythonTurns(python.command, "convert.py", MODELS + file) : undefined;
    const name = await baseline?.next();
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < WARM_UP + TURNS; turn++) {
      const begun = performance.now();
      const converted = convertModel(bytes, { format: "json" });
      const took = performance.now() - begun;
      if (!converted.ok) throw new Error(converted.reason);
      const other = Number((await baseline?.next())?.split(" ")[0]);
      if (turn < WARM_UP) continue;
      ours.push(took);
      theirs.push(other);
    }
    await baseline?.stop();
    rows.push({
      what: `conversion pickle → JSON, ${file.split("/")[1]} of ${(bytes.length / 1024).toFixed(0)} KB`,
      ours: ms(median(ours)),
      baseline: python.available ? `Python ${name} ${ms(median(theirs))}` : `skipped: ${python.reason}`,
      ratio: python.available ? `${(median(theirs) / median(ours)).toFixed(1)}x faster` : "",
      bar: "",
    });
  }
  return rows;
}
