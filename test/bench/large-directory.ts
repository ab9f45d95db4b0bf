// A directory of many groups for the scan bench, made from the fixtures so that every file has bytes of its own.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ARTIFACT_FIXTURES } from "../support/alpha.ts";

/** Groups whose document and pickle hold the same model; 44 KB of document on average, as models of this kind are. */
const BASES = ["beta/ETCBTC_cls3_60", "beta/ETCBTC_bin_60", "beta/LTCBTC_dim_720", "alpha/ETHBTC_ret_60"] as const;

/** Writes `groups` groups of five files into the directory. */
export async function makeLargeDirectory(directory: string, groups: number): Promise<void> {
  await mkdir(directory, { recursive: true });
  const bases = await Promise.all(BASES.map(readBase));
  for (let g = 0; g < groups; g++) {
    const base = bases[g % bases.length];
    if (base === undefined) return;
    const path = join(directory, `SYM${String(g).padStart(5, "0")}USDT_ret_${g % 2 === 0 ? 60 : 240}`);
    await writeFile(`${path}_factors.txt`, base.factors);
    await writeFile(`${path}_ic.csv`, base.ic.replaceAll(/(0\.\d{6})\d*/g, `$1${g}`));
    await writeFile(`${path}_info.pkl`, withTrainTime(base.info, g));
    await writeFile(`${path}_model.json`, base.document.replace('"attributes":{}', `"attributes":{"group":"${g}"}`));
    await writeFile(`${path}_model.pkl`, Buffer.concat([base.pickle, Buffer.from(`#${g}`)]));
  }
}

async function readBase(name: string) {
  const path = join(ARTIFACT_FIXTURES, name);
  const document = await readFile(`${path}_model.json`, "utf8");
  if (!document.includes('"attributes":{}')) throw new Error(`${name}: the document has attributes of its own`);
  return {
    factors: await readFile(`${path}_factors.txt`),
    ic: await readFile(`${path}_ic.csv`, "utf8"),
    info: await readFile(`${path}_info.pkl`),
    document,
    pickle: await readFile(`${path}_model.pkl`),
  };
}

/** The info pickle with another training time: the eight bytes of the float, or of the numpy scalar, soon after its key. */
function withTrainTime(info: Buffer, group: number): Buffer {
  const copy = Buffer.from(info);
  const end = copy.indexOf("train_time", 0, "latin1") + "train_time".length;
  const [float, scalar] = [copy.indexOf("G", end, "latin1"), copy.indexOf("C\u0008", end, "latin1")];
  if (float >= 0 && float < end + 5) copy.writeDoubleBE(1 + group / 1000, float + 1);
  else if (scalar >= 0 && scalar < end + 10) copy.writeDoubleLE(1 + group / 1000, scalar + 2);
  else throw new Error("the info pickle has no train_time where it should be");
  return copy;
}
