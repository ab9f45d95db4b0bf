// Every damaged or hostile group of the broken fixtures: what is wrong is said, and the rest of the group is read.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeGroup, type GroupFindings } from "../../../daemon/artifacts/describe-group.ts";
import { recogniseFile } from "../../../shared/domain/artifact-kinds.ts";
import { ARTIFACT_FIXTURES } from "../../support/alpha.ts";
import { fixtureGroups } from "./fixture-groups.ts";

const groups = fixtureGroups("broken");

function findings(group: string): GroupFindings {
  return describeGroup(`${group}_ret_60`, groups.get(`${group}_ret_60`) ?? []);
}

/** Group → the faults that it must have, kind by kind. */
const FAULTS: Readonly<Record<string, readonly (readonly [kind: string, reason: RegExp])[]>> = {
  ARRAY: [],
  BADIDX: [["model_json", /tree 0 node 0: split index 9999 is outside the 12 features/]],
  BADTREE: [["model_json", /tree 0 node 1: child 0 is the root.*cycle/]],
  BOM: [["model_json", /byte order mark/]],
  CSVCOLS: [],
  CSVQUOTE: [["ic_csv", /quote is opened and never closed \(line 2\)/]],
  DEEP: [["model_json", /levels of nesting/]],
  EMPTY: [
    ["info_pkl", /empty/],
    ["model_json", /empty/],
  ],
  EVIL: [
    ["info_pkl", /posix\.system; nothing was called \(at byte 69\)/],
    ["model_pkl", /holds a posix\.system, which is no XGBoost model/],
  ],
  GBK: [["ic_csv", /not UTF-8 \(at byte 47\)/]],
  HALF: [["model_json", /ends too early \(at byte 1500\)/]],
  HUGE: [["info_pkl", /1099511627776 bytes are announced, 3 are left/]],
  HUGEFRAME: [["info_pkl", /frame is longer than the file/]],
  JSONASPKL: [],
  LATIN: [
    ["factors_txt", /not UTF-8 \(at byte 7\)/],
    ["ic_csv", /not UTF-8 \(at byte 52\)/],
  ],
  LAUGHS: [],
  LIST: [["model_json", /the document is a list/]],
  LOOP: [],
  MIXED: [],
  NAN: [["model_json", /tree 0: base_weights has 10 entries for 9 nodes/]],
  NEGDIM: [["model_json", /num_feature is -3/]],
  PROTO9: [["info_pkl", /protocol 9 is unknown/]],
  SCALAR: [["model_json", /the document is no object/]],
  STRING: [],
  SWAPPED: [["model_json", /not UTF-8/]],
  TAIL: [["model_json", /more text follows the document \(at byte 6301\)/]],
  TRUNCINFO: [["info_pkl", /cut off/]],
  TRUNCJSON: [["model_json", /ends too early \(at byte 4200\)/]],
  TRUNCPKL: [["model_pkl", /cut off, or damaged\) \(at byte 2\)/]],
};

describe("a broken group", () => {
  it("every file of the expectations is covered by a case", () => {
    const expected = JSON.parse(readFileSync(join(ARTIFACT_FIXTURES, "broken", "expected.json"), "utf8")) as Readonly<
      Record<string, string>
    >;
    const keys = new Set(Object.keys(expected).flatMap((name) => recogniseFile(name)?.groupKey.replace("_ret_60", "") ?? []));
    expect([...keys].toSorted()).toEqual(Object.keys(FAULTS).toSorted());
  });

  it.each(Object.entries(FAULTS))("%s has its faults stated and no others", (group, faults) => {
    const found = findings(group);
    expect(found.faults.map((fault) => fault.kind)).toEqual(faults.map(([kind]) => kind));
    faults.forEach(([, reason], i) => expect(found.faults[i]?.reason).toMatch(reason));
    const broken = faults.some(([kind]) => kind === "model_json");
    if (broken) expect(found.notReady).toContain("the model document cannot be used");
  });

  it("a temporary file of a writer belongs to no group", () => {
    expect(recogniseFile(".TMP_ret_60_model.json.part")).toBeUndefined();
  });

  it.each(["LATIN", "MIXED", "TRUNCINFO"])("%s is ready although another part is bad", (group) => {
    expect(findings(group)).toMatchObject({ ready: true, notReady: "" });
  });

  it("a string of factors is reported and not split into characters", () => {
    const { description } = findings("STRING");
    expect(description.factors).toEqual([]);
    expect(description.warnings[0]).toBe("STRING_ret_60_info.pkl: selected_factors is a str, not a list of names, and is ignored");
  });

  it("an array of factors is a list of names", () => {
    expect(findings("ARRAY").description).toMatchObject({
      factors: ["a", "b"],
      feature_dim: 2,
      info_summary: { selected_factors_count: 2 },
    });
  });

  it.each(["LIST", "LAUGHS", "LOOP"])("the info pickle of %s holds no dict, which is a warning", (group) => {
    const { description } = findings(group);
    expect(description.info_summary).toEqual({ raw_type: "list" });
    expect(description.warnings[0]).toBe(`${group}_ret_60_info.pkl: the pickle holds a list, not a dict`);
  });

  it("wrong columns give empty texts and a warning that names them", () => {
    const { description } = findings("CSVCOLS");
    expect(description.ic_rows).toEqual([
      { symbol: "X", factor_name: "", return_name: "", kendall_tau: null },
      { symbol: "Y", factor_name: "", return_name: "", kendall_tau: null },
    ]);
    expect(description.warnings[0]).toBe("CSVCOLS_ret_60_ic.csv: the header lacks factor_name, return_name, Kendall_tau");
  });

  it("empty text files are warnings in the order of the contract", () => {
    expect(findings("EMPTY").description.warnings).toEqual([
      "EMPTY_ret_60_factors.txt: the file names no factors",
      "EMPTY_ret_60_ic.csv: the file has no rows",
      "EMPTY_ret_60: the number of features is not known",
      "EMPTY_ret_60_model.pkl: the file is empty",
    ]);
  });
});
