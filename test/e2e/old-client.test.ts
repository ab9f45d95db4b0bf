// A strategy process from before, compiled from the old fields only, against the real daemon.

import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ARTIFACT_FIXTURES, copyFixture } from "../support/alpha.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { oldClientNeeds, runOldClient } from "../support/python.ts";
import { describeNeeding } from "../support/requirements.ts";
import { openTempDirectory, type TempDirectory } from "../support/temp-dir.ts";
import { writeTraining } from "../support/training.ts";

const python = oldClientNeeds();

describeNeeding(python, "a Python client of the old wire", () => {
  let base: TempDirectory;
  let daemon: DaemonProcess;
  const roots: Record<string, string> = {};

  beforeAll(async () => {
    base = await openTempDirectory("old-client");
    for (const name of ["alpha", "beta"] as const) roots[name] = await copyFixture(name, base.path);
    roots["large"] = join(base.path, "large");
    await mkdir(roots["large"]);
    await writeTraining(roots["large"], "BIG_ret", { stamp: 5, symbol: "BIG", padBytes: 2_000_000 });
    daemon = await startDaemon({
      stateDir: join(base.path, "state"),
      socketPath: join(base.path, "d.sock"),
      register: Object.values(roots),
    });
  }, 60_000);
  afterAll(async () => {
    await daemon.stop();
    await base[Symbol.asyncDispose]();
  });

  test.each(["alpha", "beta"] as const)(
    "gets every group of %s that has a model document exactly as the golden file says",
    { timeout: 60_000 },
    async (name) => {
      const { exitCode, stderr } = await runOldClient(
        python,
        "golden",
        daemon.ready.grpc,
        name,
        join(ARTIFACT_FIXTURES, name, "golden.json"),
        roots[name] ?? "",
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    },
  );

  test("gets a model of 2 MB, byte for byte", { timeout: 60_000 }, async () => {
    const { exitCode, lines } = await runOldClient(python, "get", daemon.ready.grpc, "large", "BIG");
    const written = await readFile(join(roots["large"] ?? "", "BIG_ret_model.json"));
    expect(exitCode).toBe(0);
    expect(JSON.stringify(lines)).toContain(createHash("sha256").update(written).digest("hex"));
  });

  test("gets the document of a group that has only a pickle", { timeout: 60_000 }, async () => {
    const { exitCode, lines } = await runOldClient(python, "get", daemon.ready.grpc, "beta", "ETCBTC", "ETCBTC_ret_240");
    expect(exitCode).toBe(0);
    expect(lines[0]).toMatchObject({ ok: true, has_payload: true });
  });

  test("is told ok=false for a group that is not there", { timeout: 60_000 }, async () => {
    const { exitCode, lines } = await runOldClient(python, "get", daemon.ready.grpc, "beta", "ETCBTC", "ETCBTC_ret_1");
    expect(exitCode).toBe(2);
    expect(lines[0]).toMatchObject({ ok: false });
  });
});
