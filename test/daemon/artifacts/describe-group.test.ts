// Putting parts together: where each field comes from, the order of warnings, readiness.

import { describe, expect, it } from "vitest";
import { describeGroup } from "../../../daemon/artifacts/describe-group.ts";
import type { GroupFile } from "../../../daemon/artifacts/group-parts.ts";
import type { GroupContentKind } from "../../../shared/domain/artifact-kinds.ts";
import { writePickle } from "../../support/pickle-writer.ts";
import { modelDocument } from "../../support/training.ts";

const MODEL = modelDocument({ stamp: 1, symbol: "S" });
const HEADER = "symbol,factor_name,return_name,Kendall_tau\n";

function file(kind: GroupContentKind, content: string | Buffer): GroupFile {
  return { kind, path: `dir/${kind}`, bytes: Buffer.from(content), unreadable: "" };
}

describe("fields", () => {
  it.each([
    ["BTC_USDT_ret", "BTC", "USDT_ret"],
    ["ETHUSDT", "ETHUSDT", ""],
    ["_x", "", "x"],
    ["", "", ""],
  ])("group %j alone means symbol %j and return %j", (key, symbol, returnName) => {
    expect(describeGroup(key, [file("model_json", MODEL)]).description).toMatchObject({ symbol, return_name: returnName });
  });

  it("the info wins over the IC table, which wins over the name; blanks do not count", () => {
    const ic = file("ic_csv", `${HEADER}XRP,f,r9,1\n`);
    expect(describeGroup("A_r", [ic]).description).toMatchObject({ symbol: "XRP", return_name: "r9" });
    expect(
      describeGroup("A_r", [ic, file("info_pkl", writePickle({ dict: { symbol: " BTC ", return_name: "  " } }))]).description,
    ).toMatchObject({ symbol: "BTC", return_name: "r9" });
  });

  it("an empty factor list and an empty IC table give way to the info's", () => {
    const info = file("info_pkl", writePickle({ dict: { selected_factors: ["a", "b"] } }));
    const { description } = describeGroup("A_r", [file("factors_txt", "\n"), file("ic_csv", HEADER), info]);
    expect(description).toMatchObject({ factors: ["a", "b"], feature_dim: 2 });
    expect(description.warnings).toEqual(["dir/factors_txt: the file names no factors", "dir/ic_csv: the file has no rows"]);
  });

  it("a tau is found by name, the last row wins, and a missing factor is an empty name", () => {
    const { description } = describeGroup("A_r", [
      file("factors_txt", "a\nb\n"),
      file("ic_csv", `${HEADER}A,a,r,0\nA,b,r,0.1\nA,b,r,nan\n`),
      file("model_json", MODEL),
    ]);
    expect(description.dim_factors).toEqual([
      { dim: 0, factor_name: "a", kendall_tau: 0 },
      { dim: 1, factor_name: "b", kendall_tau: null },
      { dim: 2, factor_name: "", kendall_tau: null },
    ]);
  });

  it("the document is served with LF line breaks and otherwise unchanged", () => {
    const text = MODEL.replace("{", "{\r\n\r");
    expect(describeGroup("A_r", [file("model_json", text)]).document).toEqual({ rewritten: MODEL.replace("{", "{\n\n") });
    expect(describeGroup("A_r", [file("model_json", MODEL)]).document).toEqual({ rewritten: undefined });
  });

  it("a golden file without a model is kept as not checked", () => {
    expect(describeGroup("A_r", [file("golden", '{"rows": [[1]], "margins": [1]}')]).description.golden).toBe("not_checked");
    expect(describeGroup("A_r", []).description.golden).toBe("absent");
  });
});

describe("readiness", () => {
  it("needs an accepted document and a symbol", () => {
    expect(describeGroup("A_r", [file("model_json", MODEL)])).toMatchObject({ ready: true, notReady: "" });
    expect(describeGroup("_r", [file("model_json", MODEL)])).toMatchObject({
      ready: false,
      notReady: "the symbol is not known",
      document: undefined,
    });
    expect(describeGroup("A_r", [file("model_json", "{}"), file("factors_txt", "a\n")])).toMatchObject({
      ready: false,
      document: undefined,
    });
    expect(describeGroup("A_r", [file("factors_txt", "a\n")])).toMatchObject({ ready: false, notReady: "there is no model document" });
  });

  it("a file that could not be read is a fault with the given reason", () => {
    const found = describeGroup("A_r", [
      { kind: "model_json", path: "x_model.json", bytes: undefined, unreadable: "the daemon may not read it (EACCES)" },
    ]);
    expect(found.faults).toEqual([{ kind: "model_json", file: "x_model.json", reason: "the daemon may not read it (EACCES)" }]);
    expect(found.notReady).toBe("the model document cannot be used: the daemon may not read it (EACCES)");
  });
});

describe("warnings", () => {
  it("come in the order of the contract, notes on the choice of files first", () => {
    const info = writePickle({ dict: { selected_factors: "abc", train_samples: -1, ic_df: 5 } });
    const { description } = describeGroup(
      "A_r",
      [file("model_json", "{}"), file("info_pkl", info), file("ic_csv", `${HEADER}A,f,r,inf\n`), file("factors_txt", "")],
      ["note"],
    );
    expect(description.warnings).toEqual([
      "note",
      "dir/factors_txt: the file names no factors",
      "dir/ic_csv: Kendall_tau of 1 rows is not a finite number and counts as missing",
      "dir/info_pkl: selected_factors is a str, not a list of names, and is ignored",
      "dir/info_pkl: ic_df is a int that cannot be read as a table",
      "A_r: the number of features is not known",
      "dir/info_pkl: train_samples is -1, which no count can be; the old wire carries 0",
    ]);
  });

  it("contradictions name the group and both numbers, and are warnings too", () => {
    const info = writePickle({ dict: { selected_factors: ["a", "b"] } });
    const found = describeGroup("A_r", [file("model_json", MODEL), file("info_pkl", info), file("factors_txt", "a\nb\nc\nd\n")]);
    expect(found.contradictions).toEqual([
      "A_r: the model takes 3 features, the factor list names 4",
      "A_r: the model takes 3 features, the info names 2 selected factors",
    ]);
    expect(found.description.warnings).toEqual(found.contradictions);
  });

  it("other names than the model's own are a warning, not a contradiction", () => {
    const text = MODEL.replace('"feature_names":[]', '"feature_names":["a","x","c"]');
    const found = describeGroup("A_r", [file("model_json", text), file("factors_txt", "a\nb\nc\n")]);
    expect(found.contradictions).toEqual([]);
    expect(found.description.warnings).toEqual(['A_r: the model calls feature 1 "x", the factor list "b"']);
  });
});
