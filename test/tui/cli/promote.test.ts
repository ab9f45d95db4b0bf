// promote, rollback, fail, archive, restage: what they show before they ask, what they ask, and how they end.

import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { refuseWith, runAgainstFake } from "../../support/run-against-fake.ts";
import type { FakeHostOptions } from "../../support/cli-host.ts";
import type { FakeAnswers } from "../../support/fake-daemon.ts";
import { failedGates, gateOf, passedGates, promotedOf } from "../../support/registry-answers.ts";
import { versionOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("promote");
const run = (answers: FakeAnswers, args: string, options?: FakeHostOptions) => runAgainstFake(folder(), answers, args, options);

const LINE = "registry/risk_model";
const TIME = "2026-01-05T09:30:00.000000Z";
const planned = { promoted_at: null, changed: false };
const client = {
  ...{ client_id: "momentum-1", peer: "127.0.0.1:5", watching: true, connected_at: TIME, last_seen_at: TIME },
  loaded: [
    { line: LINE, version: "v1.0.0", sha256: "", at: TIME, current: true },
    { line: "alpha/BTC_ret", version: "v7", sha256: "", at: TIME, current: true },
  ],
};

/** A daemon whose gates say this. */
function gated(gates = passedGates()): FakeAnswers {
  return {
    "line.promote": ({ line, version, dry_run, skip_gates }) => {
      if (dry_run) return promotedOf(line, version, { ...planned, gates, override: skip_gates });
      if (gates.some(({ passed }) => !passed) && !skip_gates) refuseWith("gate_refused", "v1.1.0 does not pass its gates: too few hours")();
      return promotedOf(line, version, { gates, override: skip_gates });
    },
    "client.list": () => ({ items: [client], total: 1 }),
  };
}

const isDry = (input: unknown): boolean => (input as { dry_run?: boolean }).dry_run === true;

describe("promote", () => {
  test("--dry-run prints from and to and every verdict, and changes nothing", async () => {
    const { code, stdout, called } = await run(gated(), `promote ${LINE} v1.1.0 --dry-run`);
    expect(code).toBe(0);
    expect(stdout).toContain(`${LINE}: v1.0.0 → v1.1.0\n`);
    expect(stdout).toMatch(/ic +pass +0\.05 +> 0\.02/);
    expect(stdout).toContain("the gates let it pass");
    expect(called.map(({ input }) => isDry(input))).toEqual([true]);
  });

  test("--dry-run of what the gates refuse is 4, with the reasons", async () => {
    const { code, stdout } = await run(gated(failedGates()), `promote ${LINE} v1.1.0 --dry-run`);
    expect(code).toBe(4);
    expect(stdout).toMatch(/paper_trade_hours +FAIL +3 +>= 24 +paper_trade_hours +3 hours were measured; the 100 declared do not count/);
  });

  test("a missing and a non-finite value are shown as what they are", async () => {
    const gates = [
      gateOf("ic", null, "> 0.02", { passed: false, reason: "no metric" }),
      gateOf("sharpe", null, "> 0.5", { passed: false, metric: "sharpe", value_text: "NaN" }),
    ];
    const { stdout } = await run(gated(gates), `promote ${LINE} v1.1.0 --dry-run`);
    expect(stdout).toMatch(/ic +FAIL +missing +> 0\.02 +- +no metric\nsharpe +FAIL +NaN/);
  });

  test("a refusal is 4: the table on stderr, nothing on stdout", async () => {
    const { code, stdout, stderr } = await run(gated(failedGates()), `promote ${LINE} v1.1.0 --yes`);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(/paper_trade_hours +FAIL/);
    expect(stderr).toMatch(/error: v1\.1\.0 does not pass its gates: too few hours\n$/);
  });

  test.each(["wrong_state", "forbidden", "conflict", "not_found"] as const)("%s ends as the table of codes says", async (refusal) => {
    const { code, stderr } = await run({ "line.promote": refuseWith(refusal, "no") }, `promote ${LINE} v1.1.0 --yes`);
    expect({ code, stderr }).toEqual({ code: refusal === "wrong_state" || refusal === "forbidden" ? 4 : 1, stderr: "error: no\n" });
  });

  test("on a terminal it shows the verdicts and who runs the line, then asks", async () => {
    const { code, stdout, stderr, questions, called } = await run(gated(), `promote ${LINE} v1.1.0 --plain`, {
      isTerminal: true,
      answers: ["y"],
    });
    expect(questions).toEqual([`Promote ${LINE}: v1.0.0 -> v1.1.0. [y/N] `]);
    expect(stderr).toMatch(/sharpe +pass/);
    expect(stderr).toMatch(/momentum-1 +v1\.0\.0/);
    expect(stderr).not.toContain("v7");
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${LINE}: v1.0.0 -> v1.1.0 (promoted)\n` });
    expect(called.map(({ op }) => op)).toEqual(["line.promote", "client.list", "line.promote"]);
  });

  test("what the gates refuse is not asked about", async () => {
    const { code, questions, called } = await run(gated(failedGates()), `promote ${LINE} v1.1.0`, { isTerminal: true, answers: ["y"] });
    expect({ code, questions }).toEqual({ code: 4, questions: [] });
    expect(called.every(({ input }) => isDry(input))).toBe(true);
  });

  test("skipping the gates is said in the question and in the end", async () => {
    const { code, stderr, questions } = await run(gated(failedGates()), `promote ${LINE} v1.1.0 --skip-gates --reason urgent`, {
      ...{ isTerminal: true, answers: ["y"] },
    });
    expect(code).toBe(0);
    expect(questions[0]).toContain("with the gates SKIPPED");
    expect(stderr).toContain("gates skipped: failed: paper_trade_hours; the history says so");
  });

  test("what is live already is neither asked about nor moved", async () => {
    const live = promotedOf(LINE, "v1.0.0", { changed: false, previous_version: "v0.9.0", gates: [] });
    const answers: FakeAnswers = { "line.promote": () => live };
    const { code, stdout, questions } = await run(answers, `promote ${LINE} v1.0.0`, { isTerminal: true });
    expect({ code, stdout, questions }).toEqual({
      code: 0,
      questions: [],
      stdout: `${LINE}: v1.0.0 is live already, nothing was changed\n`,
    });
  });

  test("datasets that differ are named", async () => {
    const warnings = ["crsp: model trained on v1, current is v2"];
    const answers: FakeAnswers = { "line.promote": ({ line, version }) => promotedOf(line, version, { warnings }) };
    expect((await run(answers, `promote ${LINE} v1.1.0 --yes`)).stderr).toBe(`warning: ${warnings[0] ?? ""}\n`);
  });

  test("--json is one document that the schema accepts, also beside a question", async () => {
    const { stdout } = await run(gated(), `promote ${LINE} v1.1.0 --json`, { isTerminal: true, answers: ["y"] });
    expect(OPERATIONS["line.promote"].output.parse(JSON.parse(stdout))).toMatchObject({ version: "v1.1.0", changed: true });
  });
});

describe("rollback", () => {
  const moved = { line: LINE, version: "v1.0.0", previous_version: "v1.1.0", pinned: true, sequence: 21, changed: true };
  const answers: FakeAnswers = {
    "line.rollback": ({ dry_run }) => ({ ...moved, changed: !dry_run, rolled_back_at: dry_run ? null : TIME, warnings: [] }),
    "client.list": () => ({ items: [client], total: 1 }),
  };

  test("goes where it is told, marks the bad one, and asks with both", async () => {
    const args = `rollback ${LINE} --to v1.0.0 --failed --reason losses --plain`;
    const { code, stdout, questions, called } = await run(answers, args, { isTerminal: true, answers: ["y"] });
    expect(questions).toEqual([`Roll back ${LINE}: v1.1.0 -> v1.0.0, and mark v1.1.0 failed for good, and pin the line. [y/N] `]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${LINE}: v1.1.0 -> v1.0.0 (rolled back, pinned; v1.1.0 is failed)\n` });
    expect(called.at(-1)?.input).toEqual({
      ...{ line: LINE, to: "v1.0.0", mark_failed: true, reason: "losses" },
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    });
  });

  test("--dry-run only says where it would go", async () => {
    const { stdout, called } = await run(answers, `rollback ${LINE} --dry-run`);
    expect(stdout).toBe(`${LINE}: v1.1.0 → v1.0.0\n`);
    expect(called.map(({ input }) => isDry(input))).toEqual([true]);
  });

  test("with nowhere to go it is 4", async () => {
    expect(await run({ "line.rollback": refuseWith("wrong_state", "no earlier version") }, `rollback ${LINE} --yes`)).toMatchObject({
      ...{ code: 4, stderr: "error: no earlier version\n" },
    });
  });
});

describe("moves that make nothing live", () => {
  const staged = versionOf(LINE, "v1.1.0", { status: "staged", live: false });
  const answers: FakeAnswers = {
    "line.versions": ({ after }) => ({
      items: after === undefined ? [versionOf(LINE, "v1.0.0")] : [staged],
      total: 2,
      next: after === undefined ? "k" : null,
    }),
    "client.list": () => ({ items: [client], total: 1 }),
    "version.archive": ({ line, version }) => ({ line, version, from_status: "staged", to_status: "archived", sequence: 9 }),
    "version.restage": ({ line, version }) => ({ line, version, from_status: "archived", to_status: "staged", sequence: 9 }),
    "version.fail": ({ line, version, confirm_live }) => {
      if (version === "v1.0.0" && !confirm_live) refuseWith("wrong_state", "v1.0.0 is live")();
      return { line, version, from_status: "production", to_status: "failed", sequence: 9 };
    },
  };

  test.each(["fail", "archive", "restage", "promote", "rollback"])("%s without a terminal needs --yes", async (command) => {
    const args = command === "rollback" ? `rollback ${LINE}` : `${command} ${LINE} v1.1.0`;
    expect(await run(answers, args)).toMatchObject({ code: 2, called: [], stderr: expect.stringContaining("--yes") as unknown });
  });

  test("archive asks with from and to, and does nothing on a no", async () => {
    const no = await run(answers, `archive ${LINE} v1.1.0`, { isTerminal: true, answers: ["n"] });
    expect(no).toMatchObject({ code: 1, questions: [`Put away ${LINE} v1.1.0: staged → archived. [y/N] `] });
    expect(no.called.map(({ op }) => op)).toEqual(["line.versions", "line.versions"]);
    const yes = await run(answers, `archive ${LINE} v1.1.0`, { isTerminal: true, answers: ["y"] });
    expect(yes.stdout).toBe(`${LINE} v1.1.0: staged → archived\n`);
  });

  test("fail of what is live needs --live, shows who runs it, and says that nothing will be live", async () => {
    expect(await run(answers, `fail ${LINE} v1.0.0 --yes`)).toMatchObject({ code: 4 });
    const asked = await run(answers, `fail ${LINE} v1.0.0 --live --reason bad`, { isTerminal: true, answers: ["y"] });
    expect(asked).toMatchObject({ code: 0, stdout: `${LINE} v1.0.0: production → failed\n` });
    expect(asked.questions[0]).toContain("Nothing will be live on the line.");
    expect(asked.stderr).toContain("momentum-1");
    expect(asked.called.at(-1)?.input).toMatchObject({ confirm_live: true, reason: "bad" });
  });

  test("a version that is not there is not asked about", async () => {
    expect(await run(answers, `restage ${LINE} v9.9.9`, { isTerminal: true })).toMatchObject({ code: 1, questions: [] });
  });
});
