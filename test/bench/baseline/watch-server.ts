// Baseline: the plainest program that sends a changed file to a client: fs.watch, read, JSON.parse, sha256, a SQLite commit, a gRPC stream.

import { Metadata, Server, ServerCredentials, type ServerWritableStream } from "@grpc/grpc-js";
import { createHash } from "node:crypto";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [directory = "", database = ""] = process.argv.slice(2);
const identity = (bytes: Buffer): Buffer => bytes;
const calls = new Set<ServerWritableStream<Buffer, Buffer>>();
const db = new DatabaseSync(database);
db.exec("pragma journal_mode = wal");
db.exec("pragma synchronous = full");
db.exec("create table version (name text, sha256 text, at integer)");
const insert = db.prepare("insert into version values (?, ?, ?)");

watch(directory, (_kind, name) => {
  if (name?.endsWith("_model.json") !== true) return;
  void send(name);
});

async function send(name: string): Promise<void> {
  const bytes = await readFile(join(directory, name));
  JSON.parse(bytes.toString("utf8"));
  insert.run(name, createHash("sha256").update(bytes).digest("hex"), Date.now());
  for (const call of calls) call.write(bytes);
}

const server = new Server();
server.addService(
  {
    Watch: {
      path: "/baseline.Watch/Watch",
      requestStream: false,
      responseStream: true,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  },
  {
    Watch: (call: ServerWritableStream<Buffer, Buffer>) => {
      calls.add(call);
      call.on("cancelled", () => calls.delete(call));
      call.sendMetadata(new Metadata());
    },
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`ready {"address":"127.0.0.1:${port}"}\n`);
});
