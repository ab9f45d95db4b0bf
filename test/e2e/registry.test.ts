// The older registry's commands on the installed program and a real daemon: what they print and how they end; and the story of a bad deployment.

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import { runProgram } from "../support/cli-process.ts";
import { openRegistryDaemon, type RegistryDaemon } from "../support/registry-daemon.ts";

const PARAMETERS = '{"factor_list":["momentum","value"],"halflife_days":60,"shrinkage_intensity":0.5}';
const GOOD = '{"ic":0.05,"sharpe":1.2}';
/** `{"momentum": 0.5}` as Python's pickle, protocol 4. */
const PICKLE = Buffer.from("80049518000000000000007d948c086d6f6d656e74756d94473fe0000000000000732e", "hex");

let registry: RegistryDaemon;

beforeAll(async () => {
  buildBundle();
  registry = await openRegistryDaemon("registry", "2026-01-05T08:00:00Z");
  await mkdir(join(registry.folder, "path/to"), { recursive: true });
  await writeFile(join(registry.folder, "path/to/model.pkl"), PICKLE);
}, 120_000);
afterAll(async () => registry[Symbol.asyncDispose]());

/** The command line of the document, with what it lacks. */
function registering(version: string, metrics = GOOD): readonly string[] {
  const needed = ["--dataset-versions", '{"crsp":"v1.2.3"}', "--parameters", PARAMETERS, "--metrics", metrics];
  return ["registry", "register", "risk_model", "path/to/model.pkl", "--version", version, ...needed, "--config", '{"rate":1e-07}'];
}

/** Paper trading for a day, up to a time. */
async function tradeOnPaper(line: string, version: string, until: string): Promise<void> {
  await registry.at(new Date(Date.parse(until) - 24 * 3_600_000).toISOString());
  await registry.must(["paper", "start", line, version]);
  await registry.at(until);
}

describe("the commands of the document", () => {
  test("register as it stands there lacks fields: one line names all of them, and nothing is registered", async () => {
    const { code, stderr } = await registry.program("registry register risk_model path/to/model.pkl --version v1.0.0".split(" "));
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^error: .*dataset_version_ids is missing \(--dataset-versions gives it\).*halflife_days.*shrinkage_intensity.*\n$/,
    );
    expect(await registry.must("registry list")).toBe("no models\n");
  });

  test("with them it prints the model id, whatever the folder and the environment it is called from", async () => {
    const { code, stdout } = await registry.program(registering("v1.0.0"));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^registering risk_model v1\.0\.0 \.\.\.\nmodel id: [0-9a-f-]{36}\n$/);
    const [row] = registry.sql("select model_path, config_hash, metadata from registration");
    expect(row?.["model_path"]).toBe(join(registry.folder, "path/to/model.pkl"));
    // Python's json.dumps of this config is {"rate":1e-07}; its SHA-256 was taken with Python's hashlib.
    expect(row?.["config_hash"]).toBe("ab13ee6baaed6b29c2b4c2031f2a0a3b266d850ab4a18dedddc254a591a7804f");
    const metadata = JSON.parse(String(row?.["metadata"])) as { readonly env: object; readonly snapshot_id: string };
    expect(metadata.snapshot_id).toBe("manual");
    expect(metadata.env).toMatchObject({ python_version: "unknown", sklearn_version: null, created_by: "model_cli" });
    expect(metadata.env).toHaveProperty("platform", expect.stringMatching(/^(linux|darwin)-\w+$/));
  });

  test("list shows the status, and takes one to look for", async () => {
    const { stdout } = await registry.program("registry list risk_model --status staged".split(" "));
    expect(stdout).toMatch(
      /Model Type +Version +Status +Created +Checksum\nrisk_model +v1\.0\.0 +staged +2026-01-05 08:00:00Z +[0-9a-f]{16}\n/,
    );
    expect(await registry.must("registry list risk_model --status failed")).toBe("no models\n");
    const rows = JSON.parse((await registry.program(["registry", "list", "--json"])).stdout) as Record<string, unknown>[];
    expect(rows.map((row) => Object.keys(row))).toEqual([["model_id", "model_type", "version", "status", "created_at", "checksum"]]);
    expect(rows[0]).toMatchObject({ model_type: "risk_model", version: "v1.0.0", status: "staged" });
  });

  test("promote enforces the gates: 1 and what is missing in one line, and 0 after a day of paper trading", async () => {
    const refused = await registry.program("registry promote risk_model v1.0.0".split(" "));
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^error: v1\.0\.0 does not pass its gates: paper_trade_hours is missing, needed >= 24[^\n]*\n$/);
    await tradeOnPaper("registry/risk_model", "v1.0.0", "2026-01-06T08:00:00Z");
    const done = await registry.program("registry promote risk_model v1.0.0 --user alice".split(" "));
    expect(done).toMatchObject({
      code: 0,
      stdout: "promoted risk_model v1.0.0 to production\nprevious version: none\nnew version: v1.0.0\n",
    });
    expect(await registry.must("history registry/risk_model")).toMatch(
      /promoted +staged +production +3 of 3 .* registry promote, for alice/,
    );
  });

  test("rollback with nothing before is 2 and changes nothing; with something it goes there", async () => {
    expect(await registry.program("registry rollback risk_model".split(" "))).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/^error: registry\/risk_model has no earlier version[^\n]*\n$/) as unknown },
    });
    await registry.must(registering("v1.1.0"));
    expect((await registry.program("registry promote risk_model v1.1.0 --skip-gates".split(" "))).code).toBe(0);
    expect(await registry.must("history registry/risk_model")).toMatch(
      /skipped \(failed: paper_trade_hours\) .* registry promote --skip-gates/,
    );
    const done = await registry.program("registry rollback risk_model".split(" "));
    expect(done).toMatchObject({ code: 0, stdout: "rolled back risk_model from v1.1.0 to v1.0.0\n" });
  });

  test("validate is 0 for what is whole and 1 for what is not, or is not there", async () => {
    expect(await registry.program("registry validate risk_model v1.0.0".split(" "))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("yes") as unknown,
    });
    expect((await registry.program("registry validate risk_model v9.9.9".split(" "))).code).toBe(1);
  });

  test("gc, backup and restore are not there: 2", async () => {
    for (const verb of ["gc --dry-run", "backup create", "restore"]) expect((await registry.run(`registry ${verb}`)).code).toBe(2);
  });
});

describe("what goes wrong", () => {
  test("an existing version is refused in one line, and its bytes stay", async () => {
    const before = await registry.must("registry validate risk_model v1.0.0");
    await writeFile(join(registry.folder, "path/to/model.pkl"), Buffer.concat([PICKLE, Buffer.from(" ")]));
    const { code, stderr } = await registry.program(registering("v1.0.0"));
    await writeFile(join(registry.folder, "path/to/model.pkl"), PICKLE);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: registry\/risk_model v1\.0\.0 exists; [^\n]*\n$/);
    expect(await registry.must("registry validate risk_model v1.0.0")).toBe(before);
  });

  test("NaN is refused by its name", async () => {
    expect(await registry.run(registering("v2.0.0", '{"ic":NaN,"sharpe":1}'))).toMatchObject({
      ...{ code: 4, stderr: expect.stringMatching(/metrics\.ic is NaN, no finite number/) as unknown },
    });
  });

  test("two promotions at once: one is made, the other is told", async () => {
    for (const version of ["v3.0.0", "v3.1.0"]) await registry.must(registering(version));
    const promote = (version: string) => registry.program(["registry", "promote", "risk_model", version, "--skip-gates"]);
    const codes = (await Promise.all([promote("v3.0.0"), promote("v3.1.0")])).map(({ code }) => code);
    expect(codes.every((code) => code === 0 || code === 1)).toBe(true);
    expect(codes).toContain(0);
    expect(registry.sql("select count(*) as live from version where status = 'production'")).toEqual([{ live: 1 }]);
  });
});

test("commands that only look write nothing, and many of them run at once", async () => {
  const newest = () => registry.sql("select max(sequence) as newest, (select count(*) from move) as moves from event");
  const before = newest();
  const looking = [
    "registry list",
    "lines",
    "versions registry/risk_model",
    "history registry/risk_model",
    "history verify",
    "live --at 2026-01-06",
  ];
  const more = [
    "registry validate risk_model v1.0.0",
    "promote registry/risk_model v1.1.0 --dry-run",
    "rank registry/risk_model --by ic",
    "policy show registry",
  ];
  const runs = await Promise.all([...looking, ...more].map((args) => registry.run(args)));
  expect(runs.filter(({ code }) => code !== 0 && code !== 4)).toEqual([]);
  expect(newest()).toEqual(before);
});

describe("the story of a bad deployment, with a registry", () => {
  const LINE = "strategy/alpha_story";

  test("08:00 a new model, 10:31 which one was before, 10:32 back, 10:33 it is served", async () => {
    await registry.at("2026-02-01T08:00:00Z");
    for (const version of ["v1.0.0", "v2.0"]) {
      const file = join(registry.folder, `${version}.json`);
      await writeFile(file, await readFile(new URL("../fixtures/artifacts/alpha/ETHBTC_ret_60_model.json", import.meta.url)));
      await registry.must(["register", LINE, file, "--version", version, "--metrics", '{"ic":0.08,"sharpe":1.4}', "--notes", version]);
      await rm(file);
    }
    await tradeOnPaper(LINE, "v1.0.0", "2026-02-03T08:00:00Z");
    await registry.must(["promote", LINE, "v1.0.0", "--yes"]);
    await tradeOnPaper(LINE, "v2.0", "2026-02-10T08:00:00Z");
    await registry.must(["promote", LINE, "v2.0", "--yes"]);

    await registry.at("2026-02-10T10:31:00Z");
    const query =
      "select version from model_registry where strategy_name = 'alpha_story' and version < 'v2.0' order by activated_at desc limit 1";
    expect(registry.sql(query)).toEqual([{ version: "v1.0.0" }]);

    await registry.at("2026-02-10T10:32:00Z");
    const done = await registry.program(["activate", LINE, "v1.0.0", "--reason", "v2.0 loses money", "--yes"]);
    expect(done).toMatchObject({ code: 0, stdout: `${LINE}: v2.0 → v1.0.0 (pinned)\n` });

    await registry.at("2026-02-10T10:33:00Z");
    expect(await registry.must(`live ${LINE}`)).toMatch(/v1\.0\.0 +2026-02-10 10:32:00Z +pinned .* v2\.0 loses money/);
    const past = JSON.parse(await registry.must(`live ${LINE} --at 2026-02-10T10:00Z --json`)) as {
      items: { version: string; until: string }[];
    };
    expect(past.items[0]).toMatchObject({ version: "v2.0", until: expect.stringMatching(/^2026-02-10T10:32:00/) as unknown });
  });
});

test("without a daemon the commands end with 5, others with 3", async () => {
  const nowhere = { socket: join(registry.folder, "no.sock"), cwd: registry.folder };
  expect(await runProgram(["registry", "list"], nowhere)).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^error: no daemon answers[^\n]*\n$/) as unknown,
  });
  expect((await runProgram(["lines"], nowhere)).code).toBe(3);
});
