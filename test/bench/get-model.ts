// GetModel beside a bare grpc-js echo of the same number of bytes, in short turns.

import { Client, credentials } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startDaemon } from "../support/daemon-process.ts";
import { writeTraining } from "../support/training.ts";
import { startChild } from "./child.ts";
import { median, type Row } from "./report.ts";

const SIZES = [
  { name: "1 KB", padBytes: 0, features: 1, trees: 0 },
  { name: "100 KB", padBytes: 98_000, features: 3, trees: 2 },
  { name: "2 MB", padBytes: 2_000_000, features: 3, trees: 2 },
] as const;
const TURNS = 9;
const TURN_MS = 700;
const AT_ONCE = 8;
const PROTO = fileURLToPath(new URL("../../proto/modelmanager/v1/model_manager.proto", import.meta.url));

/** Measures calls per second of both and returns the table's rows. */
export async function benchGetModel(base: string): Promise<Row[]> {
  const root = join(base, "models");
  await mkdir(root, { recursive: true });
  for (const [i, size] of SIZES.entries()) {
    await writeTraining(root, `SIZE${i}_ret`, {
      stamp: i + 1,
      symbol: `SIZE${i}`,
      features: size.features,
      trees: size.trees,
      padBytes: size.padBytes,
    });
  }
  const daemon = await startDaemon({ stateDir: join(base, "state"), socketPath: join(base, "d.sock"), register: [root], isBundled: true });
  const echo = await startChild("baseline/echo-server.ts", []);
  const definition = loadSync(PROTO)["modelmanager.v1.GetModelRequest"];
  const rows: Row[] = [];
  for (const [i, size] of SIZES.entries()) {
    const ourClient = new Client(daemon.ready.grpc, credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
    const echoClient = new Client(echo.ready["address"] ?? "", credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
    const request = requestBytes(definition, { model_name: "models", symbol: `SIZE${i}`, group_key: `SIZE${i}_ret` });
    const bytes = (await callOnce(ourClient, "/modelmanager.v1.ModelService/GetModel", request)).length;
    const echoRequest = Buffer.from(String(bytes));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      ours.push(await rate(ourClient, "/modelmanager.v1.ModelService/GetModel", request));
      theirs.push(await rate(echoClient, "/baseline.Echo/Echo", echoRequest));
    }
    const ratio = median(ours.map((value, turn) => value / (theirs[turn] ?? Number.NaN)));
    rows.push({
      what: `GetModel ${size.name} (${bytes} bytes)`,
      ours: `${median(ours).toFixed(0)}/s`,
      baseline: `${median(theirs).toFixed(0)}/s`,
      ratio: ratio.toFixed(2),
      bar: ">= 0.90",
    });
    ourClient.close();
    echoClient.close();
  }
  await daemon.stop();
  await echo.stop();
  return rows;
}

/** The protobuf bytes of a GetModelRequest with text fields 1 to 3, written by hand so that no serializer is measured. */
function requestBytes(definition: unknown, fields: { model_name: string; symbol: string; group_key: string }): Buffer {
  if (definition === undefined) throw new Error("the proto has no GetModelRequest");
  return Buffer.concat(
    Object.values(fields).map((text, i) => Buffer.concat([Buffer.from([((i + 1) << 3) | 2, Buffer.byteLength(text)]), Buffer.from(text)])),
  );
}

const identity = (bytes: Buffer): Buffer => bytes;

function callOnce(client: Client, path: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, identity, identity, request, (error, reply) =>
      error === null && reply !== undefined ? resolve(reply) : reject(error ?? new Error("no reply")),
    );
  });
}

/** Calls per second over one turn with several calls under way. */
async function rate(client: Client, path: string, request: Buffer): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() - begun < TURN_MS) {
      await callOnce(client, path, request);
      done++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return (done * 1000) / (performance.now() - begun);
}
