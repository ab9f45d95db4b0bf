// `model-managerd file …` as a program: what it prints, and its exit codes.

import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { readXgboost } from "../../daemon/artifacts/xgboost/read-xgboost.ts";
import { ARTIFACT_FIXTURES } from "../support/alpha.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

/** As it is installed: the sources take ten times as long to start. */
const MAIN = fileURLToPath(new URL("../../dist/model-managerd.js", import.meta.url));
const KEY = "ETCBTC_ret_240";
const pickle = join(ARTIFACT_FIXTURES, "beta", `${KEY}_model.pkl`);
const directory = useTempDirectory("file-verbs");

interface Golden {
  readonly groups: Readonly<Record<string, { readonly probe: { readonly x: (number | null)[][]; readonly margin: number[] } }>>;
}
const { probe } = (JSON.parse(readFileSync(join(ARTIFACT_FIXTURES, "beta/golden.json"), "utf8")) as Golden).groups[KEY] ?? {
  probe: { x: [], margin: [] },
};

function run(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "file", ...args], { input: input ?? "", maxBuffer: 1 << 28 });
  return { code: status, stdout, text: stdout.toString(), stderr: stderr.toString() };
}

const csv = (): string => `${probe.x.map((row) => row.map((value) => value ?? "").join(",")).join("\n")}\n`;

beforeAll(buildBundle);

describe("model-managerd file", () => {
  it("predicts rows from standard input, bit for bit", () => {
    const { code, text } = run(["predict", pickle, "--rows", "-", "--margin", "--json"], csv());
    expect(code).toBe(0);
    const { values } = JSON.parse(text) as { readonly values: readonly (readonly number[])[] };
    expect(values.map((row) => row.map(Math.fround))).toEqual(probe.margin.map((margin) => [Math.fround(margin)]));
  });

  it("names the row and the column that is no number, and the file that lacks a feature", () => {
    const bad = run(["predict", pickle, "--rows", "-"], `${probe.x[0]?.map(() => "1").join(",")}\n1,2,x\n`);
    expect(bad).toMatchObject({ code: 1, text: "", stderr: expect.stringMatching(/^standard input: row 2/) as unknown });
    expect(run(["predict", pickle, "--rows", "-"], "1,2\n").stderr).toBe(
      "standard input: the rows have 2 columns, but the model has 12 features\n",
    );
  });

  it("converts a pickle into a document that is the same model", () => {
    for (const format of ["json", "ubj"]) {
      const { code, stdout } = run(["convert", pickle, "--format", format, "--for", "3.4.1"]);
      expect(code).toBe(0);
      expect(readXgboost(stdout)).toMatchObject({ ok: true, model: { version: [3, 4, 1], numFeature: 12 } });
    }
    expect(run(["convert", pickle, "--for", "0.90"])).toMatchObject({ code: 1, text: "" });
  });

  it("verifies a file by its content, and the golden rows beside it", () => {
    expect(run(["verify", pickle])).toMatchObject({
      code: 0,
      text: expect.stringMatching(/a pickled xgboost\.sklearn\.XGBRegressor of XGBoost 2\.1\.4/) as unknown,
    });
    const copy = join(directory(), `${KEY}_model.pkl`);
    copyFileSync(pickle, copy);
    const golden = (margins: readonly number[]): void =>
      writeFileSync(join(directory(), `${KEY}_golden.json`), JSON.stringify({ rows: probe.x, margins }));
    golden(probe.margin);
    expect(run(["verify", copy]).text).toContain("it gives the margins of the 16 golden rows beside it, bit for bit");
    golden(probe.margin.map((margin) => margin + 1));
    expect(run(["verify", copy])).toMatchObject({ code: 1, text: expect.stringContaining("damaged: the golden rows: row 0") as unknown });
    writeFileSync(copy, readFileSync(pickle).subarray(0, 2000));
    const cut = JSON.parse(run(["verify", copy, "--json"]).text) as unknown;
    expect(cut).toMatchObject({ name: `${KEY}_model.pkl`, bytes: 2000, fault: expect.stringContaining("no readable pickle") as unknown });
  });

  it("gives rows as they stand, with the names of a header", () => {
    expect(JSON.parse(run(["rows", "-"], "a,b\n1,\n0.5,nan\n").text)).toEqual({
      names: ["a", "b"],
      rows: [
        [1, null],
        [0.5, null],
      ],
    });
    expect(run(["rows", "-"], "-0,inf\n").text).toBe('{"names":null,"rows":[[-0.0,1e999]]}\n');
    expect(run(["rows", "-"], "a,b\n1,x\n")).toMatchObject({ code: 1, stderr: 'standard input: row 1, column b: "x" is no number\n' });
  });

  it.each([
    [[], /^usage:/],
    [["nothing", "x"], /^usage:/],
    [["predict", pickle], /^name the rows with --rows/],
    [["predict", pickle, "--rows", "-", "--leaf", "--margin"], /^one thing at a time: --margin or --leaf/],
    [["inspect", pickle, "--leaf"], /^inspect knows no --leaf/],
    [["convert", pickle, "--format", "xml"], /^--format is json or ubj/],
    [["inspect", pickle, "--what"], /Unknown option/],
  ])("explains its use for %j", (args, words) => {
    expect(run(args)).toMatchObject({ code: 2, text: "", stderr: expect.stringMatching(words) as unknown });
  });

  it("names a file that is not there", () => {
    expect(run(["inspect", join(directory(), "none.pkl")])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none\.pkl/) as unknown,
    });
  });
});
