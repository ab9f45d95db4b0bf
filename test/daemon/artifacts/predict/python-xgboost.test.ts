// The installed XGBoost answers rows at its own models' thresholds as we do, bit for bit.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerRows } from "../../../../daemon/artifacts/predict/answers.ts";
import { seedRows } from "../../../../daemon/artifacts/predict/seed-rows.ts";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { describeNeeding, pythonWithScience } from "../../../support/requirements.ts";
import { openTempDirectory, type TempDirectory } from "../../../support/temp-dir.ts";
import { differences, evaluatorFor, modelFrom } from "./fixture-models.ts";

const python = pythonWithScience();
const script = fileURLToPath(new URL("live_answers.py", import.meta.url));
const LARGEST = Math.fround(3.4028234663852886e38);
/** What `live_answers.py` trains. */
const KINDS = ["deep", "logistic", "classes", "forest", "dart", "categories", "vectors", "quantiles", "linear"] as const;

/** Has the models trained, hands over to `meanwhile` and waits for the answers. */
async function runPython(folder: string, meanwhile: (kinds: readonly string[]) => void): Promise<void> {
  const child = spawn(python.command, [script, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.endsWith(" trained")) continue;
    meanwhile(line.split(" ").slice(0, -1));
    child.stdin.end("answer\n");
  }
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(`live_answers.py ended with ${code}`);
}

describeNeeding(python, "the installed XGBoost", () => {
  let temp: TempDirectory | undefined;
  const models = new Map<string, { readonly model: XgboostModel; readonly rows: Float32Array; readonly count: number }>();

  beforeAll(async () => {
    temp = await openTempDirectory("xgboost");
    const folder = temp.path;
    await runPython(folder, (kinds) => {
      if (kinds.join() !== KINDS.join()) throw new Error(`live_answers.py trained ${kinds.join(", ")}`);
      for (const [seed, kind] of KINDS.entries()) {
        const model = modelFrom(readFileSync(join(folder, `${kind}.json`)));
        const made = seedRows(model, { rows: 400, seed });
        if (!made.ok) throw new Error(made.reason);
        models.set(kind, { model, rows: made.rows, count: made.count });
        writeFileSync(join(folder, `${kind}.rows`), new Uint8Array(made.rows.buffer));
      }
    });
  }, 120_000);

  afterAll(async () => temp?.[Symbol.asyncDispose]());

  it.each(KINDS)("%s: margins, predictions, leaves, contributions and a round of its own", (kind) => {
    const asked = models.get(kind);
    if (asked === undefined) throw new Error(`${kind} was not trained`);
    const { model, rows, count } = asked;
    const theirs = (name: string): Float32Array | undefined => {
      const path = join(temp?.path ?? "", `${kind}.${name}`);
      return existsSync(path) ? new Float32Array(new Uint8Array(readFileSync(path)).buffer) : undefined;
    };
    const finite = rows.map((value) => Math.max(-LARGEST, Math.min(LARGEST, value)));
    const evaluator = evaluatorFor(model, { inplace: true });
    const wrong: string[] = [];
    let compared = 0;
    for (const name of ["margin", "prediction", "leaf", "contribs"] as const) {
      const expected = theirs(name);
      if (expected === undefined) continue;
      const found = answerRows(evaluator, name, name === "margin" || name === "prediction" ? rows : finite, count);
      const difference = differences(found.ok ? found.values : [], expected);
      if (difference !== "") wrong.push(`${name}: ${difference}`);
      compared++;
    }
    const round = theirs("round");
    if (round !== undefined) {
      const second = evaluatorFor(model, { inplace: true, rounds: { begin: 1, end: 2 } });
      const difference = differences(second.margins(rows, count), round);
      if (difference !== "") wrong.push(`round: ${difference}`);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(kind === "linear" || kind === "vectors" ? 3 : 4);
  });
});
