// A fetched model, whatever door it came through, and how it is handed to the caller.

import { createHash, type Hash } from "node:crypto";
import path from "node:path";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { writeWhole } from "./whole-file.ts";

/** The model as it comes: refused, or a head and then the document's bytes in order. */
export type ModelAnswer =
  | { readonly outcome: "refused"; readonly message: string }
  | { readonly outcome: "found"; readonly head: ModelHead; readonly chunks: AsyncIterable<Uint8Array> };

export interface ModelHead {
  /** ModelMetadata and DimFactor as on the wire, snake_case. */
  readonly metadata: unknown;
  readonly dim_factors: unknown;
  /** What the bytes must add up to; undefined where the wire does not say. */
  readonly sha256: string | undefined;
  readonly total_bytes: number | undefined;
}

/** What was fetched is not what was announced. */
class DamagedModel extends Error {
  constructor(message: string) {
    super(`${message}; the model was damaged on its way`);
    this.name = "DamagedModel";
  }
}

/** Passes the chunks on; throws after the last one when they are not what the head announced. */
async function* checked(chunks: AsyncIterable<Uint8Array>, head: ModelHead): AsyncGenerator<Uint8Array, void, void> {
  const hash: Hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  if (head.total_bytes !== undefined && bytes !== head.total_bytes) throw new DamagedModel(`${bytes} bytes came of ${head.total_bytes}`);
  const sha256 = hash.digest("hex");
  if (head.sha256 !== undefined && head.sha256 !== sha256) throw new DamagedModel(`sha256 is ${sha256}, announced was ${head.sha256}`);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

/**
 * Hands a model over: its text on stdout or in `file`, its metadata as JSON on stderr; with --json one document on stdout shaped like
 * GetModelResponse (without `model_json` when a file takes it). Returns the exit code: 2 for a refusal, as the old client did.
 */
export async function deliverModel(context: CliContext, answer: ModelAnswer, file: string | undefined): Promise<number> {
  if (answer.outcome === "refused") {
    if (context.json) await context.document({ ok: false, message: answer.message });
    else await context.remark(`not ok: ${answer.message}`);
    return EXIT.usage;
  }
  const { head } = answer;
  const chunks = checked(answer.chunks, head);
  const facts = { metadata: head.metadata, dim_factors: head.dim_factors };
  if (file !== undefined) {
    const target = path.resolve(context.host.cwd, file);
    const bytes = await writeWhole(target, chunks);
    const document = { ok: true, message: "ok", payload: facts, file: target, bytes };
    if (context.json) await context.document(document);
    else await context.remark(stringifyExact(head.metadata));
    return EXIT.done;
  }
  if (context.json) {
    await context.document({ ok: true, message: "ok", payload: { model_json: await readAll(chunks), ...facts } });
    return EXIT.done;
  }
  for await (const chunk of chunks) await context.host.stdout.write(chunk);
  await context.remark(stringifyExact(head.metadata));
  return EXIT.done;
}
