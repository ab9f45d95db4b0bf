// GetModel and GetModelBytes over a real connection.

import { describe, expect, test } from "vitest";
import { AppError } from "../../../../shared/contract/errors.ts";
import { found, largeDocument } from "./answers.ts";
import { useDoor } from "./door.ts";
import { SERVICE } from "./proto.ts";
import { collect, parseProto, statusOf } from "./wire-client.ts";

const openDoor = useDoor();

/** What clients from before know; written here so that it cannot change with our proto file. */
const OLD_PROTO = parseProto(`
  syntax = "proto3"; package modelmanager.v1;
  service ModelService { rpc GetModel(GetModelRequest) returns (GetModelResponse); }
  message GetModelRequest { string model_name = 1; string symbol = 2; string group_key = 3; }
  message GetModelResponse { bool ok = 1; string message = 2; ModelPayload payload = 3; }
  message ModelPayload { string model_json = 1; ModelMetadata metadata = 2; repeated DimFactor dim_factors = 3; }
  message ModelMetadata {
    string model_name = 1; string symbol = 2; string group_key = 3; string return_name = 4; uint32 feature_dim = 5;
    int64 train_window_start_ts = 6; int64 train_window_end_ts = 7; string train_start_date = 8; string train_end_date = 9;
    uint64 train_samples = 10; double train_time_sec = 11; string model_json_path = 12; string source_root_path = 13; string scanned_at = 14;
  }
  message DimFactor { uint32 dim = 1; string factor_name = 2; double kendall_tau = 3; }
`);

const DOCUMENT = Buffer.from('{"learner":{"größe":"1"}}\n');

describe("GetModel", () => {
  test("a client that knows only the old fields gets all of them", async () => {
    const { application, connect } = await openDoor();
    application.onModel = async () => found(DOCUMENT);
    const answer = await connect(OLD_PROTO).unary("GetModel", { model_name: "alpha", symbol: "ETHBTC" });
    expect(answer).toEqual({
      ok: true,
      message: "ok",
      payload: {
        model_json: DOCUMENT.toString("utf8"),
        metadata: {
          model_name: "alpha",
          symbol: "ETHBTC",
          group_key: "ETHBTC_ret_60",
          return_name: "ret_60",
          feature_dim: 3,
          train_window_start_ts: "1515646500000000001",
          train_window_end_ts: "1516927200000000003",
          train_start_date: "2018-01-11",
          train_end_date: "2018-01-26",
          train_samples: "4230",
          train_time_sec: 0.337857723236084,
          model_json_path: "deep/ETHBTC_ret_60_model.json",
          source_root_path: "/models/alpha",
          scanned_at: "2026-01-05T09:30:00+00:00",
        },
        dim_factors: [
          { factor_name: "mom_48", kendall_tau: -0.1008646024676652 },
          { dim: 1, factor_name: "rsi_14" },
          { dim: 2, factor_name: "größe" },
        ],
      },
    });
  });

  test("every field of the request reaches the application, from a principal that may read", async () => {
    const { application, client } = await openDoor();
    const asked: unknown[] = [];
    application.onModel = async (input, context) => {
      asked.push(input, context.principal.name.replace(/\d+$/, "PORT"), [...context.principal.scopes]);
      return found(DOCUMENT);
    };
    const request = { symbol: "s", group_key: "g", version: "v2", xgboost_version: "1.7.6", known_sha256: "ab", client_id: "me" };
    await client.unary("GetModel", { model_name: "m", ...request });
    expect(asked).toEqual([{ source: "m", ...request }, "grpc:127.0.0.1:PORT", ["model:read"]]);
  });

  test("a refusal is ok=false with its reason, status OK, and no payload", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => ({ outcome: "refused", message: 'no model "x"' });
    expect(await client.unary("GetModel", { model_name: "x" })).toEqual({ message: 'no model "x"' });
  });

  test("an AppError of the application is ok=false with its message", async () => {
    const { application, client } = await openDoor();
    application.onModel = () => Promise.reject(new AppError("invalid_input", "symbol is too long"));
    expect(await client.unary("GetModel", {})).toEqual({ message: "symbol is too long" });
  });

  test("a payload at hand is the answer, and the client is noted all the same", async () => {
    const { application, client } = await openDoor();
    application.onModelAtHand = () => Buffer.from([0x0a, 1, 0x78]);
    expect(await client.unary("GetModel", { client_id: "s1" })).toMatchObject({ ok: true, message: "ok" });
    expect(application.seen).toMatchObject([{ clientId: "s1", watching: false }]);
  });

  test.each([
    ["the search", () => Promise.reject(new Error("secret /path"))],
    [
      "the bytes",
      async () =>
        ({
          outcome: "found",
          atHand: () => undefined,
          payload: () => Promise.reject(new Error("secret /path")),
          parts: () => Promise.reject(new Error("secret")),
        }) as const,
    ],
  ])("a failure in %s is ok=false with a constant text that starts as before, and is logged once", async (_where, onModel) => {
    const { application, client, log } = await openDoor();
    application.onModel = onModel;
    const answer = await client.unary("GetModel", {});
    expect(answer).toEqual({ message: "internal error: the daemon's log has the details" });
    expect(log.filter((line) => line.level === "error")).toHaveLength(1);
  });

  test("a failure that the application has logged is not logged again", async () => {
    const { application, client, log } = await openDoor();
    application.onModel = () => Promise.reject(new AppError("internal", "internal error; the daemon's log has the details"));
    expect(await client.unary("GetModel", {})).toMatchObject({ message: expect.stringMatching(/^internal error: /) });
    expect(log.filter((line) => line.level === "error")).toHaveLength(0);
  });

  test("a known document is not sent again", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => ({ outcome: "not_modified", sha256: "ab" });
    expect(await client.unary("GetModel", { known_sha256: "ab" })).toEqual({ ok: true, message: "ok", not_modified: true });
  });

  test("a payload that was made elsewhere gives the same answer", async () => {
    const { application, client } = await openDoor();
    const original = found(DOCUMENT);
    application.onModel = async () => original;
    const expected = await client.unary("GetModel", {});
    if (original.outcome !== "found") throw new Error("found");
    const copy = Buffer.from(await original.payload());
    application.onModel = async () => ({ ...original, payload: async () => copy });
    expect(await client.unary("GetModel", {})).toEqual(expected);
  });

  test.each([2 * 1024 * 1024, 9 * 1024 * 1024 + 1])("a document of %i bytes arrives byte for byte", async (bytes) => {
    const { application, client } = await openDoor();
    const document = largeDocument(bytes);
    application.onModel = async () => found(document);
    const answer = await client.unary("GetModel", {});
    expect(Buffer.from((answer["payload"] as { model_json: string }).model_json).equals(document)).toBe(true);
  });

  test("the caller is noted by its own name, or by its address", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => found(DOCUMENT);
    await client.unary("GetModel", { client_id: " strategy-7 " });
    await client.unary("GetModel", {});
    const [named, unnamed] = application.seen;
    expect(named).toMatchObject({ clientId: "strategy-7", watching: false });
    expect(unnamed?.clientId).toBe(unnamed?.peer);
    expect(unnamed?.peer).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test("a request larger than 4 MB is refused, and the connection goes on", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => found(DOCUMENT);
    expect(await statusOf(client.unary("GetModel", { symbol: "x".repeat(5 * 1024 * 1024) }))).toMatchObject({ code: 8 });
    expect(await client.unary("GetModel", {})).toMatchObject({ ok: true });
  });
});

describe("GetModelBytes", () => {
  test("sends the metadata once and then the document in slices below 1 MiB", async () => {
    const { application, client } = await openDoor();
    const document = largeDocument(2 * 1024 * 1024 + 17);
    application.onModel = async () => found(document);
    const [head, ...slices] = await collect(client.stream("GetModelBytes", {}));
    expect(head).toMatchObject({
      total_bytes: String(document.length),
      metadata: { version: "v3", train_window_start_ts: "1515646500000000001", activation: "42" },
    });
    expect(head?.["dim_factors"]).toEqual([
      { factor_name: "mom_48", kendall_tau: -0.1008646024676652, has_tau: true },
      { dim: 1, factor_name: "rsi_14", has_tau: true },
      { dim: 2, factor_name: "größe" },
    ]);
    const parts = slices.map((slice) => slice["data"] as Buffer);
    expect(Buffer.concat(parts).equals(document)).toBe(true);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(1024 * 1024);
    expect(slices.every((slice) => Object.keys(slice).length === 1)).toBe(true);
  });

  test("the metadata is the same as GetModel's", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => found(DOCUMENT);
    const whole = await client.unary("GetModel", {});
    const [head] = await collect(client.stream("GetModelBytes", {}));
    expect(whole["payload"]).toMatchObject({ metadata: head?.["metadata"], dim_factors: head?.["dim_factors"] });
  });

  test("a refusal is a status with the reason", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => ({ outcome: "refused", message: "no such group" });
    expect(await statusOf(collect(client.stream("GetModelBytes", {})))).toEqual({ code: 5, details: "no such group" });
    application.onModel = async () => ({ outcome: "refused", message: "cannot render", code: "wrong_state" });
    expect(await statusOf(collect(client.stream("GetModelBytes", {})))).toEqual({ code: 9, details: "cannot render" });
  });

  test("a failure is INTERNAL with a constant text", async () => {
    const { application, client, log } = await openDoor();
    application.onModel = () => Promise.reject(new Error("secret /path"));
    expect(await statusOf(collect(client.stream("GetModelBytes", {})))).toEqual({
      code: 13,
      details: "internal error; the daemon's log has the details",
    });
    expect(log.filter((line) => line.level === "error")).toHaveLength(1);
  });

  test("a known document is a first message with its digest, and no data", async () => {
    const { application, client } = await openDoor();
    application.onModel = async () => ({ outcome: "not_modified", sha256: "ab" });
    expect(await collect(client.stream("GetModelBytes", { known_sha256: "ab" }))).toEqual([{ metadata: { sha256: "ab" } }]);
  });
});

test("the service answers under the name that existing clients use", () => {
  expect(SERVICE).toBe("modelmanager.v1.ModelService");
});
