// Archives are unpacked whole, once, whoever asks first.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fixtureArchives, fixtureFolder } from "./fixture-archive.ts";
import { useTempDirectory } from "./temp-dir.ts";

const name = "xgboost/2.1.4";
const script = `import { fixtureFolder } from ${JSON.stringify(fileURLToPath(new URL("./fixture-archive.ts", import.meta.url)))};
process.stdout.write(fixtureFolder(${JSON.stringify(name)}));`;

/** What another test process gets, when `temporary` is the system's temporary directory. */
async function folderOfAnotherProcess(temporary: string): Promise<string> {
  const environment = { ...process.env, TMPDIR: temporary, NODE_NO_WARNINGS: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { env: environment });
  return stdout;
}

/** Every file below a folder. */
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe("an archive of fixtures", () => {
  const temporary = useTempDirectory("fixture-archive");
  const expected = filesBelow(fixtureFolder(name));

  it("is unpacked with the bytes that were packed", () => {
    expect(expected.length).toBeGreaterThan(300);
    expect(readFileSync(join(fixtureFolder(name), "reg_base_half/model.json"), "utf8")).toContain('"base_score":"5E-1"');
  });

  it("is the same folder at every call", () => {
    expect(fixtureFolder(name)).toBe(fixtureFolder(name));
  });

  it("is unpacked once for processes that start together, and nothing is left beside it", async () => {
    const folders = await Promise.all(Array.from({ length: 4 }, () => folderOfAnotherProcess(temporary())));
    expect(new Set(folders).size).toBe(1);
    const folder = folders[0] ?? "";
    expect(filesBelow(folder)).toEqual(expected);
    expect(readdirSync(join(folder, ".."))).toEqual([basename(folder)]);
  });

  it("is unpacked beside one that lost a file or was cut, which stays for its readers", async () => {
    const first = await folderOfAnotherProcess(temporary());
    rmSync(join(first, "reg_base_half/model.json"));
    const second = await folderOfAnotherProcess(temporary());
    expect(second).toBe(`${first}-1`);
    truncateSync(join(second, "dart/X.npy"), 10);
    const third = await folderOfAnotherProcess(temporary());
    expect(third).toBe(`${first}-2`);
    expect(filesBelow(third)).toEqual(expected);
    expect(await folderOfAnotherProcess(temporary())).toBe(third);
  });

  it("that does not exist is named, with those that do", () => {
    expect(() => fixtureFolder("xgboost/0.1")).toThrow(/no archive xgboost\/0\.1\.tar\.gz; it has .*xgboost\/2\.1\.4/);
  });

  it("can be found by how its name begins", () => {
    expect(fixtureArchives("xgboost/")).toContain(name);
    expect(fixtureArchives("xgboost/").every((archive) => archive.startsWith("xgboost/"))).toBe(true);
  });
});
