// A move whose answer never came: it is looked up by its id before anything is said about it.

import { describe, expect, test } from "vitest";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon, type FakeDaemon } from "../../support/fake-daemon.ts";
import { promotedOf } from "../../support/registry-answers.ts";
import { refuseWith } from "../../support/run-against-fake.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("lost-answer");
const LINE = "registry/risk_model";
const ARGS = ["promote", LINE, "v1.1.0", "--yes"];
const outcome = { line: LINE, version: "v1.1.0", action: "promoted", sequence: 20, at: "2026-01-05T09:30:00.000000Z" };
const unknown = { ...outcome, found: false, line: "", version: "", action: "", sequence: 0, at: "" };

/** A daemon that makes moves by id, each once, and loses the answer of the first. */
async function openForgetful(isMade: boolean) {
  const made = new Map<string, number>();
  const daemon: { fake?: FakeDaemon } = {};
  daemon.fake = await openFakeDaemon(folder(), {
    "line.promote": ({ line, version, request_id }) => {
      const isFirst = made.size === 0;
      if (isMade) made.set(request_id, (made.get(request_id) ?? 0) + 1);
      if (!isFirst) return promotedOf(line, version);
      daemon.fake?.drop();
      return new Promise(() => undefined);
    },
    "move.outcome": ({ request_id }) => (made.has(request_id) ? { ...outcome, found: true } : unknown),
  });
  return { fake: daemon.fake, made };
}

describe("a connection that breaks in the middle of a move", () => {
  test("the move was made: its answer is fetched by the same id, and the command succeeds", async () => {
    const { fake, made } = await openForgetful(true);
    await using _closing = fake;
    const { code, stdout, stderr } = await runCommand(fake.socketPath, ARGS);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${LINE}: v1.0.0 → v1.1.0 (promoted)\n` });
    expect(stderr).toContain(`the history has the move: ${LINE} v1.1.0: promoted 2026-01-05 09:30:00Z, event 20`);
    expect([...made.values()]).toEqual([2]);
    const ids = fake.called.map(({ input }) => (input as { request_id: string }).request_id);
    expect(new Set(ids).size).toBe(1);
  });

  test("the move was not made: that is what is said, and that it can be tried again", async () => {
    const { fake } = await openForgetful(false);
    await using _closing = fake;
    const { code, stderr } = await runCommand(fake.socketPath, ARGS);
    expect(code).toBe(1);
    expect(stderr).toMatch(/the move was not made \(asked by its id [0-9a-f-]{36}\) and can be tried again/);
  }, 15_000);

  test("an answer of unavailable is looked up as well, and stands when there is no such move", async () => {
    await using fake = await openFakeDaemon(folder(), {
      "line.promote": refuseWith("unavailable", "the database is away"),
      "move.outcome": () => unknown,
    });
    expect(await runCommand(fake.socketPath, ARGS)).toMatchObject({ code: 1, stderr: "error: the database is away\n" });
    expect(fake.called.map(({ op }) => op)).toEqual(["line.promote", "move.outcome"]);
  });

  test("when nobody can say, the command names the id to ask for", async () => {
    await using fake = await openFakeDaemon(folder(), {
      "line.promote": refuseWith("unavailable", "the database is away"),
      "move.outcome": refuseWith("unavailable", "the database is away"),
    });
    const { code, stderr } = await runCommand(fake.socketPath, ARGS);
    expect(code).toBe(1);
    expect(stderr).toMatch(/whether the move was made is not known: `model-manager outcome [0-9a-f-]{36}` tells it/);
  });
});

test("outcome tells what became of an id, and is 1 when there is no such move", async () => {
  await using fake = await openFakeDaemon(folder(), {
    "move.outcome": ({ request_id }) => (request_id === "a" ? { ...outcome, found: true } : unknown),
  });
  expect(await runCommand(fake.socketPath, ["outcome", "a"])).toMatchObject({
    ...{ code: 0, stdout: `${LINE} v1.1.0: promoted 2026-01-05 09:30:00Z, event 20\n` },
  });
  expect(await runCommand(fake.socketPath, ["outcome", "b"])).toMatchObject({ code: 1, stdout: "no move was made with this id\n" });
});
