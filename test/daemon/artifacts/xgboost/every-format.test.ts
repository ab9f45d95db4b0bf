// The same model of a release reads the same from JSON, UBJSON, the legacy binary and every pickle of it.

import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import type { XgboostModel } from "../../../../daemon/artifacts/xgboost/model.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { fixtureGroups } from "../fixture-groups.ts";
import { fixtureReleases, releaseCases, releaseNumber, type ReleaseCase } from "./release-cases.ts";

/** A file of a case, read. */
interface Reading {
  readonly file: string;
  readonly isPickle: boolean;
  readonly model: XgboostModel;
}

/** What a form of the model does not carry. Everything else must be equal. */
const NOT_CARRIED: readonly {
  readonly what: string;
  readonly lacks: (reading: Reading) => boolean;
  readonly without: (model: XgboostModel) => object;
}[] = [
  {
    what: "the legacy binary has no patch version, no names and types of features, no bounds of rounds, and calls reg:squarederror by its alias",
    lacks: ({ model }) => model.encoding === "binary",
    without: (model) => ({
      version: model.version.slice(0, 2),
      featureNames: [],
      featureTypes: [],
      objective: { ...model.objective, name: model.objective.name.replace("reg:linear", "reg:squarederror") },
      booster: { ...model.booster, ...(model.booster.kind === "linear" ? { rounds: undefined } : { roundBounds: undefined }) },
    }),
  },
  {
    what: "documents up to 1.3 have no names and types of features; Python's state does",
    lacks: ({ model, isPickle }) => !isPickle && model.version[0] * 1000 + model.version[1] <= 1003,
    without: () => ({ featureNames: [], featureTypes: [] }),
  },
  {
    what: "up to 1.5 only Python's state, the configuration in a pickle or, from 1.4 on, the attributes say how many trees of a round belong together",
    lacks: ({ model, isPickle }) => !isPickle && model.version[0] * 1000 + model.version[1] <= 1005,
    without: (model) => (model.booster.kind === "trees" ? { booster: { ...model.booster, numParallelTree: 1 } } : {}),
  },
  {
    what: "scikit-learn's save_model adds an attribute",
    lacks: ({ file }) => file === "sklearn_model.json",
    without: (model) => ({ attributes: new Map([...model.attributes].filter(([key]) => key !== "scikit_learn")) }),
  },
];

/** The model without its encoding and without what one of two readings does not carry. */
function comparable(model: XgboostModel, pair: readonly Reading[]): object {
  let rest: XgboostModel = model;
  for (const { lacks, without } of NOT_CARRIED) if (pair.some(lacks)) rest = { ...rest, ...without(rest) };
  return { ...rest, encoding: "any" };
}

const read = new Map<ReleaseCase, readonly Reading[]>();

/** Every model file of a case, read once. */
function readingsOf(entry: ReleaseCase): readonly Reading[] {
  const readings = read.get(entry) ?? readFiles(entry);
  read.set(entry, readings);
  return readings;
}

function readFiles(entry: ReleaseCase): readonly Reading[] {
  return entry.files.map((file) => {
    const result = readXgboost(entry.read(file));
    if (!result.ok) throw new Error(`${entry.release} ${entry.name} ${file}: ${result.reason}`);
    return { file, isPickle: result.envelope !== null, model: result.model };
  });
}

function differences(entry: ReleaseCase): readonly string[] {
  const [first, ...others] = readingsOf(entry);
  if (first === undefined) return [`${entry.name}: no files`];
  return others
    .filter((other) => !isDeepStrictEqual(comparable(first.model, [first, other]), comparable(other.model, [first, other])))
    .map((other) => `${entry.name}: ${first.file} and ${other.file}`);
}

describe.each(fixtureReleases())("release %s", (release) => {
  const fitted = releaseCases(release).filter((entry) => entry.name !== "unfitted");

  it("reads the same from every file of a case", () => {
    expect(fitted.flatMap(differences)).toEqual([]);
    expect(fitted.length).toBeGreaterThan(40);
  });

  it("tells its own version", () => {
    for (const entry of fitted) {
      for (const { model } of readingsOf(entry)) {
        const expected = releaseNumber(release) < 1000 ? "0.0" : release.split(".").slice(0, 2).join(".");
        expect(model.version.slice(0, 2).join(".")).toBe(expected);
        expect(model.isBaseMargin).toBe(releaseNumber(release) < 1000);
      }
    }
  });

  it("knows the features' names and the trees of a round from a pickle, as Python did", () => {
    for (const entry of fitted) {
      const { feature_names: names, feature_types: types, params } = entry.manifest;
      const made = names?.every((name, i) => name === `f${i}`) ?? true;
      for (const { isPickle, model } of readingsOf(entry)) {
        if (!isPickle) continue;
        expect(model.featureNames, entry.name).toEqual(made ? [] : names);
        expect(model.featureTypes, entry.name).toEqual(types ?? []);
        const forest = Number(params["num_parallel_tree"]);
        if (model.booster.kind === "trees" && forest > 0) expect(model.booster.numParallelTree, entry.name).toBe(forest);
      }
    }
  });
});

describe.each(["alpha", "beta"] as const)("groups of %s", (folder) => {
  const both = [...fixtureGroups(folder)].flatMap(([group, files]) => {
    const [pickle, json] = (["model_pkl", "model_json"] as const).map((kind) => files.find((file) => file.kind === kind)?.bytes);
    return pickle && json ? [{ group, pickle, json }] : [];
  });

  it.each(both)("$group: the pickle holds the model of the JSON document", ({ group, pickle, json }) => {
    const [held, document] = [readXgboost(pickle), readXgboost(json)];
    if (!held.ok || !document.ok) throw new Error(`${group}: ${held.ok ? "" : held.reason} ${document.ok ? "" : document.reason}`);
    expect(held.envelope).not.toBeNull();
    expect(isDeepStrictEqual({ ...held.model, encoding: "json" }, document.model)).toBe(true);
  });

  it("are all there", () => {
    expect(both.length).toBe(folder === "alpha" ? 8 : 12);
  });
});

describe("protocols 0 and 1, which no release writes by itself", () => {
  const entry = releaseCases("3.4.1").find(({ name }) => name === "softprob");
  const handle = entry?.read("model.ubj") ?? Buffer.of();
  /** What Python's pickle module writes for a Booster: text as raw unicode escapes at 0, as UTF-8 with its length at 1. */
  const escaped = Array.from(handle, (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x5c ? `\\u00${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte),
  );
  const instance = "ccopy_reg\n_reconstructor\n(cxgboost.core\nBooster\nc__builtin__\nobject\nNtR";
  const utf8 = Buffer.from(handle.toString("latin1"));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(utf8.length);
  const pickles: readonly (readonly [number, Buffer])[] = [
    [0, Buffer.from(`${instance}(dVhandle\nc__builtin__\nbytearray\n(V${escaped.join("")}\nVlatin-1\ntRsb.`)],
    [
      1,
      Buffer.concat([
        Buffer.from(`${instance}}X\x06\0\0\0handlec__builtin__\nbytearray\n(X`),
        length,
        utf8,
        Buffer.from("X\x07\0\0\0latin-1tRsb."),
      ]),
    ],
  ];
  it.each(pickles)("protocol %i", (_protocol, bytes) => {
    const [held, file] = [readXgboost(bytes), readXgboost(handle)];
    if (!held.ok || !file.ok) throw new Error(held.ok ? "no file" : held.reason);
    expect(isDeepStrictEqual(held.model, file.model)).toBe(true);
    expect(held.envelope?.className).toBe("xgboost.core.Booster");
  });
});

describe("numbers", () => {
  it.each(["1.0.2", "2.1.4", "3.4.1"])("of %s are those of the JSON text, rounded to float32", (release) => {
    for (const entry of releaseCases(release).filter(({ name }) => ["pruned", "dart", "softprob"].includes(name))) {
      const text = entry.read("model.json").toString("utf8");
      const lists = (name: string): number[][] =>
        [...text.matchAll(new RegExp(`"${name}":\\[([^\\]]*)\\]`, "g"))].map(([, list = ""]) => list.split(",").map(Number));
      const result = readXgboost(entry.read("model.json"));
      if (!result.ok || result.model.booster.kind !== "trees") throw new Error("no trees");
      const { trees } = result.model.booster;
      expect(trees.map((tree) => [...tree.splitConditions])).toEqual(lists("split_conditions").map((list) => list.map(Math.fround)));
      expect(trees.map((tree) => [...tree.baseWeights])).toEqual(lists("base_weights").map((list) => list.map(Math.fround)));
      expect(trees.map((tree) => [...tree.sumHessian])).toEqual(lists("sum_hessian").map((list) => list.map(Math.fround)));
      expect(trees.map((tree) => [...tree.lossChanges])).toEqual(lists("loss_changes").map((list) => list.map(Math.fround)));
      expect(trees.map((tree) => [...tree.leftChildren])).toEqual(lists("left_children"));
    }
  });
});
