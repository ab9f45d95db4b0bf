// `registry …` against a daemon that answers what the test says: what is asked of it, what is printed, and the older registry's exit codes.

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../../shared/contract/errors.ts";
import type { FakeHostOptions } from "../../support/cli-host.ts";
import { runCommand } from "../../support/cli-host.ts";
import type { FakeAnswers } from "../../support/fake-daemon.ts";
import { promotedOf, registrationOf } from "../../support/registry-answers.ts";
import { refuseWith, runAgainstFake } from "../../support/run-against-fake.ts";
import { versionOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("verbs");
const run = (answers: FakeAnswers, args: string | readonly string[], options?: FakeHostOptions) =>
  runAgainstFake(folder(), answers, args, { cwd: folder(), ...options });

const answers: FakeAnswers = {
  "registry.register": ({ line, version }) => ({
    ...{ line, version, status: "staged", sequence: 3, registration: registrationOf(), warnings: ["no datasets are set"] },
  }),
  "line.promote": ({ line, version }) => promotedOf(line, version),
  "line.rollback": ({ line }) => ({
    ...{ line, version: "v1.0.0", previous_version: "v1.1.0", pinned: true, sequence: 4, changed: true },
    ...{ rolled_back_at: "2026-01-05T09:30:00.000000Z", warnings: [] },
  }),
  "version.validate": () => ({ valid: false, model_id: "", checksum_verified: false, load_successful: false, errors: ["no such version"] }),
};

describe("what they ask of the daemon", () => {
  test("register resolves the path here, passes JSON as it was typed, and says what it knows of this host", async () => {
    await mkdir(join(folder(), "m"), { recursive: true });
    await writeFile(join(folder(), "m/model.pkl"), "x");
    await writeFile(join(folder(), "requirements.txt"), " b==2 \n\na==1\n");
    const args = [
      "registry",
      "register",
      "risk_model",
      "m/model.pkl",
      "--version",
      "v1.0.0",
      "--config",
      '{"a": 1e-07}',
      "--factors",
      "x, y,",
    ];
    const { code, stdout, stderr, called } = await run(answers, args);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "registering risk_model v1.0.0 ...\nmodel id: 11111111-2222-4333-8444-555555555555\n",
      stderr: "warning: no datasets are set\n",
    });
    const input = called[0]?.input as Record<string, unknown>;
    expect(input).toMatchObject({
      ...{
        line: "registry/risk_model",
        version: "v1.0.0",
        path: join(folder(), "m/model.pkl"),
        config: '{"a": 1e-07}',
        factors: ["x", "y"],
      },
      ...{ metadata_path: "", snapshot_id: "", parameters: "", skip_lineage_check: false },
    });
    expect(JSON.parse(String(input["environment"]))).toEqual({
      ...{ python_version: "unknown", numpy_version: "unknown", polars_version: "unknown", sklearn_version: null, cvxpy_version: null },
      platform: expect.stringMatching(/^[a-z0-9]+-\w+$/) as unknown,
      created_by: "model_cli",
      // hashlib.sha256(b"a==1\nb==2").hexdigest()
      dependencies_hash: "76457601f3989b696f764fe654a98acb7396d4db67fc3c100cce7b2e11acca15",
    });
  });

  test("a strategy is a type, too, and --registry-dir is taken with a note", async () => {
    const args = "registry --registry-dir data/models promote strategy/momentum v3 --user bob";
    const { code, stderr, called } = await run(answers, args);
    expect(code).toBe(0);
    expect(stderr).toContain("--registry-dir is ignored");
    expect(called[0]?.input).toMatchObject({
      line: "strategy/momentum",
      version: "v3",
      reason: "registry promote, for bob",
      skip_gates: false,
    });
    expect((await run(answers, "registry promote strategy/momentum v3 --registry-dir data/models")).stderr).toContain("is ignored");
  });

  test("list reads all pages of one type, of the four, or of all strategies", async () => {
    const view = versionOf("registry/risk_model", "v1.0.0", { registration: registrationOf() });
    const listing: FakeAnswers = { "version.list": () => ({ items: [view], total: 1, next: null }) };
    const { stdout, called } = await run(listing, "registry list risk_model --status production --json");
    expect(JSON.parse(stdout)).toEqual([
      {
        ...{ model_id: registrationOf().model_id, model_type: "risk_model", version: "v1.0.0", status: "production" },
        ...{ created_at: "2026-01-05T09:30:00.000000Z", checksum: "b".repeat(16) },
      },
    ]);
    expect(called[0]?.input).toEqual({ limit: 1000, target: "registry/risk_model", status: "production" });
    expect((await run(listing, "registry list")).called[0]?.input).toMatchObject({ target: "registry" });
    expect((await run(listing, "registry list strategy")).called[0]?.input).toMatchObject({ target: "strategy" });
  });
});

describe("how they end", () => {
  const codes: Record<(typeof ERROR_CODES)[number], number> = {
    ...{ invalid_input: 4, not_found: 2, conflict: 1, wrong_state: 1, gate_refused: 1, forbidden: 1, unauthenticated: 1, cancelled: 1 },
    ...{ overloaded: 3, unavailable: 3, timeout: 3, internal: 3 },
  };
  test.each(ERROR_CODES)("a refusal with %s is one line", async (code) => {
    const refusing: FakeAnswers = { "line.promote": refuseWith(code, "said\n  the daemon"), "move.outcome": refuseWith("not_found", "") };
    const ended = await run(refusing, "registry promote risk_model v1.0.0");
    expect(ended).toMatchObject({ code: codes[code], stdout: "" });
    expect(ended.stderr).toMatch(/^error: said the daemon[^\n]*\n$/);
  });

  test("nothing to roll back to counts as not found", async () => {
    expect((await run({ "line.rollback": refuseWith("wrong_state", "none") }, "registry rollback risk_model")).code).toBe(2);
    expect((await run(answers, "registry rollback risk_model")).stdout).toBe("rolled back risk_model from v1.1.0 to v1.0.0\n");
  });

  test("a version that is not valid is 1, with the errors", async () => {
    const { code, stdout } = await run(answers, "registry validate risk_model v1.0.0");
    expect(code).toBe(1);
    expect(stdout).toMatch(/valid +NO\nchecksum +NOT verified\nload +FAILED\nerror +no such version\n/);
  });

  test("no daemon is 5, in one line", async () => {
    const { code, stderr } = await runCommand("/nonexistent/d.sock", ["registry", "list"]);
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: no daemon answers[^\n]*\n$/);
  });

  test.each([
    ["a path that is not there", "missing.pkl", [], 1, "no such file: missing.pkl"],
    ["a folder", "dir", [], 1, "no file: dir"],
    ["a text that is no JSON", "ok.pkl", ["--metrics", "{ic}"], 1, "--metrics is no JSON object: {ic}"],
    ["JSON that is no object", "ok.pkl", ["--config", "[1]"], 1, "--config is no JSON object: [1]"],
  ])("%s is refused before the daemon is asked", async (_what, file, more, code, text) => {
    await mkdir(join(folder(), "dir"), { recursive: true });
    await writeFile(join(folder(), "ok.pkl"), "x");
    const ended = await run(answers, ["registry", "register", "risk_model", file, "--version", "v1.0.0", ...more]);
    expect(ended).toMatchObject({ code, stderr: `error: ${text}\n`, called: [] });
  });

  test("a file that the system cannot read is 3", async () => {
    await symlink("loop.pkl", join(folder(), "loop.pkl"));
    expect(await run(answers, "registry register risk_model loop.pkl --version v1.0.0")).toMatchObject({ code: 3, called: [] });
  });

  test.each([
    "registry promote nonsense v1.0.0",
    "registry register risk_model x.pkl",
    "registry gc --execute",
    "registry backup create",
    "registry restore",
    "registry list --status live",
  ])("%s is a usage error, 2", async (args) => {
    const { code, called } = await run(answers, args);
    expect({ code, called }).toEqual({ code: 2, called: [] });
  });

  test("alone it prints its help and ends with 1, as it did", async () => {
    const { code, stderr } = await run({}, "registry");
    expect(code).toBe(1);
    expect(stderr).toContain("promote");
  });
});
