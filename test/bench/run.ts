// `npm run bench`: every figure beside its baseline, measured in the same run. Name parts to run only those: latency, get-model, scan.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchGetModel } from "./get-model.ts";
import { benchLatency } from "./latency.ts";
import { printRows, type Row } from "./report.ts";
import { benchScan } from "./scan.ts";

const PARTS: Readonly<Record<string, (base: string) => Promise<Row[]>>> = {
  latency: benchLatency,
  "get-model": benchGetModel,
  scan: benchScan,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PARTS, name));
if (unknown.length > 0) {
  process.stderr.write(`unknown part ${unknown.join(", ")}; there are: ${Object.keys(PARTS).join(", ")}\n`);
  process.exit(2);
}
const rows: Row[] = [];
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
