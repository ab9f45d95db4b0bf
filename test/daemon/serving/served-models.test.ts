// Encoded answers: their bytes as an independent decoder reads them, and what is kept.

import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import type { GroupDescription } from "../../../shared/domain/description.ts";
import type { ServedVersion } from "../../../daemon/app/ports.ts";
import { createServedModels } from "../../../daemon/serving/served-models.ts";
import { description, INFO, servedVersion, sha256 } from "./sample.ts";

const root = protobuf.parse(readFileSync(new URL("../../../proto/modelmanager/v1/model_manager.proto", import.meta.url), "utf8"), {
  keepCase: true,
}).root;
const payloadType = root.lookupType("modelmanager.v1.ModelPayload");
const responseType = root.lookupType("modelmanager.v1.GetModelResponse");

/** A store of documents and descriptions that counts its reads. */
function serving(document: Buffer, text: GroupDescription = description(), maxBytes = 1 << 24) {
  const reads = { objects: 0, descriptions: 0 };
  const models = createServedModels({
    readDocument: async ({ documentSha256 }) => {
      reads.objects++;
      return { bytes: document, sha256: documentSha256 };
    },
    loadDescription: async () => {
      reads.descriptions++;
      return text;
    },
    maxBytes,
  });
  return { models, reads };
}

function decode(payload: Uint8Array): Readonly<Record<string, unknown>> {
  return payloadType.toObject(payloadType.decode(payload), { longs: String, defaults: false });
}

const DOCUMENT = Buffer.from('{"learner":{"größe":"1"}}');

async function metadataFrom(text: GroupDescription, served: ServedVersion = servedVersion(DOCUMENT)) {
  return decode(await serving(DOCUMENT, text).models.payload(served))["metadata"];
}

describe("an answer made ahead", () => {
  test("is the answer that the store's bytes would give, and the store is not asked", async () => {
    const { models, reads } = serving(DOCUMENT);
    const served = servedVersion(DOCUMENT);
    models.prime(served, DOCUMENT, description());
    const primed = await models.payload(served);
    expect(reads).toEqual({ objects: 0, descriptions: 0 });
    expect(primed).toEqual(await serving(DOCUMENT).models.payload(served));
    expect(models.atHand(served)).toEqual(primed);
  });

  test("from bytes with another digest is refused and not kept", async () => {
    const { models, reads } = serving(DOCUMENT);
    const served = servedVersion(DOCUMENT, { sha256: sha256(Buffer.from("other")) });
    models.prime(served, DOCUMENT, description());
    await expect(models.payload(served)).rejects.toThrow("has digest");
    expect(models.atHand(served)).toBeUndefined();
    await expect(models.payload(served)).rejects.toThrow("has digest");
    expect(reads.objects).toBe(1);
  });
});

describe("the encoded answer", () => {
  test("carries every field of the metadata with all digits of its numbers", async () => {
    expect(await metadataFrom(description())).toEqual({
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
      version: "v3",
      sha256: sha256(DOCUMENT),
      activation: "42",
      status: "production",
    });
  });

  test("names no metadata field that the proto file lacks, and lacks only rendered_for", async () => {
    const fields = Object.keys(root.lookupType("modelmanager.v1.ModelMetadata").fields);
    const sent = Object.keys((await metadataFrom(description())) as object);
    expect(fields.filter((name) => !sent.includes(name))).toEqual(["rendered_for"]);
  });

  test("carries the document byte for byte", async () => {
    const payload = decode(await serving(DOCUMENT).models.payload(servedVersion(DOCUMENT)));
    expect(payload["model_json"]).toBe(DOCUMENT.toString("utf8"));
  });

  test("tells a missing tau from a tau of zero", async () => {
    const payload = decode(await serving(DOCUMENT).models.payload(servedVersion(DOCUMENT)));
    expect(payload["dim_factors"]).toEqual([
      { factor_name: "mom_48", kendall_tau: -0.1008646024676652, has_tau: true },
      { dim: 1, factor_name: "rsi_14", has_tau: true },
      { dim: 2, factor_name: "größe" },
    ]);
  });

  test("lets no NaN and no infinity out", async () => {
    const text = description({
      dim_factors: [Number.NaN, Number.POSITIVE_INFINITY].map((kendall_tau, dim) => ({ dim, factor_name: `f${dim}`, kendall_tau })),
      info_summary: { ...INFO, train_time_sec: Number.NaN, train_samples: Number.NaN },
    });
    const payload = decode(await serving(DOCUMENT, text).models.payload(servedVersion(DOCUMENT)));
    expect(payload["dim_factors"]).toEqual([{ factor_name: "f0" }, { dim: 1, factor_name: "f1" }]);
    expect(payload["metadata"]).not.toHaveProperty("train_time_sec");
    expect(payload["metadata"]).not.toHaveProperty("train_samples");
  });

  test.each<[string, number | bigint | null]>([
    ["negative", -1],
    ["beyond 64 bits", 2n ** 64n],
    ["not whole", 1.5],
    ["missing", null],
    ["huge", 1e300],
  ])("sends a sample count that is %s as 0", async (_what, train_samples) => {
    expect(await metadataFrom(description({ info_summary: { ...INFO, train_samples } }))).not.toHaveProperty("train_samples");
  });

  test("keeps the extremes of 64 bits, also negative times", async () => {
    const info = { ...INFO, train_samples: 2n ** 64n - 1n, train_window_start_ts: -(2n ** 63n), train_window_end_ts: -1 };
    expect(await metadataFrom(description({ info_summary: info }))).toMatchObject({
      train_samples: "18446744073709551615",
      train_window_start_ts: "-9223372036854775808",
      train_window_end_ts: "-1",
    });
  });

  test("sends missing dates as empty, with no info file and with one that is not a dict", async () => {
    for (const info_summary of [{}, { raw_type: "list" }]) {
      const metadata = await metadataFrom(description({ info_summary }));
      expect(metadata).not.toHaveProperty("train_start_date");
      expect(metadata).not.toHaveProperty("train_samples");
    }
  });

  test("is valid UTF-8 even when a pickle held half of a surrogate pair", async () => {
    const metadata = await metadataFrom(description({ symbol: "A\ud800B" }));
    expect(metadata).toMatchObject({ symbol: "A\ufffdB" });
  });

  test("is preceded in memory by what makes it a whole response in its frame", async () => {
    const payload = await serving(DOCUMENT).models.payload(servedVersion(DOCUMENT));
    const framed = Buffer.from(payload.buffer);
    expect(framed.readUInt8(0)).toBe(0);
    expect(framed.readUInt32BE(1)).toBe(framed.length - 5);
    const response = responseType.toObject(responseType.decode(framed.subarray(5)), { longs: String });
    expect(response).toEqual({ ok: true, message: "ok", payload: decode(payload) });
  });
});

describe("line breaks", () => {
  const served = (text: string) => servedVersion(Buffer.from(text.replace(/\r\n?/g, "\n")), { documentSha256: sha256(Buffer.from(text)) });

  test.each(["a\r\nb\rc\n\r\r\n", "\r", "\r\n", "x\r"])("CRLF and CR come out as LF: %j", async (text) => {
    const payload = decode(await serving(Buffer.from(text)).models.payload(served(text)));
    expect(payload["model_json"]).toBe(text.replace(/\r\n?/g, "\n"));
  });

  test("a CRLF that is cut by a slice comes out as one LF", async () => {
    const text = `${"x".repeat(1024 * 1024 - 1)}\r\n${"y".repeat(1024 * 1024 - 2)}\r\r\nend`;
    const payload = decode(await serving(Buffer.from(text)).models.payload(served(text)));
    expect(payload["model_json"]).toBe(text.replace(/\r\n?/g, "\n"));
  });

  test("a document whose digest is not the recorded one is not served", async () => {
    const rewritten = serving(Buffer.from("a\r\nb"));
    await expect(
      rewritten.models.payload(servedVersion(Buffer.from("other"), { documentSha256: sha256(Buffer.from("a\r\nb")) })),
    ).rejects.toThrow(/digest/);
    const plain = serving(DOCUMENT);
    await expect(plain.models.payload(servedVersion(DOCUMENT, { sha256: sha256(Buffer.from("other")) }))).rejects.toThrow(/digest/);
  });
});

describe("what is kept", () => {
  test("two requests at once share one load, a third needs none", async () => {
    const { models, reads } = serving(DOCUMENT);
    const served = servedVersion(DOCUMENT);
    const [first, second] = await Promise.all([models.payload(served), models.payload({ ...served })]);
    expect(second).toBe(first);
    expect(await models.payload({ ...served })).toBe(first);
    expect(reads).toEqual({ objects: 1, descriptions: 1 });
  });

  const differences: Partial<ServedVersion>[] = [
    { versionId: 8 },
    { modelName: "b" },
    { groupKey: "b" },
    { label: "v4" },
    { status: "archived" },
    { activation: 0 },
    { rootPath: "/b" },
    { documentPath: "b" },
    { capturedAt: 1n },
  ];
  test.each(differences)("an answer that differs in %o is another answer", async (difference) => {
    const { models } = serving(DOCUMENT);
    const first = await models.payload(servedVersion(DOCUMENT));
    expect(await models.payload(servedVersion(DOCUMENT, difference))).not.toBe(first);
  });

  test("the least recently used leaves when the budget is full", async () => {
    const document = Buffer.alloc(10_000, 0x61);
    const { models, reads } = serving(document, description(), 25_000);
    const [a, b, c] = ["a", "b", "c"].map((groupKey) => servedVersion(document, { groupKey }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("three versions");
    for (const one of [a, b, a, c, a]) await models.payload(one);
    expect(reads.objects).toBe(3);
    await models.payload(b);
    expect(reads.objects).toBe(4);
  });

  test("an answer larger than the budget is served and pushes nothing out", async () => {
    const small = Buffer.alloc(1000, 0x61);
    const big = Buffer.alloc(50_000, 0x62);
    let objects = 0;
    const models = createServedModels({
      readDocument: async ({ documentSha256: digest }) => {
        objects++;
        return { bytes: digest === sha256(big) ? big : small, sha256: digest };
      },
      loadDescription: async () => description(),
      maxBytes: 20_000,
    });
    await models.payload(servedVersion(small));
    expect(decode(await models.payload(servedVersion(big)))["model_json"]).toHaveLength(50_000);
    await models.payload(servedVersion(small));
    expect(objects).toBe(2);
    await models.payload(servedVersion(big));
    expect(objects).toBe(3);
  });

  test("a failed load is told to all who wait for it, and tried again by the next", async () => {
    let fail = true;
    const models = createServedModels({
      readDocument: async ({ documentSha256 }) => {
        if (fail) throw new Error("object is missing");
        return { bytes: DOCUMENT, sha256: documentSha256 };
      },
      loadDescription: async () => description(),
      maxBytes: 1 << 20,
    });
    const served = servedVersion(DOCUMENT);
    const both = await Promise.allSettled([models.payload(served), models.parts(served)]);
    expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    fail = false;
    expect(decode(await models.payload(served))["model_json"]).toBe(DOCUMENT.toString("utf8"));
  });

  test("an answer is at hand once it was made, and not before", async () => {
    const { models } = serving(DOCUMENT);
    const served = servedVersion(DOCUMENT);
    expect(models.atHand(served)).toBeUndefined();
    const payload = await models.payload(served);
    expect(models.atHand(served)).toBe(payload);
    expect(models.atHand(servedVersion(DOCUMENT, { activation: served.activation + 1 }))).toBeUndefined();
  });

  test("the parts are those of the encoded answer", async () => {
    const { models } = serving(DOCUMENT);
    const parts = await models.parts(servedVersion(DOCUMENT));
    expect(parts.document.equals(DOCUMENT)).toBe(true);
    expect(parts.description.dim_factors).toHaveLength(3);
    expect(parts.metadata.train_window_start_ts).toBe(1_515_646_500_000_000_001n);
    expect(parts.metadata).toMatchObject({ version: "v3", train_samples: 4230, rendered_for: "" });
  });
});

test("a document of 12 MB with 30,000 factors is encoded in many short tasks", async () => {
  const dim_factors = Array.from({ length: 30_000 }, (_none, dim) => ({ dim, factor_name: `factor_${dim}`, kendall_tau: dim / 30_000 }));
  const document = Buffer.alloc(12 * 1024 * 1024, 0x61);
  document[5] = 0x0d;
  const served = servedVersion(document, { sha256: sha256(Buffer.from(document.toString("latin1").replace("\r", "\n"), "latin1")) });
  let tasks = 0;
  const count = () => {
    tasks++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const payload = await serving(document, description({ dim_factors }), 1).models.payload(served);
  clearImmediate(timer);
  expect(payload.length).toBeGreaterThan(document.length);
  // 12 slices are measured, 12 rewritten, 15 hold factors: other work got its turn between all of them.
  expect(tasks).toBeGreaterThan(30);
});
