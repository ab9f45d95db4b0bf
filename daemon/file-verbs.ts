// `model-managerd file VERB PATH`: looks at one file without a daemon. The terminal program calls it as a child.

import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { inspectBytes, renderInspection } from "./artifacts/inspect.ts";
import { stringifyExact } from "../shared/lib/exact-json.ts";

/** Largest file that is read into memory. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Each verb: what it prints for the file's bytes. */
const VERBS: Readonly<Record<string, (name: string, bytes: Buffer, json: boolean) => string>> = {
  inspect: (name, bytes, json) => {
    const inspection = inspectBytes(name, bytes);
    return json ? stringifyExact(inspection) : renderInspection(inspection).join("\n");
  },
};

/** Runs a verb and returns the exit code: 0 done, 1 the file cannot be read, 2 usage. */
export async function runFileVerb(argv: readonly string[]): Promise<number> {
  const words = argv.filter((word) => !word.startsWith("--"));
  const flags = argv.filter((word) => word.startsWith("--"));
  const [verb = "", path] = words;
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run === undefined || path === undefined || words.length !== 2 || flags.some((flag) => flag !== "--json")) {
    process.stderr.write(`usage: model-managerd file ${Object.keys(VERBS).join("|")} PATH [--json]\n`);
    return 2;
  }
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw new Error(`${path} has ${size} bytes; at most ${LARGEST_FILE} can be looked at`);
    process.stdout.write(`${run(basename(path), await readFile(path), flags.length > 0)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
