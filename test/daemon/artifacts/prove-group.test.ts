// A group's model goes live only with the margins that its files promise: golden rows, and its pickle beside its document.

import { describe, expect, it } from "vitest";
import { describeGroup } from "../../../daemon/artifacts/describe-group.ts";
import type { GroupFile } from "../../../daemon/artifacts/group-parts.ts";
import { standingFailure } from "../../../daemon/artifacts/prove-model.ts";
import { readXgboost } from "../../../daemon/artifacts/xgboost/read-xgboost.ts";
import type { XgboostModel } from "../../../daemon/artifacts/xgboost/model.ts";
import { fixtureGroups, goldenGroups } from "./fixture-groups.ts";

const KEY = "ETCBTC_bin_60";
const groups = fixtureGroups("beta");
const files = groups.get(KEY) ?? [];
const probe = goldenGroups("beta")[KEY]?.probe;

/** The trainer's golden file, as the reference library's margins make it; `change` spoils it. */
function golden(change: (margins: number[]) => void = () => undefined): GroupFile {
  if (probe === undefined) throw new Error("the fixture has no probe");
  const margins = probe.margin.map(Number);
  change(margins);
  return { kind: "golden", path: `${KEY}_golden.json`, bytes: Buffer.from(JSON.stringify({ rows: probe.x, margins })), unreadable: "" };
}

function fileOf(key: string, kind: GroupFile["kind"]): GroupFile {
  const found = groups.get(key)?.find((file) => file.kind === kind);
  if (found === undefined) throw new Error(`${key} has no ${kind}`);
  return found;
}

function without(kind: GroupFile["kind"]): readonly GroupFile[] {
  return files.filter((file) => file.kind !== kind);
}

/** One bit more in the float32's last place. */
function nextFloat(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer);
  bits[0] = (bits[0] ?? 0) + 1;
  return new Float32Array(bits.buffer)[0] ?? 0;
}

function modelOf(bytes: Uint8Array | undefined): XgboostModel {
  const read = readXgboost(bytes ?? new Uint8Array());
  if (!read.ok) throw new Error(read.reason);
  return read.model;
}

describe("golden rows", () => {
  it("that the model answers bit for bit let it pass", () => {
    expect(describeGroup(KEY, [...files, golden()])).toMatchObject({ ready: true, failure: "", description: { golden: "passed" } });
  });

  it("with one bit changed in one margin refuse the model and name the row", () => {
    const spoiled = golden((margins) => (margins[5] = nextFloat(margins[5] ?? 0)));
    const { failure, description } = describeGroup(KEY, [...files, spoiled]);
    expect(description.golden).toBe("failed");
    expect(failure).toMatch(/^the golden rows: row 5: golden margin -?[\d.e-]+, but the model gives -?[\d.e-]+$/);
  });

  it("for another number of features refuse the model", () => {
    const other: GroupFile = { ...golden(), bytes: Buffer.from('{"rows": [[1, 2]], "margins": [0]}') };
    expect(describeGroup(KEY, [...files, other]).failure).toMatch(/the golden rows have 2 values, but the model has \d+ features/);
  });

  it("are checked against the pickle of a group that has no document", () => {
    expect(describeGroup(KEY, [...without("model_json"), golden()])).toMatchObject({ failure: "", description: { golden: "passed" } });
    const spoiled = golden((margins) => (margins[0] = nextFloat(margins[0] ?? 0)));
    expect(describeGroup(KEY, [...without("model_json"), spoiled]).failure).toContain("row 0");
  });
});

describe("a document and a pickle", () => {
  it("of one model agree", () => {
    expect(describeGroup(KEY, files)).toMatchObject({ failure: "", contradictions: [] });
  });

  it("of two trainings refuse the group, with the first row that differs", () => {
    const other = { ...fileOf("TRXBTC_ret_60", "model_pkl"), path: `${KEY}_model.pkl` };
    expect(describeGroup(KEY, [...without("model_pkl"), other]).failure).toMatch(
      /^the model document and the model pickle are not the same model: (row \d+|one has \d+ features)/,
    );
  });

  it("of which the pickle cannot be read leave the document served, with a warning", () => {
    const cut = fileOf(KEY, "model_pkl");
    const broken = { ...cut, bytes: cut.bytes?.subarray(0, 1000) };
    const { ready, failure, description } = describeGroup(KEY, [...without("model_pkl"), broken]);
    expect({ ready, failure }).toEqual({ ready: true, failure: "" });
    expect(description.warnings).toEqual([expect.stringMatching(/^ETCBTC_bin_60_model\.pkl: no readable pickle: /) as unknown]);
  });
});

describe("a group with only a pickle", () => {
  it("that holds no model is not ready, and its file is named", () => {
    const info = { ...fileOf(KEY, "info_pkl"), kind: "model_pkl" as const, path: `${KEY}_model.pkl` };
    const { ready, notReady, faults } = describeGroup(KEY, [info]);
    expect(ready).toBe(false);
    expect(notReady).toMatch(/^there is no model document, and the model pickle cannot be used: the pickle holds a dict/);
    expect(faults).toMatchObject([{ kind: "model_pkl", file: `${KEY}_model.pkl` }]);
  });

  it("gives the same model as its document would", () => {
    const { document } = describeGroup(KEY, without("model_json"));
    const rows = probe?.x.map((row) => [...row]) ?? [];
    const margins = probe?.margin.map(Number) ?? [];
    expect(standingFailure(modelOf(document?.converted), { rows, margins }, null)).toBe("");
  });
});

describe("the kept rows", () => {
  it("are the same each time, and pass", () => {
    const [first, second] = [describeGroup(KEY, files), describeGroup(KEY, files)];
    expect(first.proof).toEqual(second.proof);
    expect(standingFailure(modelOf(fileOf(KEY, "model_json").bytes), undefined, first.proof ?? null)).toBe("");
  });

  it("notice a model that answers otherwise", () => {
    const { proof } = describeGroup(KEY, files);
    const model = modelOf(fileOf(KEY, "model_json").bytes);
    const altered = { ...model, baseScore: model.baseScore.map(nextFloat) };
    expect(standingFailure(altered, undefined, proof ?? null)).toMatch(/^the kept rows: row \d+: kept margin/);
    expect(standingFailure(model, undefined, Buffer.from("{}"))).toMatch(/^the kept rows cannot be read/);
  });
});
