// Failpoints: do nothing unless asked, do what is asked where it is asked, and are in nothing that is installed.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { afterEach, describe, expect, it, test } from "vitest";
import { FAILPOINTS, failpoint, failpointNow, parseFailpoints } from "../../daemon/failpoint.ts";

afterEach(() => {
  delete process.env["MODEL_MANAGER_FAILPOINTS"];
});

async function codesOf(times: number): Promise<unknown[]> {
  const codes: unknown[] = [];
  for (let i = 0; i < times; i++) {
    codes.push(
      await failpoint("pack.after_rename").then(
        () => "",
        (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
      ),
    );
  }
  return codes;
}

describe("a failpoint", () => {
  it("does nothing without the variable", async () => {
    expect(await codesOf(3)).toEqual(["", "", ""]);
  });

  it("fails each time, the one time, or the times that are named", async () => {
    process.env["MODEL_MANAGER_FAILPOINTS"] = "pack.after_rename=error:EIO";
    expect(await codesOf(2)).toEqual(["EIO", "EIO"]);
    process.env["MODEL_MANAGER_FAILPOINTS"] = "pack.after_rename=error:EIO@2";
    expect(await codesOf(3)).toEqual(["", "EIO", ""]);
    process.env["MODEL_MANAGER_FAILPOINTS"] = "lock.taken=kill; pack.after_rename=error:ENOSPC@2-3";
    expect(await codesOf(4)).toEqual(["", "ENOSPC", "ENOSPC", ""]);
  });

  it("fails as the call does that it stands for", async () => {
    process.env["MODEL_MANAGER_FAILPOINTS"] = "pack.after_rename=error:EIO;change.before_apply=error:EIO";
    await expect(failpoint("pack.after_rename")).rejects.toMatchObject({ code: "EIO", syscall: "fsync" });
    await expect(failpoint("change.before_apply")).rejects.not.toHaveProperty("syscall");
  });

  it("waits", async () => {
    process.env["MODEL_MANAGER_FAILPOINTS"] = "lock.taken=delay:50";
    const begun = performance.now();
    await failpoint("lock.taken");
    failpointNow("lock.taken");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(95);
  });

  it("kills the process on the spot", () => {
    const module = fileURLToPath(new URL("../../daemon/failpoint.ts", import.meta.url));
    const program = `const { failpointNow } = await import(${JSON.stringify(module)}); failpointNow("lock.taken"); console.log("alive");`;
    const env = { ...process.env, MODEL_MANAGER_FAILPOINTS: "lock.taken=kill" };
    const { signal, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", env });
    expect({ signal, stdout, said: stderr.includes("failpoint lock.taken: kill") }).toEqual({ signal: "SIGKILL", stdout: "", said: true });
  });

  it.each(["lock.takn=kill", "lock.taken", "lock.taken=explode", "lock.taken=error:", "toString=kill"])("%s is refused", (text) => {
    expect(() => parseFailpoints(text)).toThrow(/names no failpoint|has no action/);
  });
});

test("what is built for use has none of them, and a build that keeps them is told apart", async () => {
  const { daemon } = (await import(new URL("../../daemon/bin/build.js", import.meta.url).href)) as { readonly daemon: BuildOptions };
  const textOf = async (changes: BuildOptions): Promise<string> => {
    const { outputFiles } = await build({ ...daemon, sourcemap: false, ...changes, write: false });
    return (outputFiles ?? []).map((file) => file.text).join("\n");
  };
  const names = Object.keys(FAILPOINTS);
  const kept = await textOf({ dropLabels: [] });
  for (const name of names) expect(kept).toContain(`("${name}")`);
  expect(kept).toContain("MODEL_MANAGER_FAILPOINTS");
  expect(kept).toContain("MODEL_MANAGER_TEST_CLOCK");
  const installed = await textOf({});
  expect(installed).not.toMatch(/failpoint|test_clock/i);
  expect(names.filter((name) => installed.includes(name))).toEqual([]);
});
