// Model files by their content: what they are, and what is broken about them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readModelFile, type ModelFile } from "../../../../daemon/artifacts/registration/model-file.ts";
import type { ArtifactForm } from "../../../../shared/domain/registry-types.ts";
import { fixtureFolder } from "../../../support/fixture-archive.ts";

const folder = fixtureFolder("registration/models");
const names = readdirSync(folder).toSorted();

function sample(name: string): Buffer {
  return readFileSync(join(folder, name));
}

function read(bytes: Buffer | string, form?: ArtifactForm): ModelFile {
  const result = readModelFile(Buffer.from(bytes), form);
  if (!result.ok) throw new Error(result.reason);
  return result.file;
}

function fault(bytes: Buffer | string, form?: ArtifactForm): string {
  const result = readModelFile(Buffer.from(bytes), form);
  return result.ok ? "" : result.reason;
}

function formatIn(bytes: Buffer): string {
  const result = readModelFile(bytes);
  return result.ok ? result.file.format : "refused";
}

describe("formats", () => {
  it("are told by content, for every sample of every library", () => {
    const formatOf = (name: string): string => {
      if (name.startsWith("lightgbm")) return "lightgbm_text";
      if (name.includes(".joblib")) return "joblib";
      return { ".pkl": "pickle", json: "json", ".cbm": "catboost_cbm", onnx: "onnx" }[name.slice(-4)] ?? "";
    };
    expect(names.length).toBe(33);
    expect(names.map((name) => [name, read(sample(name)).format])).toEqual(names.map((name) => [name, formatOf(name)]));
  });

  it("of XGBoost can be asked for trial predictions, also from pickles; those that XGBoost alone wrote are told apart", () => {
    const xgboost = fixtureFolder("xgboost/2.1.4");
    const [kind = ""] = readdirSync(xgboost).filter((name) => name.startsWith("reg_"));
    const at = (name: string): ModelFile => read(readFileSync(join(xgboost, kind, name)));
    expect(at("model.json")).toMatchObject({ format: "xgboost_json", evaluable: true, features: 8 });
    expect(at("model.ubj")).toMatchObject({ format: "xgboost_ubj", evaluable: true, features: 8 });
    expect(at("booster.p4.pkl")).toMatchObject({ format: "pickle", evaluable: true, features: 8 });
    expect(at("booster.p4.pkl").globals).toContain("xgboost.core.Booster");
    const old = fixtureFolder("xgboost/1.5.2");
    expect(read(readFileSync(join(old, "reg_base_half", "model.model")))).toMatchObject({ format: "xgboost_binary", evaluable: true });
  });

  it("that the evaluator does not read have their outline", () => {
    expect(read(sample("lightgbm-4.7.0-multiclass.txt"))).toMatchObject({ evaluable: false, trees: 6, features: 4 });
    expect(read(sample("lightgbm-4.7.0-no_trees.txt")).warnings).toEqual(["it has no trees"]);
    expect(read(sample("catboost.cbm"))).toMatchObject({
      evaluable: false,
      trees: 3,
      features: 4,
      summary: "CatBoost with 3 trees, 4 features",
    });
    expect(read(sample("model.onnx")).summary).toBe("ONNX of IR version 14 with 2 nodes");
    expect(read(sample("risk.p4.pkl"))).toMatchObject({ evaluable: false, summary: "pickle of protocol 4 with a __main__.BarraRiskModel" });
    expect(read("PK\u0003\u0004rest").summary).toBe("an archive, not looked into");
    expect(read("hello")).toMatchObject({ format: "unknown", evaluable: false });
  });

  it("that call something are taken as bytes, with a warning that names it", () => {
    const file = read("cos\nsystem\n(S'true'\ntR.");
    expect(file).toMatchObject({ format: "pickle", evaluable: false, unknownCalls: ["os.system"] });
    expect(file.warnings).toEqual(["loading it with Python would call os.system; nothing was called"]);
  });
});

describe("broken files", () => {
  it("are refused when they are empty", () => {
    expect(fault("")).toBe("the file is empty");
    expect(fault("", "weights")).toBe("the file is empty");
  });

  it("are refused wherever they are cut off, and no cut is ever an exception", () => {
    for (const name of [
      "risk.p0.pkl",
      "risk.p2.pkl",
      "risk.p5.pkl",
      "risk.joblib",
      "risk.joblib.gz",
      "catboost.cbm",
      "model.json",
      "model.onnx",
    ]) {
      const bytes = sample(name);
      const taken = Array.from({ length: bytes.length - 1 }, (_, i) => i + 1).filter((length) => fault(bytes.subarray(0, length)) === "");
      // So little of it is left that it begins as nothing known; of a protobuf message, that whole fields are.
      const harmless = taken.filter((length) => read(bytes.subarray(0, length)).format === "unknown");
      expect([name, taken.filter((length) => !harmless.includes(length))]).toEqual([name, []]);
      expect(harmless.every((length) => length < 40)).toBe(true);
    }
  });

  it("of LightGBM are refused wherever they are cut off before the end of the parameters, but between lines of the importances", () => {
    for (const name of ["lightgbm-2.0.12-regression.txt", "lightgbm-2.3.1-categories.txt", "lightgbm-4.7.0-linear.txt"]) {
      const bytes = sample(name);
      const text = bytes.toString("latin1");
      const sound = Array.from({ length: bytes.length }, (_, i) => i).filter(
        (length) => formatIn(bytes.subarray(0, length)) === "lightgbm_text",
      );
      const [importances, parameters, end] = [
        text.search(/^feature[ _]imp/m),
        text.indexOf("\nparameters:"),
        text.indexOf("end of parameters") + 17,
      ];
      const between = (length: number): boolean =>
        length > importances && text[length - 1] === "\n" && (parameters < 0 || length <= parameters + 1);
      expect([name, sound.filter((length) => !between(length) && (parameters < 0 || length < end))]).toEqual([name, []]);
    }
  });

  it("of CatBoost are refused with what is wrong of the core", () => {
    const bytes = sample("catboost.cbm");
    expect(fault(bytes.subarray(0, -1))).toBe("no sound CatBoost model: the core has 6872 bytes, but 6871 are left");
    expect(fault(bytes.subarray(0, 6))).toBe("no sound CatBoost model: the file ends within its header");
    const other = Buffer.from(bytes.toString("latin1").replace("FlabuffersModel_v1", "FlabuffersModel_v9"), "latin1");
    expect(fault(other)).toContain('its format is "FlabuffersModel_v9", not FlabuffersModel_v1');
  });

  it("of JSON with a learner must be a model; other JSON need not", () => {
    expect(fault('{"learner": {}, "version": [2, 1, 4]}')).not.toBe("");
    expect(read('{"config": {"learner": 1}}').format).toBe("json");
    expect(fault('{"a": }')).toBe("no JSON: a value is missing");
  });
});

describe("what a type of the registry takes", () => {
  it("is for alpha weights an object of names and finite numbers", () => {
    expect(read(sample("model.json"), "weights").weights).toEqual({ momentum: 0.5, size: 1, value: 0.25 });
    expect(read(sample("weights.pkl"), "weights")).toMatchObject({ format: "pickle", weights: { momentum: 0.5, value: 0.25, size: 1 } });
    expect(read(gzipSync(sample("weights.pkl")), "weights").weights).toEqual({ momentum: 0.5, value: 0.25, size: 1 });
    expect(read('{"a": 1}').weights).toBeNull();
    expect(fault('{"a": NaN, "b": "1", "c": null, "d": 2}', "weights")).toBe(
      'the model: weights.a is NaN, no finite number; weights.b is the text "1", no number; weights.c is null, no number',
    );
    expect(fault("{}", "weights")).toBe("the model: weights are empty");
    expect(fault("[1]", "weights")).toBe("weights are an object of names and numbers, this is a list");
    expect(fault("weights", "weights")).toBe("weights are JSON: no JSON: a value is missing");
    expect(fault(sample("weights-nan.pkl"), "weights")).toContain("weights.size is NaN");
    expect(fault(sample("weights-nested.pkl"), "weights")).toContain("weights.momentum is an object, no number");
    expect(fault(sample("risk.p4.pkl"), "weights")).toBe("weights are a dict of names and numbers, this is a BarraRiskModel");
  });

  it("is for the other types a pickle or a model", () => {
    expect(read(sample("risk.p4.pkl"), "pickle").format).toBe("pickle");
    expect(read(sample("lightgbm-4.7.0-regression.txt"), "pickle").format).toBe("lightgbm_text");
    expect(fault(sample("model.json"), "pickle")).toBe("a pickle or a model is wanted here, this is a JSON document");
    expect(fault("no model", "pickle")).toBe("a pickle or a model is wanted here, this is a file of a format that is not known here");
  });
});
