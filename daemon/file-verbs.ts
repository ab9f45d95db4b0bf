// `model-managerd file VERB FILE`: looks at files without a daemon. The terminal program calls it as a child.

import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { recogniseFile } from "../shared/domain/artifact-kinds.ts";
import { PREDICTION_KINDS, type PredictionKind } from "../shared/contract/model-operations.ts";
import { stringifyExact } from "../shared/lib/exact-json.ts";
import { inspectBytes, renderInspection } from "./artifacts/inspect.ts";
import { answersText } from "./artifacts/predict/answers.ts";
import { readRows } from "./artifacts/predict/rows.ts";
import { predictRows } from "./artifacts/predict-rows.ts";
import { rawRowsText, readRawRows } from "./artifacts/raw-rows.ts";
import { rejectionText, type Rejected } from "./artifacts/rejected.ts";
import { verifyFile, type FileVerdict } from "./artifacts/verify-file.ts";
import { readXgboost } from "./artifacts/xgboost/read-xgboost.ts";
import { convertModel } from "./artifacts/xgboost/render/convert.ts";
import type { DocumentFormat } from "./artifacts/xgboost/render/render-for.ts";
import { refusalText } from "./artifacts/xgboost/render/target.ts";

/** Largest file that is read into memory. */
const LARGEST_FILE = 2 ** 31 - 1;
/** Stands for standard input. */
const STDIN = "-";

const OPTIONS = {
  json: { type: "boolean" },
  rows: { type: "string" },
  margin: { type: "boolean" },
  leaf: { type: "boolean" },
  contribs: { type: "boolean" },
  format: { type: "string" },
  for: { type: "string" },
} as const;
type Options = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

/** A file that was named on the command line. */
interface NamedFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** What a verb prints, and its exit code: 0 done, 1 the file cannot be used. */
interface VerbAnswer {
  readonly code: 0 | 1;
  readonly stdout: string | Uint8Array;
  readonly stderr?: string;
}

interface Verb {
  readonly usage: string;
  readonly options: readonly (keyof Options)[];
  run(file: NamedFile, options: Options): Promise<VerbAnswer>;
}

/** The caller is to blame, not the file. */
class UsageFault extends Error {}

function line(text: string): string {
  return `${text}\n`;
}

function refusedFile(file: Pick<NamedFile, "name">, fault: Rejected): VerbAnswer {
  return { code: 1, stdout: "", stderr: line(`${file.name}: ${rejectionText(fault)}`) };
}

const VERBS: Readonly<Record<string, Verb>> = {
  inspect: {
    usage: "inspect FILE [--json]",
    options: ["json"],
    run: async ({ name, bytes }, { json }) => {
      const inspection = inspectBytes(name, bytes);
      return { code: 0, stdout: line(json === true ? stringifyExact(inspection) : renderInspection(inspection).join("\n")) };
    },
  },
  predict: {
    usage: "predict MODEL --rows FILE|- [--margin|--leaf|--contribs] [--json]",
    options: ["json", "rows", ...kindFlags()],
    run: predict,
  },
  rows: {
    usage: "rows FILE|- [--json]",
    options: ["json"],
    run: async (file) => {
      const found = readRawRows(file.bytes);
      return found.ok ? { code: 0, stdout: line(rawRowsText(found)) } : refusedFile(file, found);
    },
  },
  convert: { usage: "convert MODEL [--format json|ubj] [--for XGBOOST]", options: ["format", "for"], run: convert },
  verify: {
    usage: "verify FILE [--json]",
    options: ["json"],
    run: async ({ path, name, bytes }, { json }) => {
      const verdict = verifyFile(name, bytes, await goldenBeside(path));
      return { code: verdict.fault === "" ? 0 : 1, stdout: line(json === true ? stringifyExact({ ...verdict }) : verdictText(verdict)) };
    },
  },
};

function kindFlags() {
  return ["margin", "leaf", "contribs"] as const satisfies readonly (PredictionKind & keyof Options)[];
}

async function predict(file: NamedFile, options: Options): Promise<VerbAnswer> {
  const kinds = PREDICTION_KINDS.filter((kind) => kind !== "prediction" && options[kind] === true);
  if (options.rows === undefined) throw new UsageFault("name the rows with --rows FILE, or - for standard input");
  if (kinds.length > 1) throw new UsageFault(`one thing at a time: ${kinds.map((kind) => `--${kind}`).join(" or ")}`);
  const rowsFile = await readNamed(options.rows);
  const model = readXgboost(file.bytes);
  if (!model.ok) return refusedFile(file, model);
  const rows = readRows(rowsFile.bytes, model.model);
  if (!rows.ok) return refusedFile(rowsFile, rows);
  const answers = predictRows(model.model, kinds[0] ?? "prediction", rows.rows, rows.count);
  return answers.ok ? { code: 0, stdout: line(answersText(answers, rows.count)) } : refusedFile(file, answers);
}

async function convert(file: NamedFile, { format = "json", for: release }: Options): Promise<VerbAnswer> {
  const formats: readonly DocumentFormat[] = ["json", "ubj"];
  const wanted = formats.find((known) => known === format);
  if (wanted === undefined) throw new UsageFault(`--format is json or ubj, not ${JSON.stringify(format)}`);
  const made = convertModel(file.bytes, { format: wanted, forRelease: release });
  if (!made.ok) return { code: 1, stdout: "", stderr: line(`${file.name}: ${"offset" in made ? rejectionText(made) : refusalText(made)}`) };
  return { code: 0, stdout: made.document, stderr: made.notes.map(line).join("") };
}

/** The golden file of the same group in the same folder. */
async function goldenBeside(path: string): Promise<Buffer | null> {
  const group = recogniseFile(basename(path));
  if (path === STDIN || group === undefined) return null;
  try {
    return await readFile(join(dirname(path), `${group.groupKey}_golden.json`));
  } catch {
    // There is none, or it may not be read: the model is looked at without it.
    return null;
  }
}

function verdictText({ name, what, fault, notes }: FileVerdict): string {
  const first = fault === "" ? `${name}: ${what}` : `${name}: damaged: ${fault}`;
  return [first, ...notes.map((note) => `  ${note}`)].join("\n");
}

async function readNamed(path: string): Promise<NamedFile> {
  if (path === STDIN) return { path, name: "standard input", bytes: await buffer(process.stdin) };
  const { size } = await stat(path);
  if (size > LARGEST_FILE) throw new Error(`${path} has ${size} bytes; at most ${LARGEST_FILE} can be looked at`);
  return { path, name: basename(path), bytes: await readFile(path) };
}

/** Runs a verb and returns the exit code: 0 done, 1 the file cannot be read or used, 2 usage. */
export async function runFileVerb(argv: readonly string[]): Promise<number> {
  try {
    const { positionals, values } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    const [name = "", path] = positionals;
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined || path === undefined || positionals.length !== 2) throw new UsageFault("");
    const foreign = Object.keys(values).find((option) => !verb.options.some((known) => known === option));
    if (foreign !== undefined) throw new UsageFault(`${name} knows no --${foreign}`);
    const { code, stdout, stderr = "" } = await verb.run(await readNamed(path), values);
    await write(stdout);
    process.stderr.write(stderr);
    return code;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  const isUsage =
    error instanceof UsageFault || (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  const message = error instanceof Error ? error.message : String(error);
  if (!isUsage) {
    process.stderr.write(line(message));
    return 1;
  }
  const usages = Object.values(VERBS).map((verb) => `       model-managerd file ${verb.usage}`);
  process.stderr.write(`${message === "" ? "" : line(message)}usage:\n${usages.join("\n")}\n`);
  return 2;
}

/** Waits until a pipe has taken everything: a document may be large. */
function write(output: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => process.stdout.write(output, (error) => (error ? reject(error) : resolve())));
}
