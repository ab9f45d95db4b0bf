// Questions about a version's model: what it is, what it predicts, its document for other readers, and what its stored files say.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import type { ContentKind } from "../../shared/domain/artifact-kinds.ts";
import { lineName } from "../../shared/domain/names.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";
import type { LineState } from "./catalog.ts";
import { KEPT_ONLY } from "./keep-rules.ts";
import { chooseVersion, type Look } from "./line-queries.ts";
import type { ObjectMender } from "./mend-objects.ts";
import type { DeskQuestion, DeskQuestions, MadeDocument, ModelDesk, VersionRecord } from "./ports.ts";
import { documentOf, packedModelOf } from "./version-document.ts";

/** What the questions are answered with. */
export interface ModelQueryDependencies extends Look {
  readonly mender: Pick<ObjectMender, "read">;
  readonly desk: ModelDesk;
}

/** Handlers of the operations on models. */
export interface ModelQueries {
  describe(input: Input<"line.model">): Promise<Output<"line.model">>;
  predict(input: Input<"model.predict">): Promise<Output<"model.predict">>;
  render(input: Input<"model.render">): AsyncIterable<Output<"model.render">>;
  convert(input: Input<"model.convert">): AsyncIterable<Output<"model.convert">>;
  inspect(input: Input<"artifact.inspect">): Promise<Output<"artifact.inspect">>;
}

/** Bytes of one streamed piece: base64 of it stays below a frame's text limit. */
const PIECE_BYTES = 96 * 1024;

interface Chosen {
  readonly line: LineState;
  readonly version: VersionRecord;
}

/** Questions over the catalog and the stored bytes; the work is done at the desk. */
export function createModelQueries(deps: ModelQueryDependencies): ModelQueries {
  return {
    async describe(input) {
      const chosen = await choose(deps, input);
      const document = requireDocument(chosen);
      const [bytes, pickle, golden, proof] = await Promise.all([
        read(deps, chosen.version, document.sha256),
        readPacked(deps, chosen.version),
        readFile(deps, chosen.version, "golden"),
        readProof(deps, chosen.version),
      ]);
      const { importance } = input;
      const value = await ask(deps, "describe", { document: bytes, pickle, golden, proof, importance }, nameOf(chosen));
      const { label, servedSha256 } = chosen.version;
      return { ...value, line: input.line, version: label, document: document.kind, sha256: servedSha256 };
    },
    async predict(input) {
      const chosen = await choose(deps, input);
      const document = await read(deps, chosen.version, requireDocument(chosen).sha256);
      const { rows, kind } = input;
      const value = await ask(deps, "predict", { document, rows, kind }, nameOf(chosen));
      const { label, servedSha256 } = chosen.version;
      return { line: input.line, version: label, sha256: servedSha256, kind, rows: rows.length, ...value };
    },
    async *render(input) {
      const chosen = await choose(deps, input);
      const document = await read(deps, chosen.version, requireDocument(chosen).sha256);
      const made = await ask(deps, "render", { document, release: input.xgboost_version }, nameOf(chosen));
      yield* inPieces(chosen, "json", made);
    },
    async *convert(input) {
      const chosen = await choose(deps, input);
      const document = await read(deps, chosen.version, requireDocument(chosen).sha256);
      const { format, xgboost_version: release } = input;
      yield* inPieces(chosen, format, await ask(deps, "convert", { document, format, release }, nameOf(chosen)));
    },
    async inspect(input) {
      const chosen = await choose(deps, input);
      const file = chosen.version.files.find(({ kind }) => kind === input.kind);
      if (file === undefined) throw new AppError("not_found", `${nameOf(chosen)} has no ${input.kind}`);
      const bytes = await read(deps, chosen.version, file.sha256);
      const name = file.path.slice(file.path.lastIndexOf("/") + 1);
      const { text } = await ask(deps, "inspect", { name, bytes }, nameOf(chosen));
      // Our own desk wrote it.
      const said = parseExact(text) as Pick<Output<"artifact.inspect">, "facts" | "value" | "rejected">;
      const { facts, value, rejected } = said;
      return { line: input.line, version: chosen.version.label, path: file.path, facts, value, rejected };
    },
  };
}

async function choose(
  deps: ModelQueryDependencies,
  input: { readonly line: string; readonly version?: string | undefined },
): Promise<Chosen> {
  const { line, version } = await chooseVersion(deps, input.line, input.version);
  if (version === undefined) throw new AppError("wrong_state", `nothing was captured yet for ${input.line}`);
  return { line, version };
}

function nameOf({ line, version }: Chosen): string {
  return `${lineName(line.record.namespace, line.record.name)} ${version.label}`;
}

function requireDocument(chosen: Chosen): NonNullable<ReturnType<typeof documentOf>> {
  const document = chosen.version.ready ? documentOf(chosen.version) : undefined;
  if (document === undefined) throw new AppError("wrong_state", `${nameOf(chosen)} has no usable model`);
  return document;
}

async function read({ store, mender }: ModelQueryDependencies, version: VersionRecord, sha256: string): Promise<Uint8Array> {
  if ((await store.versionsWithoutBytes([version.id])).has(version.id))
    throw new AppError("wrong_state", `the bytes of ${version.label} are no longer kept: ${KEPT_ONLY}`);
  return mender.read(sha256);
}

/** The file that the document was made from, and a group's model pickle beside its document. */
async function readPacked(deps: ModelQueryDependencies, version: VersionRecord): Promise<Uint8Array | null> {
  const packed = documentOf(version)?.kind === "model_file" ? undefined : packedModelOf(version);
  return packed === undefined ? null : read(deps, version, packed.sha256);
}

async function readFile(deps: ModelQueryDependencies, version: VersionRecord, kind: ContentKind): Promise<Uint8Array | null> {
  const file = version.files.find((candidate) => candidate.kind === kind);
  return file === undefined ? null : read(deps, version, file.sha256);
}

async function readProof(deps: ModelQueryDependencies, version: VersionRecord): Promise<Uint8Array | null> {
  const proof = version.derived.find(({ kind }) => kind === "proof");
  return proof === undefined ? null : read(deps, version, proof.sha256);
}

async function ask<Q extends DeskQuestion>(
  { desk }: ModelQueryDependencies,
  question: Q,
  input: DeskQuestions[Q]["input"],
  about: string,
): Promise<DeskQuestions[Q]["answer"]> {
  const answer = await desk.ask(question, input, about);
  if (answer.outcome === "done") return answer.value;
  throw new AppError(answer.outcome === "refused" ? "invalid_input" : "unavailable", `${about}: ${answer.reason}`);
}

function* inPieces(chosen: Chosen, format: "json" | "ubj", made: MadeDocument): Generator<Output<"model.render">> {
  const { bytes, sha256, release, notes } = made;
  const line = lineName(chosen.line.record.namespace, chosen.line.record.name);
  yield { part: "head", line, version: chosen.version.label, format, release, sha256, total_bytes: bytes.length, notes: [...notes] };
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < document.length; at += PIECE_BYTES)
    yield { part: "data", base64: document.toString("base64", at, Math.min(at + PIECE_BYTES, document.length)) };
}
