// Info pickles: the lenient conversions of the contract, and what is said about odd ones.

import { describe, expect, it } from "vitest";
import { parseInfo, type Info } from "../../../daemon/artifacts/info.ts";
import { writePickle, type PickleValue } from "../../support/pickle-writer.ts";
import { assemble, named } from "./pickle/assemble.ts";

function info(dict: Readonly<Record<string, PickleValue>>): Info {
  const read = parseInfo(writePickle({ dict }));
  if (!read.ok || read.info === undefined) throw new Error("no info");
  return read.info;
}

/** An info pickle whose only member is made by hand. */
function infoWith(key: string, value: Uint8Array): Info {
  const read = parseInfo(assemble(0x80, 4, "}", 0x8c, key.length, key, value, "s."));
  if (!read.ok || read.info === undefined) throw new Error(read.ok ? read.rawType : read.reason);
  return read.info;
}

const float64 = (values: readonly number[]): Buffer => {
  const data = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => data.writeDoubleLE(value, 8 * i));
  return data;
};
const DTYPE = assemble(named("numpy", "dtype"), 0x8c, 2, "f8", 0x89, 0x88, 0x87, "R");
const array = (values: readonly number[], shape: Uint8Array): Buffer =>
  assemble(named("numpy._core.numeric", "_frombuffer"), "(C", 8 * values.length, float64(values), DTYPE, shape, 0x8c, 1, "C", "tR");

describe("an info dict", () => {
  it("without any key has 14 empty fields", () => {
    expect(info({}).summary).toEqual({
      symbol: null,
      return_name: null,
      train_window_start_ts: null,
      train_window_end_ts: null,
      train_start_date: null,
      train_end_date: null,
      train_samples: null,
      original_factors_count: null,
      ic_filtered_count: null,
      final_factors_count: null,
      selected_factors_count: 0,
      train_time_sec: null,
      config: null,
      feature_importance: null,
    });
  });

  it.each<readonly [PickleValue, number | bigint | null]>([
    [12, 12],
    [true, 1],
    [12.9, 12],
    [-3.7, -3],
    [" 12 ", 12],
    ["1_0", 10],
    ["1.5", null],
    [Number.NaN, null],
    ["x", null],
    [null, null],
    [[1], null],
    [9007199254740993n, 9007199254740993n],
    [1e19, 10000000000000000000n],
  ])("train_samples, case %#, is read as an int or null", (value, expected) => {
    expect(info({ train_samples: value }).summary.train_samples).toBe(expected);
  });

  it.each<readonly [PickleValue, number | null]>([
    [1.5, 1.5],
    [2, 2],
    ["1e-1", 0.1],
    ["nan", null],
    [Number.POSITIVE_INFINITY, null],
    [true, 1],
    ["", null],
  ])("train_time, case %#, is read as a finite float or null", (value, expected) => {
    expect(info({ train_time: value }).summary.train_time_sec).toBe(expected);
  });

  it("a window of two or more items gives start and end, a shorter one neither", () => {
    expect(info({ train_window: { tuple: [1515646500000000001n, 5, 6] } }).summary).toMatchObject({
      train_window_start_ts: 1515646500000000001n,
      train_window_end_ts: 5,
    });
    expect(info({ train_window: [7] }).summary.train_window_start_ts).toBeNull();
  });

  it("dates that are numbers or texts are kept as text", () => {
    expect(info({ train_start_date: 20240101, train_end_date: " 2024 " }).summary).toMatchObject({
      train_start_date: "20240101",
      train_end_date: " 2024 ",
    });
  });

  it("factors are texts in order, None left out, nothing stripped", () => {
    expect(info({ selected_factors: [" a ", null, 5, "b"] }).factors).toEqual([" a ", "5", "b"]);
    expect(info({ selected_factors: 7 }).warnings).toEqual(["selected_factors is a int, not a list of names, and is ignored"]);
  });

  it("config becomes plain JSON with Python's texts as keys", () => {
    const { config } = info({ config: { dict: { a: { tuple: [1, 2.5, null, true] }, "": Number.NaN, big: 2n ** 60n } } }).summary;
    expect(config).toEqual({ a: [1, 2.5, null, true], "": null, big: 2n ** 60n });
    const keys = infoWith("config", assemble("}(N", 0x88, 0x88, "K", 1, "G", 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, "NC", 1, "zNu")).summary.config;
    expect(keys).toEqual({ None: true, True: 1, "1.5": null, "b'z'": null });
  });

  it("arrays are written out, an array of one element is its value", () => {
    expect(infoWith("feature_importance", array([0.1, 0.2, Number.NaN], assemble("K", 3, 0x85))).summary.feature_importance).toEqual([
      0.1,
      0.2,
      null,
    ]);
    expect(infoWith("feature_importance", array([1, 2, 3, 4], assemble("K", 2, "K", 2, 0x86))).summary.feature_importance).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(infoWith("feature_importance", array([4], assemble("K", 1, 0x85))).summary.feature_importance).toBe(4);
    expect(infoWith("train_samples", array([4.7], assemble("K", 1, 0x85))).summary.train_samples).toBe(4);
  });

  it("curves are read by dataset and metric; a value that is not finite is a gap", () => {
    const { curves, warnings } = info({
      evals_result: { dict: { train: { dict: { rmse: [0.5, Number.NaN, 1], auc: { tuple: [1] } } }, odd: 5 } },
    });
    expect(curves).toEqual([
      { dataset: "train", metric: "rmse", values: [0.5, null, 1] },
      { dataset: "train", metric: "auc", values: [1] },
    ]);
    expect(warnings).toEqual(['evals_result["odd"] is no dict']);
  });

  it("an array as a curve is read too", () => {
    const value = assemble("}(Vvalid\n}(Vmae\n", array([3, 2, 1], assemble("K", 3, 0x85)), "uu");
    expect(infoWith("evals_result", value).curves).toEqual([{ dataset: "valid", metric: "mae", values: [3, 2, 1] }]);
  });

  it("an ic_df that is no table is a warning", () => {
    expect(info({ ic_df: [1] }).warnings).toEqual(["ic_df is a list that cannot be read as a table"]);
  });

  it("a config that holds itself or too much is cut with a warning", () => {
    const read = infoWith("config", assemble("}p0\nVself\ng0\ns"));
    expect(read.warnings).toEqual(["config is too large, too deep or contains itself; a part of it is left out"]);
    expect(read.summary.config).toEqual({ self: "(left out: cycle)" });
  });
});

describe("an info pickle that is no plain data", () => {
  it("is refused by the name of what it would call, also when the result is thrown away", () => {
    expect(parseInfo(assemble("cos\nsystem\n(Vx\ntR0}."))).toMatchObject({
      ok: false,
      reason: "it is not data: loading it with Python would call os.system; nothing was called",
    });
  });

  it("is refused when it refers to something outside", () => {
    expect(parseInfo(assemble("}(Va\nPid\nu."))).toMatchObject({ ok: false, reason: "it refers to something outside the file" });
  });

  it("with an instance of an unknown class is read, and the class is named", () => {
    expect(infoWith("config", assemble(named("trainer.conf", "Config"), ")", 0x81, "}b"))).toMatchObject({
      warnings: ["it holds an object of the unknown class trainer.conf.Config, which is shown by name only"],
      summary: { config: "<Config>" },
    });
  });

  it("a name that could drive a terminal is quoted", () => {
    const read = parseInfo(assemble(named("m\u001b[2J", "f"), ")R."));
    expect(read.ok ? "" : read.reason).toContain(String.raw`"m\u001b[2J"`);
  });
});
