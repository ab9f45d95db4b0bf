// `get`: a model from the daemon's socket, or by gRPC when it is called as the old demo client was.

import path from "node:path";
import type { Output } from "../../shared/contract/operations.ts";
import { AppError } from "../../shared/contract/errors.ts";
import { wholeNumber, type Command, type Given } from "./command.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";
import { deliverModel, type ModelAnswer } from "./model-answer.ts";

type Part = Output<"model.get">;

/** The bytes of the data parts. */
async function* dataOf(parts: AsyncIterator<Part>): AsyncGenerator<Uint8Array, void, void> {
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) {
    if (next.value.part === "data") yield Buffer.from(next.value.base64, "base64");
  }
}

async function fetchBySocket(context: CliContext, given: Given, source: string): Promise<ModelAnswer> {
  const client = await context.client();
  const input = {
    source,
    symbol: given.positional(1) ?? given.option("symbol") ?? "",
    group_key: given.option("groupKey") ?? "",
    version: given.option("version") ?? "",
    xgboost_version: given.option("for") ?? "",
  };
  const parts = client.stream("model.get", input, context.signal)[Symbol.asyncIterator]();
  const first = await parts.next();
  if (first.done === true) throw new AppError("internal", "the daemon answered with no parts");
  const head = first.value;
  if (head.part === "refused") return { outcome: "refused", message: head.message };
  if (head.part !== "head") throw new AppError("internal", `the daemon began its answer with ${head.part}`);
  const { metadata, dim_factors, total_bytes } = head;
  return { outcome: "found", head: { metadata, dim_factors, total_bytes, sha256: metadata.sha256 }, chunks: dataOf(parts) };
}

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield chunk;
}

/** The old client's flags and defaults. Loads the gRPC library only here: it would triple the start-up time of every command. */
async function fetchByGrpc(context: CliContext, given: Given): Promise<ModelAnswer> {
  const modelName = given.option("modelName");
  if (modelName === undefined || given.positional(0) !== undefined) {
    throw new UsageError("by gRPC: get --host HOST --port PORT --model-name SOURCE --symbol SYMBOL [--group-key KEY]");
  }
  const { getModelByGrpc } = await import("../client/old-grpc.ts");
  const answer = await getModelByGrpc({
    host: given.option("host") ?? "127.0.0.1",
    port: wholeNumber(given.option("port") ?? "50061", "--port"),
    protoFile: path.join(context.host.packageRoot, "proto/modelmanager/v1/model_manager.proto"),
    request: {
      model_name: modelName,
      symbol: given.option("symbol") ?? "",
      group_key: given.option("groupKey") ?? "",
      version: given.option("version") ?? "",
      xgboost_version: given.option("for") ?? "",
    },
    signal: context.signal,
  });
  if (!answer.ok || answer.payload === undefined) return { outcome: "refused", message: answer.message };
  const { model_json: text, metadata, dim_factors } = answer.payload;
  // A daemon of the old kind announces no digest.
  const head = { metadata, dim_factors, total_bytes: undefined, sha256: metadata.sha256 === "" ? undefined : metadata.sha256 };
  return { outcome: "found", head, chunks: once(Buffer.from(text, "utf8")) };
}

/** `get SOURCE SYMBOL`, and `get --model-name …` by gRPC. Exit code 2 when there is no such model. */
export const GET: Command = {
  words: "get",
  arguments: [
    { name: "[source]", help: "a source" },
    { name: "[symbol]", help: "a symbol; the best group of it unless --group-key names one" },
  ],
  options: [
    { flags: "--group-key <key>", help: "the group" },
    { flags: "--version <version>", field: "version" },
    { flags: "--for <xgboost>", field: "xgboost_version" },
    { flags: "-o, --output <file>", help: "write the model there instead of on stdout" },
    { flags: "--host <host>", help: "ask by gRPC (default: 127.0.0.1)" },
    { flags: "--port <port>", help: "ask by gRPC (default: 50061)" },
    { flags: "--model-name <source>", help: "the source, when asking by gRPC" },
    { flags: "--symbol <symbol>", help: "the symbol, when asking by gRPC" },
  ],
  async run(context, given) {
    const isGrpc = ["host", "port", "modelName"].some((name) => given.option(name) !== undefined);
    const source = given.positional(0);
    if (!isGrpc && source === undefined)
      throw new UsageError("get SOURCE SYMBOL: name the source and the symbol (or --model-name for gRPC)");
    const answer = isGrpc || source === undefined ? await fetchByGrpc(context, given) : await fetchBySocket(context, given, source);
    return deliverModel(context, answer, given.option("output"));
  },
};
