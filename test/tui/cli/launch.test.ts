// The launchers: which Node runs a bundle, when it is built, and how signals and exit codes pass through.

import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const folder = useTempDirectory("launch");
const at = (...parts: string[]): string => path.join(folder(), "package", ...parts);

/** Makes a process believe that it is Node 20. */
const AS_NODE_20 = `--import=data:text/javascript,Object.defineProperty(process,"version",{value:"v20.1.0"})`;
const LAUNCHER = `import { launch } from "./launch.js";\nawait launch("program");\n`;

async function put(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(at(file)), { recursive: true });
  await writeFile(at(file), text);
}

function run(...flags: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...flags, at("tui/bin/program.js"), "one", "two"], { encoding: "utf8" });
}

beforeEach(async () => {
  await mkdir(at("tui/bin"), { recursive: true });
  await copyFile(path.join(repository, "tui/bin/launch.js"), at("tui/bin/launch.js"));
  await put("package.json", `{"name": "x", "type": "module"}`);
  await put("tui/bin/program.js", LAUNCHER);
  await put("dist/program.js", `console.log(process.version, process.pid, process.argv.slice(2).join(" ")); process.exitCode = 7;`);
});

/** A checkout whose build writes a program that says "built". */
async function makeCheckout(build: string): Promise<void> {
  await put("daemon/main.ts", "");
  await put("shared/a/b.ts", "");
  await put("package-lock.json", "{}");
  await put("daemon/bin/build.js", build);
}
const GOOD_BUILD = `import { writeFileSync } from "node:fs";
console.log("noise");
writeFileSync(new URL("../../dist/program.js", import.meta.url), "console.log('built')");
writeFileSync(new URL("../../dist/built", import.meta.url), "");`;

describe("launching", () => {
  test("the launcher of both programs is one text", async () => {
    expect(await readFile(path.join(repository, "tui/bin/launch.js"), "utf8")).toBe(
      await readFile(path.join(repository, "daemon/bin/launch.js"), "utf8"),
    );
  });

  test("a new enough Node runs the bundle in its own process, with the arguments and the exit code", () => {
    const { status, stdout, pid } = run();
    expect({ status, stdout }).toEqual({ status: 7, stdout: `${process.version} ${pid} one two\n` });
  });

  test("an old Node runs it under the one in node_modules, also of a folder above", async () => {
    await mkdir(path.join(folder(), "node_modules/.bin"), { recursive: true });
    await symlink(process.execPath, path.join(folder(), "node_modules/.bin/node"));
    const { status, stdout } = run(AS_NODE_20);
    expect({ status, stdout }).toEqual({ status: 7, stdout: expect.stringMatching(`^${process.version} \\d+ one two\n$`) as unknown });
  });

  test("an old Node with no other beside it says what is needed", () => {
    const { status, stderr } = run(AS_NODE_20);
    expect(status).toBe(1);
    expect(stderr).toMatch(/needs Node 24\.7 or newer; this is v20\.1\.0.*npm ci/);
  });

  test.each(["SIGTERM", "SIGINT"] as const)(
    "%s to the launcher of an old Node reaches the program once, and its end is passed on",
    async (signal) => {
      await mkdir(at("node_modules/.bin"), { recursive: true });
      await symlink(process.execPath, at("node_modules/.bin/node"));
      await put(
        "dist/program.js",
        `process.on("${signal}", () => { console.log("got"); setTimeout(() => process.exit(5), 50); }); setInterval(() => {}, 1000); console.log("up");`,
      );
      const child = spawn(process.execPath, [AS_NODE_20, at("tui/bin/program.js")], { stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      await once(child.stdout, "data");
      child.kill(signal);
      const [code] = (await once(child, "close")) as [number | null];
      expect({ code, stdout }).toEqual({ code: 5, stdout: "up\ngot\n" });
    },
  );

  test("a checkout that was never built is built first, and the build's words stay out of stdout", async () => {
    await makeCheckout(GOOD_BUILD);
    expect(run()).toMatchObject({ status: 0, stdout: "built\n", stderr: "noise\n" });
  });

  test("sources that are older than the build are not built again; one newer source is enough to build", async () => {
    await makeCheckout(GOOD_BUILD);
    run();
    expect(run().stderr).toBe("");
    await utimes(at("shared/a/b.ts"), new Date(Date.now() + 5000), new Date(Date.now() + 5000));
    expect(run().stderr).toBe("noise\n");
  });

  test("a removed source is noticed by its folder", async () => {
    await makeCheckout(GOOD_BUILD);
    run();
    await utimes(at("shared/a"), new Date(Date.now() + 5000), new Date(Date.now() + 5000));
    expect(run().stderr).toBe("noise\n");
  });

  test("a build that fails starts what was built before, with a warning; with nothing to start it is an error", async () => {
    await makeCheckout("process.exit(1);");
    const kept = run();
    expect({ status: kept.status, stderr: kept.stderr }).toEqual({
      status: 7,
      stderr: expect.stringContaining("starting what dist/ holds") as unknown,
    });
    await writeFile(at("tui/bin/program.js"), LAUNCHER.replace(`"program"`, `"other"`));
    expect(run()).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("nothing to start") as unknown });
  });
});
