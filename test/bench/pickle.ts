// Pickles of 8 MB: the walk that gives their facts, and reading them whole, beside CPython's pickle.loads; turns alternate.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readPickle } from "../../daemon/artifacts/pickle/read-pickle.ts";
import { scanPickle } from "../../daemon/artifacts/pickle/scan-pickle.ts";
import { requirePython } from "../support/requirements.ts";
import { startPythonTurns } from "./python-turns.ts";
import { median, type Row } from "./report.ts";

const MEGABYTES = 8;
const WARM_UP = 3;
const TURNS = 11;

/** One member of a long list, as protocol 4 writes it. */
const MEMBERS: Readonly<Record<string, string>> = {
  floats: "G\u003f\u00b9\u0099\u0099\u0099\u0099\u0099\u009a",
  texts: "\u008c\u0006factor\u0094",
  "small dicts": "}\u0094(\u008c\u0001aK\u0001\u008c\u0001bNu",
};

function listOf(member: string): Buffer {
  const one = Buffer.from(member, "latin1");
  const batch = Buffer.concat([Buffer.from("("), ...Array.from({ length: 1000 }, () => one), Buffer.from("e")]);
  const batches = Array.from({ length: Math.floor((MEGABYTES * 2 ** 20) / batch.length) }, () => batch);
  return Buffer.concat([Buffer.from([0x80, 4, 0x5d, 0x94]), ...batches, Buffer.from(".")]);
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

/** Measures and returns the table's rows. `base` is an empty directory. */
export async function benchPickle(base: string): Promise<Row[]> {
  const python = requirePython("python", []);
  const rows: Row[] = [];
  for (const [name, member] of Object.entries(MEMBERS)) {
    const bytes = listOf(member);
    const file = join(base, "list.pkl");
    await writeFile(file, bytes);
    const baseline = python.available ? startPythonTurns(python.command, "unpickle.py", file) : undefined;
    const title = await baseline?.next();
    const [walks, reads, theirs]: [number[], number[], number[]] = [[], [], []];
    for (let turn = 0; turn < WARM_UP + TURNS; turn++) {
      const walk = timed(() => scanPickle(bytes));
      const read = timed(() => readPickle(bytes));
      const other = Number(await baseline?.next());
      if (turn < WARM_UP) continue;
      walks.push(walk);
      reads.push(read);
      theirs.push(other);
    }
    await baseline?.stop();
    const rate = (times: readonly number[]): string => `${(bytes.length / 1000 / median(times)).toFixed(0)} MB/s`;
    const row = (what: string, ours: readonly number[]): Row => ({
      what: `pickle of 8 MB of ${name}: ${what}`,
      ours: rate(ours),
      baseline: python.available ? `${title} loads ${rate(theirs)}` : `skipped: ${python.reason}`,
      ratio: python.available ? (median(theirs) / median(ours)).toFixed(2) : "",
      bar: "",
    });
    rows.push(row("walk for facts", walks), row("read whole", reads));
  }
  return rows;
}
