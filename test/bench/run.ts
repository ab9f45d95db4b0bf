// `npm run bench`: every figure beside its baseline, measured in the same run. Name parts to run only those: latency, get-model, scan, terminal, pickle, predict, convert, registry.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchConvert } from "./convert.ts";
import { benchGetModel } from "./get-model.ts";
import { benchLatency } from "./latency.ts";
import { benchPickle } from "./pickle.ts";
import { benchPredict } from "./predict.ts";
import { benchRegistry } from "./registry.ts";
import { printRows, type Row } from "./report.ts";
import { benchScan } from "./scan.ts";
import { benchTerminal } from "./terminal.ts";

const PARTS: Readonly<Record<string, (base: string) => Promise<Row[]>>> = {
  latency: benchLatency,
  "get-model": benchGetModel,
  scan: benchScan,
  terminal: benchTerminal,
  pickle: benchPickle,
  predict: benchPredict,
  convert: benchConvert,
  registry: benchRegistry,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`unknown part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}\n`);
  process.exit(2);
}
const rows: Row[] = [];
const built = spawnSync(process.execPath, [fileURLToPath(new URL("../../daemon/bin/build.js", import.meta.url))], { stdio: "inherit" });
if (built.status !== 0) process.exit(1);
for (const [name, bench] of Object.entries(PARTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const base = await mkdtemp(join(tmpdir(), `model-manager-bench-${name}-`));
  try {
    rows.push(...(await bench(base)));
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
printRows(rows);
