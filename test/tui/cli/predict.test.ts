// `predict`: which model is asked, with which columns, in how many questions, and what is printed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon, type FakeAnswers } from "../../support/fake-daemon.ts";
import { writeFakeFileChild, writeRealFileChild } from "../../support/file-child.ts";
import { readNpy } from "../../support/npy-file.ts";
import { metadataOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openXgboostFixtures } from "../../support/xgboost-fixtures.ts";

const folder = useTempDirectory("predict");
const CLI_HOST = fileURLToPath(new URL("../../support/cli-host.ts", import.meta.url));

const metadata = metadataOf();

/** A daemon whose model of BTC adds the two features `a` and `b`, `b` ten times. */
function answersOf(features: readonly string[] = ["a", "b"]): FakeAnswers {
  return {
    *"model.get"() {
      yield { part: "head", metadata, total_bytes: 4, dim_factors: [] };
      yield { part: "data", base64: "AAAA" };
    },
    "line.factors": ({ line, version = "" }) => ({
      line,
      version,
      total: features.length,
      factors: [...features],
      items: features.map((factor_name, dim) => ({ dim, factor_name, kendall_tau: null })),
    }),
    "model.predict": ({ line, version = "", rows, kind }) => ({
      line,
      version,
      sha256: metadata.sha256,
      kind,
      rows: rows.length,
      outputs: kind === "contribs" ? 3 : 1,
      values: rows.map(([a = null, b = null]) =>
        a === null || b === null ? [null] : kind === "contribs" ? [a, 10 * b, 0.5] : [Math.fround(a + 10 * b)],
      ),
    }),
  };
}

/** A child that has read these rows, whatever the file. */
function childWith(rows: unknown, names: readonly string[] | null = null): Promise<string> {
  return writeFakeFileChild(folder(), `if (args[0] === "rows") console.log(${JSON.stringify(JSON.stringify({ rows, names }))});`);
}

async function run(packageRoot: string, args: string, answers: FakeAnswers = answersOf()) {
  await using fake = await openFakeDaemon(folder(), answers);
  const result = await runCommand(fake.socketPath, args.split(" "), { packageRoot, cwd: folder() });
  return { ...result, called: fake.called };
}

describe("predict SOURCE SYMBOL", () => {
  test("asks the version that GetModel answers with, and names its group", async () => {
    const child = await childWith([
      [1, 2],
      [0.1, null],
    ]);
    const { code, stdout, stderr, called } = await run(child, "predict alpha BTC --rows x.csv --version v2 --group-key BTC_ret");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      "alpha/BTC_ret v2: prediction of 2 rows",
      "ROW  PREDICTION",
      "  1          21",
      "  2         nan",
      "",
    ]);
    expect(called.map(({ op }) => op)).toEqual(["model.get", "line.factors", "model.predict"]);
    expect(called[0]?.input).toEqual({ source: "alpha", symbol: "BTC", group_key: "BTC_ret", version: "v2" });
    expect(called[2]?.input).toEqual({
      line: "alpha/BTC_ret",
      version: "v2",
      kind: "prediction",
      rows: [
        [1, 2],
        [0.1, null],
      ],
    });
  });

  test("--json is the operation's document; numbers read back as the same float32 and NaN is null", async () => {
    const child = await childWith([
      [0.1, 0],
      [null, 1],
    ]);
    const { code, stdout } = await run(child, "predict alpha BTC --rows x.npy --margin --json");
    expect(code).toBe(0);
    const document = OPERATIONS["model.predict"].output.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ line: "alpha/BTC_ret", version: "v2", kind: "margin", rows: 2, outputs: 1 });
    expect(document.values.map(([value = null]) => value && Math.fround(value))).toEqual([Math.fround(0.1), null]);
    expect(stdout).toContain('"values":[[0.1],[null]]');
  });

  test("contributions have a column for each feature, and one for the bias", async () => {
    const { stdout } = await run(await childWith([[1, 2]]), "predict alpha BTC --rows x.csv --contribs");
    expect(stdout).toBe("alpha/BTC_ret v2: contribs of 1 row\nROW  a   b  BIAS\n  1  1  20   0.5\n");
  });

  test("a header in another order is followed, and said", async () => {
    const { stdout, stderr } = await run(await childWith([[5, 2, 1]], ["time", "b", "a"]), "predict alpha BTC --rows x.csv");
    expect(stdout).toContain("  1          21\n");
    expect(stderr).toBe("columns were taken by their names, in the order of alpha/BTC_ret v2's features; 1 column not used\n");
  });

  test("a header without one of the features asks for nothing", async () => {
    const { code, stderr, called } = await run(await childWith([[1, 2]], ["a", "c"]), "predict alpha BTC --rows x.csv");
    expect(code).toBe(1);
    expect(stderr).toContain('no column of the rows is named "b", feature 1 of alpha/BTC_ret v2');
    expect(called.map(({ op }) => op)).not.toContain("model.predict");
  });

  test("no such model is exit code 2 with the daemon's reason, as with get", async () => {
    const refused: FakeAnswers = { "model.get": () => [{ part: "refused" as const, message: "symbol not found in alpha: XYZ" }].values() };
    const child = await childWith([[1, 2]]);
    expect(await run(child, "predict alpha XYZ --rows x.csv", refused)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "not ok: symbol not found in alpha: XYZ\n",
    });
    const { stdout } = await run(child, "predict alpha XYZ --rows x.csv --json", refused);
    expect(JSON.parse(stdout)).toEqual({ ok: false, message: "symbol not found in alpha: XYZ" });
  });

  test("rows that cannot be read end it with the child's words, before anything is asked", async () => {
    const child = await writeFakeFileChild(folder(), `console.error("x.csv: row 2 has 3 values, row 1 has 2"); process.exitCode = 1;`);
    expect(await run(child, "predict alpha BTC --rows x.csv")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "x.csv: row 2 has 3 values, row 1 has 2\n",
      called: [],
    });
  });

  test("many rows are asked in several questions and answered as one", async () => {
    const rows = Array.from({ length: 9000 }, (_row, at) => [at, 1]);
    const { stdout, called } = await run(await childWith(rows), "predict alpha BTC --rows x.csv --json");
    const document = OPERATIONS["model.predict"].output.parse(JSON.parse(stdout));
    expect(document.rows).toBe(9000);
    expect(document.values.map(([value]) => value)).toEqual(rows.map(([a = 0]) => a + 10));
    expect(called.filter(({ op }) => op === "model.predict").length).toBe(4);
  });

  test("an empty file is answered by the daemon, too", async () => {
    const { code, stdout } = await run(await childWith([]), "predict alpha BTC --rows x.csv");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "alpha/BTC_ret v2: prediction of 0 rows\nno rows\n" });
  });

  test.each([
    "predict",
    "predict alpha BTC",
    "predict alpha --rows x.csv",
    "predict --rows x.csv",
    "predict alpha BTC --file m.json --rows x.csv",
    "predict --file m.json --group-key g --rows x.csv",
    "predict alpha BTC --rows x.csv --margin --leaf",
  ])("%s is a usage error", async (args) => {
    expect(await run(await childWith([[1, 2]]), args)).toMatchObject({ code: 2, stdout: "", called: [] });
  });
});

describe("predict --file", () => {
  /** Says what it was asked as its answer. */
  const ECHO = `console.log(JSON.stringify({ rows: 1, outputs: 2, values: [[0.10000000149011612, null]], asked: args }));`;

  test("asks the child and no daemon", async () => {
    const child = await writeFakeFileChild(folder(), ECHO);
    const { code, stdout } = await runCommand("/nonexistent", ["predict", "--file", "m.ubj", "--rows", "~/x.npy", "--leaf", "--json"], {
      packageRoot: child,
      cwd: folder(),
    });
    expect({ code, document: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      document: {
        rows: 1,
        outputs: 2,
        values: [[Math.fround(0.1), null]],
        asked: ["predict", path.join(folder(), "m.ubj"), "--rows", "/home/tester/x.npy", "--leaf", "--json"],
      },
    });
  });

  test("text is a table of float32 numbers", async () => {
    const child = await writeFakeFileChild(folder(), ECHO);
    const { stdout } = await runCommand("/nonexistent", ["predict", "--file", "m.json", "--rows", "x.csv", "--margin"], {
      packageRoot: child,
    });
    expect(stdout).toBe("ROW  MARGIN 0  MARGIN 1\n  1       0.1       nan\n");
  });

  test("the child's refusal is its code and its words", async () => {
    const child = await writeFakeFileChild(folder(), `console.error("m.json is no model"); process.exitCode = 1;`);
    const result = await runCommand("/nonexistent", ["predict", "--file", "m.json", "--rows", "x.csv"], { packageRoot: child });
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: "m.json is no model\n" });
  });

  test("rows from stdin reach the child", async () => {
    const child = await writeFakeFileChild(
      folder(),
      `const text = await new Response(process.stdin).text();
console.log(JSON.stringify({ rows: 1, outputs: 1, values: [[text.length]], asked: args }));`,
    );
    const script = path.join(folder(), "run.mts");
    await writeFile(
      script,
      `import { runCommand } from ${JSON.stringify(CLI_HOST)};
const { code, stdout } = await runCommand("", ["predict", "--file", "m.json", "--rows", "-", "--json"], { packageRoot: ${JSON.stringify(child)} });
process.stdout.write(stdout);
process.exitCode = code;`,
    );
    const program = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    let stdout = "";
    program.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    program.stdin.end("1,2\n3,4\n");
    const [code] = (await once(program, "close")) as [number];
    expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      document: { values: [[8]], asked: ["predict", "/m.json", "--rows", "-", "--json"] },
    });
  });
});

describe("with the real reader", () => {
  const { folder: fixtures, cases } = openXgboostFixtures("1.7.6");
  const one = cases.find(({ files }) => "model.json" in files && "X.npy" in files && "margin.npy" in files);
  if (one === undefined) throw new Error("the archive has no model with margins");
  const at = (name: string): string => path.join(fixtures, one.dir, name);
  const golden = readNpy(at("margin.npy")).values;
  const rowsOf = (values: readonly (readonly (number | null)[])[]) => values.flat().map((value) => value ?? NaN);

  test("--file gives the reference library's margins, from an .npy file", async () => {
    const packageRoot = await writeRealFileChild(folder());
    const args = ["predict", "--file", at("model.json"), "--rows", at("X.npy"), "--margin"];
    const { code, stdout, stderr } = await runCommand("/nonexistent", [...args, "--json"], { packageRoot });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { values } = JSON.parse(stdout) as { values: (number | null)[][] };
    expect(Float32Array.from(rowsOf(values))).toEqual(golden);
    const { stdout: table } = await runCommand("/nonexistent", args, { packageRoot });
    const printed = table
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/).slice(1).map(Number));
    expect(Float32Array.from(rowsOf(printed))).toEqual(golden);
  });

  test("the daemon is asked for exactly the rows of the file", async () => {
    const packageRoot = await writeRealFileChild(folder());
    const asked: (number | null)[] = [];
    const answers: FakeAnswers = {
      ...answersOf([]),
      "model.predict": ({ line, version = "", rows, kind }) => {
        asked.push(...rows.flat());
        return { line, version, sha256: "", kind, rows: rows.length, outputs: 1, values: rows.map(() => [1]) };
      },
    };
    await using fake = await openFakeDaemon(folder(), answers);
    const { code } = await runCommand(fake.socketPath, ["predict", "alpha", "BTC", "--rows", at("X.npy")], { packageRoot });
    expect(code).toBe(0);
    // JSON as it travels has no minus zero, and no split tells it from zero.
    const sent = (value: number | bigint | null): number => (Number(value ?? NaN) === 0 ? 0 : Number(value ?? NaN));
    expect(Float32Array.from(asked, sent)).toEqual(Float32Array.from(readNpy(at("X.npy")).values, sent));
  });
});
