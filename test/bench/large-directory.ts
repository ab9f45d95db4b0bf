// A directory of many groups for the scan bench, made from the fixtures so that every file has bytes of its own.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ARTIFACT_FIXTURES } from "../support/alpha.ts";

const BASES = ["ADABTC_ret_60", "ETHBTC_ret_60", "LTCBTC_ret_60", "XLMBTC_ret_60"] as const;
/** Size of the model documents aimed at, as in the reference directories. */
const DOCUMENT_BYTES = 42_000;

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

async function readBase(key: string) {
  const path = join(ARTIFACT_FIXTURES, "alpha", key);
  const document = shortened(await readFile(`${path}_model.json`, "utf8"));
  if (!document.includes('"attributes":{}')) throw new Error(`${key}: the document has attributes of its own`);
  return {
    factors: await readFile(`${path}_factors.txt`),
    ic: await readFile(`${path}_ic.csv`, "utf8"),
    info: await readFile(`${path}_info.pkl`),
    document,
    pickle: await readFile(join(ARTIFACT_FIXTURES, "beta", "LTCBTC_dim_720_model.pkl")),
  };
}

interface Document {
  learner: {
    gradient_booster: {
      model: { gbtree_model_param: { num_trees: string }; trees: object[]; tree_info: number[]; iteration_indptr: number[] };
    };
  };
}

/** The document with only as many of its trees as fit the size. */
function shortened(text: string): string {
  const document = JSON.parse(text) as Document;
  const { model } = document.learner.gradient_booster;
  const keep = Math.max(1, Math.floor((model.trees.length * DOCUMENT_BYTES) / text.length));
  model.trees = model.trees.slice(0, keep);
  model.tree_info = model.tree_info.slice(0, keep);
  model.iteration_indptr = model.iteration_indptr.slice(0, keep + 1);
  model.gbtree_model_param.num_trees = String(keep);
  return JSON.stringify(document);
}

/** The info pickle with another training time: the eight bytes of the numpy scalar soon after its key. */
function withTrainTime(info: Buffer, group: number): Buffer {
  const copy = Buffer.from(info);
  const key = copy.indexOf("train_time");
  const bytes = copy.indexOf("C\u0008", key, "latin1");
  if (key < 0 || bytes < 0 || bytes > key + 20) throw new Error("the info pickle has no train_time where it should be");
  copy.writeDoubleLE(1 + group / 1000, bytes + 2);
  return copy;
}
