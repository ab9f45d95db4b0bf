// A pickled model to model.json, read, proved and written, beside Python's xgboost doing it; turns alternate.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { convertModel } from "../../daemon/artifacts/xgboost/render/convert.ts";
import { requirePython } from "../support/requirements.ts";
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
    const baseline = python.available ? startBaseline(python.command, MODELS + file) : undefined;
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

/** The Python baseline: its first line names the library, each later one is asked for. */
interface Baseline {
  next(): Promise<string>;
  stop(): Promise<void>;
}

function startBaseline(python: string, file: string): Baseline {
  const script = fileURLToPath(new URL("baseline/convert.py", import.meta.url));
  const child = spawn(python, ["-W", "ignore", script, file], { stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let isNamed = false;
  return {
    async next() {
      if (isNamed) child.stdin.write("\n");
      isNamed = true;
      const line = await lines.next();
      if (line.done === true) throw new Error("the Python baseline ended early");
      return line.value;
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
