// `model LINE`: what a person and a script get.

import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { parseExact } from "../../../shared/lib/exact-json.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon, type FakeAnswers } from "../../support/fake-daemon.ts";
import { modelViewOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("model");

async function run(answers: FakeAnswers, args: string, options?: Parameters<typeof runCommand>[2]) {
  await using fake = await openFakeDaemon(folder(), answers);
  const result = await runCommand(fake.socketPath, args.split(" "), options);
  return { ...result, called: fake.called };
}

const answers: FakeAnswers = { "line.model": ({ line }) => modelViewOf(line) };

describe("model", () => {
  test("--json is one document that its schema accepts", async () => {
    const { code, stdout, stderr, called } = await run(answers, "model alpha/BTC --version v1 --json");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(OPERATIONS["line.model"].output.parse(parseExact(stdout))).toEqual(modelViewOf("alpha/BTC"));
    expect(called).toEqual([{ op: "line.model", input: { line: "alpha/BTC", version: "v1" } }]);
  });

  test("text says what it is, then importance, parameters and globals", async () => {
    const { code, stdout, called } = await run(answers, "model alpha/BTC --plain");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^alpha\/BTC v2\nobjective +reg:squarederror, 3 features, 1 output\n/);
    expect(stdout).toContain("golden      failed: row 3: its margin is 0.25, promised was 0.5\n");
    expect(stdout).toMatch(/\nimportance by total gain, 3 of 3\nmom_48 +80 #+\n/);
    expect(stdout).toMatch(/\nparameters\nlearning_rate +0\.05\n/);
    expect(stdout).toMatch(
      /\nglobals of the pickle \(none was looked up\)\nxgboost\.sklearn\.XGBRegressor\nunknown, and called: os\.system\n$/,
    );
    expect(stdout).toMatch(/^[\n -~]*$/);
    expect(called).toEqual([{ op: "line.model", input: { line: "alpha/BTC", importance: 20 } }]);
  });

  test("--top is the number of features, in text and in JSON", async () => {
    const { stdout, called } = await run(answers, "model alpha/BTC --top 1");
    expect(stdout).toContain("importance by total gain, 1 of 3");
    expect(stdout).not.toContain("rsi_56");
    expect(called[0]?.input).toEqual({ line: "alpha/BTC", importance: 1 });
    expect((await run(answers, "model alpha/BTC --top 7 --json")).called[0]?.input).toEqual({ line: "alpha/BTC", importance: 7 });
    expect(await run(answers, "model alpha/BTC --top many")).toMatchObject({ code: 2, called: [] });
  });

  test("a linear model has coefficients, named by the factors", async () => {
    const linear: FakeAnswers = {
      "line.model": ({ line }) =>
        modelViewOf(line, { booster: "gblinear", importance: [], importance_total: 0, coefficients: [[0.5], [-2]], pickle: null }),
      "line.factors": ({ line }) => ({
        line,
        version: "v2",
        total: 1,
        factors: ["mom_48"],
        items: [{ dim: 0, factor_name: "mom_48", kendall_tau: null }],
      }),
    };
    const { stdout } = await run(linear, "model alpha/BTC --plain");
    expect(stdout).toMatch(/\ncoefficients, 2 of 2\nf1 +-2 #+\nmom_48 +\+0\.5 #+\n/);
    expect(stdout).not.toContain("globals");
  });

  test("names in it cannot steer the terminal", async () => {
    const view = modelViewOf("alpha/BTC");
    const evil = "\u001b[2J\u0007";
    const { stdout } = await run(
      {
        "line.model": () => ({
          ...view,
          objective: evil,
          importance: view.importance.map((item) => ({ ...item, name: evil })),
          parameters: [[evil, evil]],
          pickle: view.pickle && { ...view.pickle, globals: [evil], unknown_calls: [evil] },
        }),
      },
      "model alpha/BTC",
    );
    expect([...stdout].filter((character) => character !== "\n" && character < " ")).toEqual([]);
  });
});
