// live, rank, compare, lines, history verify, policy, dataset, compat, paper: what they ask of the daemon, print, and end with.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import type { LiveAtView } from "../../../shared/contract/registry-views.ts";
import type { FakeHostOptions } from "../../support/cli-host.ts";
import type { FakeAnswers } from "../../support/fake-daemon.ts";
import { failedGates, lineSummaryOf, moveOf, paperOf, passedGates, rankedOf } from "../../support/registry-answers.ts";
import { runAgainstFake } from "../../support/run-against-fake.ts";
import { versionOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("audit");
const run = (answers: FakeAnswers, args: string | readonly string[], options?: FakeHostOptions) =>
  runAgainstFake(folder(), answers, args, { cwd: folder(), ...options });

const LINE = "registry/risk_model";
const TIME = "2026-01-05T09:30:00.000000Z";

describe("live", () => {
  const row: LiveAtView = {
    ...{ line: LINE, version: "v1.0.0", sha256: "", since: TIME, until: null, sequence: 5, action: "rolled_back", reason: "losses" },
    ...{ actor: "socket:ops(7)", clients: [{ client_id: "momentum-1", version: "v1.1.0", at: TIME }] },
  };
  const answers: FakeAnswers = {
    "live.at": ({ after }) => ({
      at: TIME,
      items: [after === undefined ? row : { ...row, line: "registry/x" }],
      total: 2,
      next: after === undefined ? "k" : null,
    }),
    "live.diff": () => ({
      from: TIME,
      to: "2026-01-06T09:30:00.000000Z",
      items: [{ line: LINE, before: "", after: "v1.0.0", changes: 3 }],
      total: 1,
      next: null,
    }),
  };

  test("--at shows what was live, until when, and who had loaded what; later pages are of the same time", async () => {
    const { stdout, called } = await run(answers, `live registry --at 2026-01-05T09:30Z`);
    expect(stdout).toMatch(/^at 2026-01-05T09:30:00\.000000Z\n/);
    expect(stdout).toMatch(/risk_model +v1\.0\.0 +2026-01-05 09:30:00Z +now +- +rolled back +socket:ops\(7\) +momentum-1 v1\.1\.0 +losses/);
    expect(called.map(({ input }) => input)).toEqual([
      { limit: 1000, at: "2026-01-05T09:30Z", target: "registry" },
      { limit: 1000, after: "k", at: TIME, target: "registry" },
    ]);
  });

  test("--diff takes two times, and the target before or behind them", async () => {
    for (const args of [
      "live registry --diff 2026-01-05T09:30Z 2026-01-06T09:30Z",
      "live --diff 2026-01-05T09:30Z 2026-01-06T09:30Z registry",
    ]) {
      const { stdout, called } = await run(answers, args);
      expect(stdout).toMatch(/risk_model +- +v1\.0\.0 +3\n/);
      expect(called[0]?.input).toEqual({ limit: 1000, from: "2026-01-05T09:30Z", to: "2026-01-06T09:30Z", target: "registry" });
    }
  });

  test("--json has the time beside the items", async () => {
    expect(JSON.parse((await run(answers, "live --at x --json")).stdout)).toMatchObject({ at: TIME, total: 2 });
    expect(JSON.parse((await run(answers, "live --diff a b --json")).stdout)).toMatchObject({ from: TIME, total: 1 });
  });

  test.each(["live --diff a", "live --diff a b c d", "live t --diff a b c", "live --at a --diff b c"])(
    "%s is a usage error",
    async (args) => {
      expect(await run(answers, args)).toMatchObject({ code: 2, called: [] });
    },
  );
});

describe("rank and compare", () => {
  test("rank shows the metric, the others beside it, and who never was live", async () => {
    const items = [rankedOf(1, "v1.1.0", 1.5), rankedOf(2, "v1.0.0", null, { status: "failed", activated_at: null, deactivated_at: null })];
    const answers: FakeAnswers = { "version.rank": ({ line, by }) => ({ line, by, items, total: 2 }) };
    const { stdout, called } = await run(answers, `rank ${LINE} --by sharpe --ascending --limit 5`);
    expect(stdout).toMatch(/RANK +VERSION +STATUS +SHARPE +IC +ACTIVATED +DEACTIVATED\n/);
    expect(stdout).toMatch(/2 +v1\.0\.0 +failed +- +- +- +-\n/);
    expect(called[0]?.input).toEqual({ line: LINE, by: "sharpe", order: "asc", limit: 5 });
    expect(await run(answers, `rank ${LINE}`)).toMatchObject({ code: 2, called: [] });
  });

  test("compare names both sides, their differences and why a paired comparison is not there", async () => {
    const answers: FakeAnswers = {
      "version.compare": ({ line, version, other_line = line, other_version }) => ({
        first: { line, version, status: "production" },
        second: { line: other_line, version: other_version, status: "staged" },
        metrics: [{ name: "ic", first: 0.05, second: null, difference: null }],
        ...{ factors_added: ["size"], factors_removed: [], paired: [], paired_note: "no dated series" },
      }),
    };
    const { stdout, called } = await run(answers, `compare ${LINE} v1.0.0 v2.0.0 --with strategy/a`);
    expect(stdout).toMatch(/ic +0\.05 +- +-\nfactors added +size\npaired comparison: no dated series\n/);
    expect(called[0]?.input).toEqual({ line: LINE, version: "v1.0.0", other_version: "v2.0.0", other_line: "strategy/a" });
  });
});

describe("lists", () => {
  test("lines shows all namespaces, or one", async () => {
    const answers: FakeAnswers = { "line.list": () => ({ items: [lineSummaryOf(LINE, { testing: 1 })], total: 1, next: null }) };
    const { stdout, called } = await run(answers, "lines registry");
    expect(stdout).toMatch(/risk_model +gated +v1\.0\.0 +2026-01-05 09:30:00Z +v1\.1\.0 +2 +1 +1 +ok\n/);
    expect(called[0]?.input).toEqual({ limit: 1000, namespace: "registry" });
  });

  test("versions shows status, testing, metrics, gates and paper trading", async () => {
    const staged = versionOf(LINE, "v1.1.0", {
      ...{
        status: "staged",
        live: false,
        metrics: { ic: 0.05, sharpe: 1.2 },
        gates: failedGates(),
        paper: paperOf(LINE, "v1.1.0", { hours: 23.9999 }),
      },
    });
    const { stdout } = await run({ "line.versions": () => ({ items: [staged], total: 1, next: null }) }, `versions ${LINE}`);
    expect(stdout).toMatch(
      /v1\.1\.0 +staged, testing .* ic=0\.05 sharpe=1\.2 +failed: paper_trade_hours +since 2026-01-05 09:30:00Z, 23\.99 h /,
    );
  });

  test("history shows what the gates said and whether they were overridden", async () => {
    const items = [moveOf(LINE, "v1.1.0", { gates: failedGates(), gates_skipped: true }), moveOf(LINE, "v1.0.0", { gates: passedGates() })];
    const { stdout } = await run({ "line.history": () => ({ items, total: 2, next: null }) }, `history ${LINE}`);
    expect(stdout).toMatch(/v1\.1\.0 .* skipped \(failed: paper_trade_hours\) .*\n.*v1\.0\.0 .* 3 of 3 /);
  });

  test("history verify is 1 for a changed history, and history of a line still works", async () => {
    const proof = { moves: 9, hash: "f".repeat(64), detail: "the move does not fit the one before" };
    expect(await run({ "history.verify": () => ({ ...proof, valid: false, broken_at: 7 }) }, "history verify")).toMatchObject({
      ...{ code: 1, stdout: expect.stringMatching(/CHANGED[^]*broken at +event 7/) as unknown },
    });
    expect((await run({ "history.verify": () => ({ ...proof, valid: true, broken_at: null }) }, "history verify --json")).code).toBe(0);
  });
});

describe("policies, datasets, paper trading", () => {
  const policy: FakeAnswers = {
    "policy.set": ({ target, policy: text }) => ({ target, effective: text === "" ? "{}" : text, sequence: 4 }),
    "policy.show": ({ target }) => ({ target, effective: '{"gates":{"ic":{"threshold":1e-07}}}', own: "", inherited_from: ["built-in"] }),
  };

  test("policy set takes a file or stdin, byte for byte; drop sends nothing", async () => {
    await writeFile(join(folder(), "p.json"), '{"gates": {"ic": {"threshold": 0.030}}}\n');
    expect((await run(policy, `policy set ${LINE} p.json`)).called[0]?.input).toMatchObject({
      policy: '{"gates": {"ic": {"threshold": 0.030}}}\n',
    });
    expect((await run(policy, "policy set registry - --reason r", { input: "{}" })).called[0]?.input).toEqual({
      target: "registry",
      policy: "{}",
      reason: "r",
    });
    expect((await run(policy, "policy drop registry")).called[0]?.input).toEqual({ target: "registry", policy: "", reason: "" });
    expect(await run(policy, "policy set registry -", { input: " \n" })).toMatchObject({ code: 2, called: [] });
    expect(await run(policy, "policy set registry missing.json")).toMatchObject({
      code: 1,
      called: [],
      stderr: expect.stringContaining("cannot read") as unknown,
    });
    expect((await run(policy, "policy show registry")).stdout).toMatch(/set here +nothing\nfrom +built-in\n\{\n/);
  });

  test("compat check is 1 when the version may not be used; strictness is only sent when it is typed", async () => {
    const warnings = ["crsp: model trained on v1, current is v2"];
    const answers: FakeAnswers = {
      "compat.check": ({ line, version = "v1.0.0", strict = true }) => ({
        line,
        version,
        compatible: !strict,
        level: "drift",
        strict,
        warnings,
      }),
    };
    const strict = await run(answers, `compat check ${LINE}`);
    expect(strict).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/compatible +NO\nlevel +drift, strict\nwarning +crsp/) as unknown,
    });
    expect(strict.called[0]?.input).toEqual({ line: LINE });
    const loose = await run(answers, `compat check ${LINE} v1.1.0 --no-strict`);
    expect(loose).toMatchObject({ code: 0 });
    expect(loose.called[0]?.input).toEqual({ line: LINE, version: "v1.1.0", strict: false });
  });

  test("dataset set and list, paper start and stop", async () => {
    const answers: FakeAnswers = {
      "dataset.set": ({ name, version }) => ({ name, version, previous_version: "v1", sequence: 2 }),
      "dataset.list": () => ({ items: [{ name: "crsp", version: "v2", since: TIME, actor: "ops" }], total: 1 }),
      "paper.start": ({ line, version, evidence }) => paperOf(line, version, { evidence }),
      "paper.stop": ({ line, version }) => paperOf(line, version, { stopped_at: TIME, hours: 24 }),
    };
    expect((await run(answers, "dataset set crsp v2")).stdout).toBe("crsp is at v2 (was v1)\n");
    expect((await run(answers, "dataset list")).stdout).toMatch(/crsp +v2 +2026-01-05 09:30:00Z +ops/);
    expect((await run(answers, `paper start ${LINE} v1.1.0 --evidence acct`)).stdout).toBe(
      `${LINE} v1.1.0: paper trading since 2026-01-05 09:30:00Z, 3 h (acct)\n`,
    );
    const { stdout } = await run(answers, `paper stop ${LINE} v1.1.0 --json`);
    expect(OPERATIONS["paper.stop"].output.parse(JSON.parse(stdout))).toMatchObject({ hours: 24 });
  });
});
