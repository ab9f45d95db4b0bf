// Looking at one file: facts first, a value or a reason, and nothing that could drive a terminal.

import { describe, expect, it } from "vitest";
import { inspectBytes, renderInspection } from "../../../daemon/artifacts/inspect.ts";
import { alphaModel, brokenFile } from "./fixture-groups.ts";
import { assemble, named } from "./pickle/assemble.ts";

describe("inspectBytes", () => {
  it("shows what a hostile pickle would call, and its value as data", () => {
    const inspection = inspectBytes("EVIL_ret_60_info.pkl", brokenFile("EVIL_ret_60_info.pkl"));
    expect(inspection).toMatchObject({ kind: "info_pkl", format: "pickle", rejected: null, facts: { unknownCallsTotal: 1 } });
    expect(renderInspection(inspection)).toEqual(expect.arrayContaining(["globals   1", "  REDUCE posix system (byte 69)"]));
  });

  it("keeps the facts of a refused pickle", () => {
    const inspection = inspectBytes("x.pkl", assemble("cos\nsystem\n)R\xff"));
    expect(inspection).toMatchObject({ value: null, rejected: { reason: "0xff is no opcode", offset: 13 }, facts: { globalsTotal: 1 } });
    expect(renderInspection(inspection)).toContain("refused   0xff is no opcode (at byte 13)");
  });

  it.each([
    ["A_factors.txt", "a\nb", { kind: "factors_txt", value: ["a", "b"] }],
    ["A_ic.csv", "symbol\nS\n", { kind: "ic_csv", value: { rows: [{ symbol: "S" }] } }],
    ["A_series.csv", "date,ic,ret\n1,2,3\n", { kind: "series", value: { header: ["date", "ic", "ret"], rows: [["1", "2", "3"]] } }],
    ["A_manifest.json", '{"files": {}}', { kind: "manifest", value: { files: {} } }],
    ["other.json", "[9007199254740993]", { kind: null, format: "json", value: [9007199254740993n] }],
    ["noname", '{"a": NaN}', { kind: null, format: "json" }],
    ["noname", "N.", { kind: null, format: "pickle", value: null }],
    ["A_model.json", "{}", { rejected: { reason: "there is no learner, so this is not an XGBoost model" } }],
  ])("%s is read by its name, other names by content", (name, text, expected) => {
    expect(inspectBytes(name, Buffer.from(text))).toMatchObject(expected);
  });

  it("shows the facts of a model document, not its trees", () => {
    expect(inspectBytes("A_model.json", alphaModel())).toMatchObject({
      format: "xgboost_json",
      rejected: null,
      value: { model: { feature_dim: 12, num_trees: 100 } },
    });
  });

  it("prints no control characters and no marks that turn text around", () => {
    const lines = renderInspection(inspectBytes("x\u202e\u001b[2J.pkl", assemble(named("m\u009bx", "f"), ")R.")));
    // oxlint-disable-next-line no-control-regex
    expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(lines[0]).toBe(String.raw`file      x\u202e\u001b[2J.pkl`);
  });
});
