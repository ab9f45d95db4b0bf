// Fetching a model by the command line, through both doors.

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { describe, expect, test } from "vitest";
import { parseExact } from "../../../shared/lib/exact-json.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon, type FakeAnswers } from "../../support/fake-daemon.ts";
import { metadataOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("get");
// Larger than one chunk, with characters of several bytes that a split may tear.
const TEXT = `{"learner": "µ€𝄞${"x".repeat(100_000)}"}\n`;
const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

const metadata = metadataOf({ train_window_end_ts: 1_717_200_000_000_000_001n, sha256: digest(TEXT) });
const dimFactors = [{ dim: 0, factor_name: "f", kendall_tau: null }];

function modelOf(text: string, announced = metadata): FakeAnswers {
  return {
    *"model.get"() {
      const bytes = Buffer.from(text);
      yield { part: "head", metadata: announced, total_bytes: bytes.length, dim_factors: dimFactors };
      for (let at = 0; at < bytes.length; at += 999) yield { part: "data", base64: bytes.subarray(at, at + 999).toString("base64") };
    },
  };
}

async function get(answers: FakeAnswers, ...args: string[]) {
  await using fake = await openFakeDaemon(folder(), answers);
  return { ...(await runCommand(fake.socketPath, ["get", ...args], { cwd: folder() })), called: fake.called };
}

describe("get by the socket", () => {
  test("the model's text is on stdout byte for byte, its metadata on stderr as one line of JSON", async () => {
    const { code, stdout, stderr, called } = await get(
      modelOf(TEXT),
      "alpha",
      "BTC",
      "--group-key",
      "BTC_ret",
      "--version",
      "v2",
      "--for",
      "1.7.6",
    );
    expect({ code, isSame: stdout === TEXT }).toEqual({ code: 0, isSame: true });
    expect(parseExact(stderr)).toEqual(metadata);
    expect(called[0]?.input).toEqual({ source: "alpha", symbol: "BTC", group_key: "BTC_ret", version: "v2", xgboost_version: "1.7.6" });
  });

  test("--json answers one document shaped like the wire's response", async () => {
    const { code, stdout, stderr } = await get(modelOf(TEXT), "alpha", "BTC", "--json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(parseExact(stdout)).toEqual({ ok: true, message: "ok", payload: { model_json: TEXT, metadata, dim_factors: dimFactors } });
  });

  test("-o writes the whole file and leaves nothing else beside it", async () => {
    await writeFile(path.join(folder(), "m.json"), "older");
    const { code, stdout } = await get(modelOf(TEXT), "alpha", "BTC", "-o", "m.json", "--json");
    expect(code).toBe(0);
    expect(await readFile(path.join(folder(), "m.json"), "utf8")).toBe(TEXT);
    expect(parseExact(stdout)).toMatchObject({ ok: true, file: path.join(folder(), "m.json"), bytes: Buffer.byteLength(TEXT) });
    expect((await readdir(folder())).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("bytes that are not the announced ones fail, and the older file stays", async () => {
    await writeFile(path.join(folder(), "m.json"), "older");
    const { code, stderr } = await get(modelOf(TEXT, { ...metadata, sha256: digest("other") }), "alpha", "BTC", "-o", "m.json");
    expect(code).toBe(1);
    expect(stderr).toContain("the model was damaged on its way");
    expect(await readFile(path.join(folder(), "m.json"), "utf8")).toBe("older");
    expect((await readdir(folder())).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("a file that cannot be written is named", async () => {
    const { code, stderr } = await get(modelOf(TEXT), "alpha", "BTC", "-o", "none/m.json");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: cannot write .*none\/m\.json: ENOENT/);
  });

  test("no such model is exit code 2 with the daemon's reason", async () => {
    const refused: FakeAnswers = { "model.get": () => [{ part: "refused" as const, message: "unknown symbol: XYZ" }].values() };
    expect(await get(refused, "alpha", "XYZ")).toMatchObject({ code: 2, stdout: "", stderr: "not ok: unknown symbol: XYZ\n" });
    const { code, stdout } = await get(refused, "alpha", "XYZ", "--json");
    expect({ code, document: parseExact(stdout) }).toEqual({ code: 2, document: { ok: false, message: "unknown symbol: XYZ" } });
  });
});

const PROTO = fileURLToPath(new URL("../../../proto/modelmanager/v1/model_manager.proto", import.meta.url));

interface GrpcFake extends AsyncDisposable {
  readonly port: number;
  readonly requests: readonly unknown[];
}

async function openGrpcFake(respond: (request: { symbol: string }) => unknown): Promise<GrpcFake> {
  const service = loadSync(PROTO, { keepCase: true, defaults: true })["modelmanager.v1.ModelService"];
  if (service === undefined || "format" in service) throw new Error("the proto has no ModelService");
  const requests: unknown[] = [];
  const implementation: UntypedServiceImplementation = {
    GetModel(call: { request: { symbol: string } }, callback: (error: null, response: unknown) => void) {
      requests.push(call.request);
      callback(null, respond(call.request));
    },
  };
  const server = new Server();
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, requests, [Symbol.asyncDispose]: () => new Promise((resolve) => server.tryShutdown(() => resolve())) };
}

const grpc = (port: number, ...args: string[]) =>
  runCommand("/nonexistent", ["get", "--host", "127.0.0.1", "--port", String(port), ...args]);

describe("get by gRPC, as the old client was called", () => {
  test("the same output, with 64-bit integers in all their digits and no limit of 4 MiB", async () => {
    const large = `{"x": "${"y".repeat(5 * 1024 * 1024)}"}`;
    const wire = { ...metadata, train_window_end_ts: "1717200000000000001", sha256: digest(large) };
    await using fake = await openGrpcFake(() => ({
      ok: true,
      message: "ok",
      payload: { model_json: large, metadata: wire, dim_factors: [{ dim: 0, factor_name: "f" }] },
    }));
    const { code, stdout, stderr } = await grpc(fake.port, "--model-name", "alpha", "--symbol", "BTC", "--group-key", "BTC_ret");
    expect({ code, isSame: stdout === large }).toEqual({ code: 0, isSame: true });
    expect(stderr).toContain('"train_window_end_ts":1717200000000000001');
    expect(fake.requests).toEqual([expect.objectContaining({ model_name: "alpha", symbol: "BTC", group_key: "BTC_ret" })]);
  });

  test("ok=false is exit code 2 with the reason", async () => {
    await using fake = await openGrpcFake(({ symbol }) => ({ ok: false, message: `unknown symbol: ${symbol}` }));
    expect(await grpc(fake.port, "--model-name", "alpha", "--symbol", "XYZ")).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "not ok: unknown symbol: XYZ\n",
    });
  });

  test("nobody at the address is exit code 3 and names it", async () => {
    const { code, stderr } = await grpc(1, "--model-name", "alpha", "--symbol", "BTC");
    expect(code).toBe(3);
    expect(stderr).toContain("nothing answers by gRPC at 127.0.0.1:1");
  });

  test("the two forms cannot be mixed", async () => {
    expect(await grpc(1, "alpha", "BTC")).toMatchObject({ code: 2 });
  });
});
