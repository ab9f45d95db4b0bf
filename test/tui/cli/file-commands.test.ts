// Commands on files: what they hand to the daemon's program, and what they do with its answer.

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCommand } from "../../support/cli-host.ts";
import { writeFakeFileChild, writeRealFileChild } from "../../support/file-child.ts";
import { readNpy } from "../../support/npy-file.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openXgboostFixtures } from "../../support/xgboost-fixtures.ts";

const folder = useTempDirectory("file-commands");

/** Runs a command beside a child made of this JavaScript; no daemon is there. */
async function run(script: string, args: readonly string[], options: Parameters<typeof runCommand>[2] = {}) {
  const packageRoot = await writeFakeFileChild(folder(), script);
  return runCommand("/nonexistent", args, { cwd: folder(), ...options, packageRoot });
}

const file = (name: string): string => path.join(folder(), name);

describe("convert", () => {
  const BYTES = `process.stderr.write("2 statistics were not stored\\n"); process.stdout.write(Buffer.from([0, 255, 10, 13, 128]));`;

  test("the document goes to stdout byte for byte, remarks to stderr, the child gets format and release", async () => {
    const { code, stdout, stderr } = await run(`process.stdout.write(JSON.stringify(args)); console.error("a note");`, [
      "convert",
      "m.pkl",
      "--for",
      "1.7",
    ]);
    expect({ code, asked: JSON.parse(stdout) as unknown, stderr }).toEqual({
      code: 0,
      asked: ["convert", file("m.pkl"), "--format", "json", "--for", "1.7"],
      stderr: "a note\n",
    });
  });

  test("-o writes the whole file, whose ending chooses the format", async () => {
    const { code, stdout, stderr } = await run(`process.stderr.write(args.join(" ") + "\\n"); ${BYTES}`, [
      "convert",
      "m.pkl",
      "-o",
      "out.ubj",
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("--format ubj");
    expect([...(await readFile(file("out.ubj")))]).toEqual([0, 255, 10, 13, 128]);
    const named = await run(BYTES, ["convert", "m.pkl", "-o", "out.ubj", "--format", "json", "--json"]);
    expect(JSON.parse(named.stdout)).toEqual({ file: file("out.ubj"), bytes: 5, format: "json", notes: ["2 statistics were not stored"] });
  });

  test("a child that fails in the middle leaves the older file, and nothing beside it", async () => {
    await writeFile(file("out.json"), "older");
    const { code, stderr } = await run(`process.stdout.write("{half"); console.error("m.pkl: never fitted"); process.exitCode = 1;`, [
      "convert",
      "m.pkl",
      "-o",
      "out.json",
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "m.pkl: never fitted\n" });
    expect(await readFile(file("out.json"), "utf8")).toBe("older");
    expect((await readdir(folder())).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("binary is not for terminals, and --json has no place beside the document", async () => {
    expect(await run(BYTES, ["convert", "m.pkl", "--format", "ubj"], { isTerminal: true })).toMatchObject({ code: 2, stdout: "" });
    expect(await run(BYTES, ["convert", "m.pkl", "--json"])).toMatchObject({ code: 2, stdout: "" });
    expect(await run(BYTES, ["convert", "m.pkl", "--format", "xml"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("a child that a signal ends is an error, not a document", async () => {
    const { code, stderr } = await run(`process.stdout.write("{"); process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`, [
      "convert",
      "m.pkl",
      "-o",
      "killed.json",
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("SIGKILL");
    expect(await readdir(folder())).not.toContain("killed.json");
  });
});

describe("verify FILE", () => {
  const SAY = `console.log(args.includes("--json") ? JSON.stringify({ asked: args, damaged: true }) : "m.json: cut short\\u001b[2J"); process.exitCode = 1;`;

  test("an existing file is for the child: its words, its document, its code", async () => {
    await writeFile(file("m.json"), "{");
    expect(await run(SAY, ["verify", "m.json"])).toMatchObject({ code: 1, stdout: "m.json: cut short?[2J\n" });
    const { code, stdout } = await run(SAY, ["verify", "m.json", "--json"]);
    expect({ code, document: JSON.parse(stdout) as unknown }).toEqual({
      code: 1,
      document: { asked: ["verify", file("m.json"), "--json"], damaged: true },
    });
  });

  test("so is every path, while a bare name that is no file is a source", async () => {
    expect(await run(SAY, ["verify", "none/such.json"])).toMatchObject({ code: 1, stdout: "m.json: cut short?[2J\n" });
    await mkdir(file("alpha"), { recursive: true });
    expect(await run(SAY, ["verify", "alpha"])).toMatchObject({ code: 3 });
  });
});

describe("the real reader of models", () => {
  const { folder: fixtures, cases } = openXgboostFixtures("1.5.2");
  const one = cases.find(({ files }) => Object.keys(files).some((name) => name.endsWith(".pkl")) && "margin.npy" in files);
  const pickle = Object.keys(one?.files ?? {}).find((name) => name.endsWith(".pkl"));
  if (one === undefined || pickle === undefined) throw new Error("the archive has no pickle with margins");
  const at = (name: string): string => path.join(fixtures, one.dir, name);

  test("a pickle of XGBoost 1.5 becomes a document whose margins are the reference library's", async () => {
    const packageRoot = await writeRealFileChild(folder());
    const converted = await runCommand("/nonexistent", ["convert", at(pickle), "-o", "old.ubj"], { packageRoot, cwd: folder() });
    expect(converted).toMatchObject({ code: 0, stdout: "" });
    const args = ["predict", "--file", "old.ubj", "--rows", at("X.npy"), "--margin", "--json"];
    const { stdout } = await runCommand("/nonexistent", args, { packageRoot, cwd: folder() });
    const { values } = JSON.parse(stdout) as { values: number[][] };
    expect(Float32Array.from(values.flat())).toEqual(readNpy(at("margin.npy")).values);
  });

  test("a release that cannot have the model's margins is refused, and nothing is written", async () => {
    const packageRoot = await writeRealFileChild(folder());
    const args = ["convert", at(pickle), "--for", "no release", "-o", "refused.json"];
    const { code, stderr } = await runCommand("/nonexistent", args, { packageRoot, cwd: folder() });
    expect(code).toBe(1);
    expect(stderr).toContain("no release");
    expect(await readdir(folder())).not.toContain("refused.json");
  });

  test("verify says what a sound file holds, and ends with 1 where it is cut", async () => {
    const packageRoot = await writeRealFileChild(folder());
    const whole = await readFile(at(pickle));
    await writeFile(file("whole_model.pkl"), whole);
    await writeFile(file("cut_model.pkl"), whole.subarray(0, whole.length - 40));
    const verify = (name: string, ...more: string[]) =>
      runCommand("/nonexistent", ["verify", name, ...more], { packageRoot, cwd: folder() });
    expect(await verify("whole_model.pkl")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whole_model\.pkl: /) as unknown });
    const { code, stdout } = await verify("cut_model.pkl", "--json");
    expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({ code: 1, document: { name: "cut_model.pkl", what: "" } });
  });
});

describe("inspect with the real reader", () => {
  test("text begins with what the file is, --json is one document", async () => {
    await writeFile(file("BTC_factors.txt"), "mom_48\nrsi_56\n");
    const packageRoot = await writeRealFileChild(folder());
    const text = await runCommand("/nonexistent", ["inspect", "BTC_factors.txt"], { packageRoot, cwd: folder() });
    expect(text).toMatchObject({ code: 0, stderr: "" });
    expect(text.stdout).toMatch(/^file +BTC_factors\.txt\n/);
    const { code, stdout } = await runCommand("/nonexistent", ["inspect", "BTC_factors.txt", "--json"], { packageRoot, cwd: folder() });
    expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      document: { facts: null, value: ["mom_48", "rsi_56"], rejected: null },
    });
  });
});
