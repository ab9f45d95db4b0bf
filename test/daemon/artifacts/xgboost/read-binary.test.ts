// The legacy binary model and the snapshots that hold it: what they say, and every damage with its place.

import { describe, expect, it } from "vitest";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { releaseCases } from "./release-cases.ts";

/** A legacy file of a release, without its "binf". */
function binary(release: string, name: string): Buffer {
  const found = releaseCases(release).find((entry) => entry.name === name);
  const file = found?.files.find((candidate) => /^model\.(model|deprecated)$/.test(candidate));
  if (found === undefined || file === undefined) throw new Error(`no legacy file of ${name} in ${release}`);
  const bytes = found.read(file);
  return bytes.toString("latin1", 0, 4) === "binf" ? bytes.subarray(4) : bytes;
}

function model(bytes: Uint8Array): XgboostModel {
  const read = readXgboost(bytes);
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

/** The bytes with a 32-bit integer put in at an offset. */
function withInt(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeInt32LE(value, at);
  return copy;
}

/** Offsets in a file of reg:squarederror and gbtree: after 136 bytes of parameters, both names with their lengths, 160 bytes of the booster. */
const BOOSTER = 136 + 8 + "reg:squarederror".length + 8 + "gbtree".length;
const TREE = BOOSTER + 160;
const NODE = TREE + 148;

describe("a legacy file", () => {
  it("reads the same with and without binf", () => {
    const plain = binary("1.7.6", "reg_base_half");
    expect(readXgboost(Buffer.concat([Buffer.from("binf"), plain]))).toEqual(readXgboost(plain));
  });

  it("before 1.0 tells no version, and a base score that went through the link", () => {
    expect(model(binary("0.90", "logistic_base_given"))).toMatchObject({
      encoding: "binary",
      version: [0, 0, 0],
      isBaseMargin: true,
      objective: { name: "binary:logistic", parameters: {} },
      boostFromAverage: undefined,
    });
  });

  it("from 1.0 on tells the objective's parameters, which are no attributes", () => {
    const read = model(binary("1.7.6", "poisson"));
    expect(read.objective).toEqual({
      name: "count:poisson",
      parameters: { poisson_regression_param: { max_delta_step: expect.any(String) as string } },
    });
    expect([...read.attributes.keys()]).not.toContain("objective");
    expect(read).toMatchObject({ version: [1, 7, 0], isBaseMargin: false, boostFromAverage: expect.any(Boolean) as boolean });
  });

  it("before 1.0 may end with the Poisson step and the names of metrics", () => {
    expect(model(binary("0.90", "poisson")).objective.name).toBe("count:poisson");
    const bare = withInt(binary("0.90", "reg_base_half"), 16, 1);
    const metrics = Buffer.from("\x02\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0rmse\x03\0\0\0\0\0\0\0mae", "latin1");
    expect(model(Buffer.concat([bare, metrics])).numFeature).toBe(8);
    expect(readXgboost(bare)).toMatchObject({
      ok: false,
      offset: bare.length,
      reason: expect.stringMatching(/ends within the metrics/) as string,
    });
  });
});

describe("damage", () => {
  const plain = binary("1.7.6", "reg_base_half");
  it.each<readonly [string, Buffer, number, RegExp]>([
    ["no features", withInt(plain, 4, 0), 0, /num_feature is 0, not a positive whole number/],
    ["a negative number of classes", withInt(plain, 8, -2), 8, /num_class is -2/],
    ["a version that never wrote it", withInt(plain, 20, 3), 20, /the version is 3.7/],
    ["a negative number of targets", withInt(plain, 28, -2), 28, /num_target is -2/],
    ["more trees than bytes", withInt(plain, BOOSTER, 2 ** 31 - 1), BOOSTER, /num_trees is 2147483647, but \d+ bytes are left/],
    ["a negative number of trees", withInt(plain, BOOSTER, -1), BOOSTER, /num_trees is -1/],
    ["no nodes", withInt(plain, TREE + 4, 0), TREE + 4, /tree 0 has no nodes/],
    ["more nodes than bytes", withInt(plain, TREE + 4, 2 ** 30), TREE + 4, /tree 0 has 1073741824 nodes, but \d+ bytes are left/],
    ["another number of deleted nodes", withInt(plain, TREE + 8, 1), TREE + 8, /tree 0: num_deleted is 1, but 0 nodes are deleted/],
    ["a tree for other features", withInt(plain, TREE + 16, 7), TREE + 16, /tree 0: its num_feature is 7, the model's is 8/],
    ["vector leaves", withInt(plain, TREE + 20, 2), TREE + 20, /tree 0: its leaves have 2 numbers/],
    ["a root with a parent", withInt(plain, NODE, 5), TREE, /tree 0 node 0: its parent is 5/],
    ["a child beyond the nodes", withInt(plain, NODE + 4, 99), TREE, /tree 0 node 0: child index 99 is outside/],
    ["a cycle", withInt(plain, NODE + 4, 0), TREE, /tree 0 node 0: child 0 is the root/],
    ["one child twice", withInt(plain, NODE + 8, 1), TREE, /tree 0 node 0: child 1 was reached before/],
    ["a split beyond the features", withInt(plain, NODE + 12, 8), TREE, /tree 0 node 0: split index 8 is outside the 8 features/],
    ["more behind", Buffer.concat([plain, Buffer.of(0)]), plain.length, /1 bytes follow the model/],
  ])("%s", (_what, bytes, offset, reason) => {
    expect(readXgboost(bytes)).toEqual({ ok: false, offset, reason: expect.stringMatching(reason) as string });
  });

  it("a flood of small trees is refused before it costs memory", () => {
    const count = 100_000;
    const node = Buffer.alloc(20, 0xff);
    const param = Buffer.alloc(148);
    param.writeInt32LE(1, 4);
    param.writeInt32LE(8, 16);
    const tree = Buffer.concat([param, node, Buffer.alloc(16)]);
    const flood = Buffer.concat([
      withInt(plain, BOOSTER, count).subarray(0, TREE),
      ...Array.from({ length: count }, () => tree),
      Buffer.alloc(4 * count),
    ]);
    expect(readXgboost(flood)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/num_trees is 100000; of a file of this size at most/) as string,
    });
  });

  it("a file that is neither binf nor anything else is told apart from a damaged model", () => {
    expect(readXgboost(plain.subarray(0, 150))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^this is neither an XGBoost model/) as string,
    });
    expect(readXgboost(Buffer.concat([Buffer.from("binf"), plain.subarray(0, 150)]))).toMatchObject({
      ok: false,
      offset: 140,
      reason: expect.stringMatching(/^the objective's name: a length of 16 is announced, but 6 bytes are left/) as string,
    });
  });
});

describe("a snapshot of 1.0 to 1.2", () => {
  const inner = binary("1.2.1", "reg_base_half");
  const snapshot = (length: number, config: string, held = inner): Buffer => {
    const head = Buffer.alloc(22, "CONFIG-offset:");
    head.writeBigInt64LE(BigInt(length), 14);
    return Buffer.concat([head, held, Buffer.from(config)]);
  };

  it("is the legacy model in it", () => {
    expect(readXgboost(snapshot(inner.length, "{}"))).toEqual(readXgboost(inner));
  });

  it("may say how many trees a round has", () => {
    const config = JSON.stringify({ learner: { gradient_booster: { gbtree_train_param: { num_parallel_tree: "3" } } } });
    expect(model(snapshot(inner.length, config)).booster).toMatchObject({ kind: "trees", numParallelTree: 3 });
  });

  it.each<readonly [string, Buffer, number, RegExp]>([
    ["a length beyond the end", snapshot(1e6, "{}"), 14, /the snapshot's model has 1000000 bytes, but \d+ are left/],
    ["a negative length", snapshot(-1, "{}"), 14, /has -1 bytes/],
    ["a shorter length", snapshot(inner.length - 1, "{}"), 22 + inner.length - 1, /the configuration behind the snapshot's model: /],
    ["no configuration", snapshot(inner.length, ""), 22 + inner.length, /the configuration behind the snapshot's model: the file is empty/],
    ["a cut configuration", snapshot(inner.length, '{"a":'), 22 + inner.length + 5, /ends too early/],
    ["damage in the model", snapshot(inner.length, "{}", withInt(inner, TREE + 4, 0)), 22 + TREE + 4, /^tree 0 has no nodes/],
    ["a cut header", snapshot(0, "").subarray(0, 20), 20, /ends within its header/],
  ])("%s", (_what, bytes, offset, reason) => {
    expect(readXgboost(bytes)).toEqual({ ok: false, offset, reason: expect.stringMatching(reason) as string });
  });
});
