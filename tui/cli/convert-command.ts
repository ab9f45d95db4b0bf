// `convert FILE`: a model of any format and release as JSON or UBJSON, made by the daemon's program as a child.

import path from "node:path";
import { absolutePath } from "../../shared/domain/paths.ts";
import type { Command, Given } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { openFileVerb, type FileVerb } from "./file-child.ts";
import { writeWhole } from "./whole-file.ts";

const FORMATS = ["json", "ubj"] as const;
type Format = (typeof FORMATS)[number];

/** The child ended with a fault: what came from it is no document. */
class NotConverted extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.name = "NotConverted";
    this.code = code;
  }
}

/** What was asked for; else what the file's ending says. */
function formatOf(given: Given, file: string | undefined): Format {
  const asked = FORMATS.find((format) => format === given.option("format"));
  return asked ?? (file?.endsWith(".ubj") === true ? "ubj" : "json");
}

/** The document's bytes. Throws NotConverted after the last when they are not to be trusted; `onNotes` gets the child's remarks. */
async function* documentOf({ stdout, ended }: FileVerb, onNotes: (notes: string) => void): AsyncGenerator<Uint8Array, void, void> {
  yield* stdout;
  const { code, stderr } = await ended;
  if (code !== EXIT.done) throw new NotConverted(code, stderr.trim() === "" ? `the child ended with ${code}` : stderr.trim());
  onNotes(stderr.trim());
}

async function deliver(context: CliContext, verb: FileVerb, format: Format, file: string | undefined): Promise<void> {
  let notes = "";
  const chunks = documentOf(verb, (said) => (notes = said));
  if (file === undefined) {
    for await (const chunk of chunks) await context.host.stdout.write(chunk);
  } else {
    const bytes = await writeWhole(file, chunks);
    if (context.json) return context.document({ file, bytes, format, notes: notes === "" ? [] : notes.split("\n") });
  }
  if (notes !== "") await context.remark(notes);
}

/** `convert FILE [-o OUT]`. The file is there whole, or as it was. */
export const CONVERT: Command = {
  words: "convert",
  summary: "a model file (JSON, UBJSON, legacy binary, or pickle) as a document that XGBoost loads; needs no running daemon",
  arguments: [{ name: "<file>", help: "a model of any format and release" }],
  options: [
    { flags: "-o, --output <file>", help: "write the document there instead of on stdout" },
    { flags: "--format <format>", help: "json or ubj (default: ubj when the output's name ends in .ubj, else json)", choices: FORMATS },
    { flags: "--for <xgboost>", help: "an XGBoost version such as 1.7 that is to read it (default: the one that wrote the model)" },
  ],
  async run(context, given) {
    const output = given.option("output");
    const file = output === undefined ? undefined : path.resolve(context.host.cwd, output);
    const format = formatOf(given, file);
    if (file === undefined && context.json) throw new UsageError("convert --json needs -o OUT: the document itself goes to stdout");
    if (file === undefined && format === "ubj" && context.host.stdout.isTerminal)
      throw new UsageError("UBJSON is no text: name a file with -o OUT");
    const release = given.option("for");
    const forRelease = release === undefined ? [] : ["--for", release];
    const source = absolutePath(given.needed(0), context.host);
    try {
      await deliver(context, openFileVerb(context, ["convert", source, "--format", format, ...forRelease]), format, file);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof NotConverted)) throw error;
      await context.remark(error.message);
      return error.code;
    }
  },
};
