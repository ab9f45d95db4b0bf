// Paper trading: begun and ended by people, measured by the daemon's clock, kept.

import { describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { KEPT_VERSIONS } from "../../../daemon/app/keep-rules.ts";
import { openStage, type Stage } from "./application-fixture.ts";
import { contentsOf, digestOf, openKeepStage } from "./keep-stage.ts";
import { events, GROUP, LINE, openGatedStage, pass, promote, promoteEach, train, tryOnPaper } from "./lifecycle-stage.ts";

const directory = useTempDirectory("paper");

const start = (stage: Stage, version: string, evidence = "") =>
  stage.app.invoke("paper.start", { line: LINE, version, evidence }, stage.context);
const stop = (stage: Stage, version: string, evidence = "") =>
  stage.app.invoke("paper.stop", { line: LINE, version, evidence }, stage.context);
const hours = async (stage: Stage, version: string): Promise<string | undefined> =>
  (await promote(stage, version, { dry_run: true })).gates.find(({ gate }) => gate === "paper_trade_hours")?.value_text;

describe("paper trading", () => {
  test("is measured from its recorded start, and shown while it goes on", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    expect(await start(stage, "v1", "desk 7")).toMatchObject({ hours: 0, stopped_at: null, evidence: "desk 7", started_by: "test" });
    pass(stage, 10);
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items[0]?.paper?.hours).toBeCloseTo(10, 5);
    pass(stage, 15);
    const stopped = await stop(stage, "v1", "report 12");
    expect(stopped).toMatchObject({ evidence: "desk 7\nreport 12", stopped_by: "test" });
    expect(stopped.hours).toBeCloseTo(25, 5);
    expect((await events(stage)).map(({ kind, reason }) => `${kind} ${reason}`)).toEqual(
      expect.arrayContaining(["paper_started desk 7", "paper_stopped report 12"]),
    );
  });

  test("counts all its stretches together, and those of an open one until now", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    for (const stretch of [10, 6]) await tryOnPaper(stage, "v1", stretch);
    await start(stage, "v1");
    pass(stage, 8);
    expect(Number(await hours(stage, "v1"))).toBeCloseTo(24, 5);
  });

  test("has no hours, and no negative ones, when the clock goes back", async () => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await start(stage, "v1");
    pass(stage, -5);
    expect(await hours(stage, "v1")).toBe("0");
    expect((await stop(stage, "v1")).hours).toBe(0);
    expect(await hours(stage, "v1")).toBe("0");
  });

  test("is for staged versions, begins once and ends once", async () => {
    await using stage = await openGatedStage(directory());
    await promoteEach(stage, 1);
    await expect(start(stage, "v1")).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("v1 is production") });
    await train(stage, 2);
    await expect(stop(stage, "v2")).rejects.toMatchObject({ code: "wrong_state" });
    await start(stage, "v2");
    await expect(start(stage, "v2")).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("begun already") });
    const twice = await Promise.allSettled([stop(stage, "v2"), stop(stage, "v2")]);
    expect(twice.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  test.each([
    ["promotion", "line.promote", { skip_gates: true, reason: "x" }],
    ["activation", "line.activate", {}],
    ["failing it", "version.fail", {}],
    ["archiving it", "version.archive", {}],
  ] as const)("ends with %s", async (_what, operation, more) => {
    await using stage = await openGatedStage(directory());
    await train(stage, 1);
    await start(stage, "v1");
    await stage.app.invoke(operation, { line: LINE, version: "v1", ...more }, stage.context);
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items[0]?.paper?.stopped_at).not.toBeNull();
    await expect(stop(stage, "v1")).rejects.toMatchObject({ code: "wrong_state" });
  });

  test("outlives a restart with its start", async () => {
    {
      await using stage = await openGatedStage(directory());
      await train(stage, 1);
      await start(stage, "v1");
    }
    await using stage = await openStage(directory());
    pass(stage, 30);
    expect((await stop(stage, "v1")).hours).toBeGreaterThan(29.9);
  });

  test("keeps the bytes of a version that would fall out of the last ones, on a line that follows its files", async () => {
    await using stage = await openKeepStage(directory());
    await stage.show("BTC_60", contentsOf(1));
    for (const number of [2, 3]) await stage.show(GROUP, contentsOf(number), { contradictions: ["3 factors, num_feature 2"] });
    await start(stage, "v2");
    for (let number = 4; number <= KEPT_VERSIONS + 5; number++) await stage.show(GROUP, contentsOf(number));
    await stage.app.keeper.sweep(true);
    const documentOf = (number: number) => stage.app.readObject(digestOf(contentsOf(number).model_json ?? ""));
    expect((await documentOf(2)).toString()).toBe(contentsOf(2).model_json);
    await expect(documentOf(3)).rejects.toMatchObject({ message: expect.stringContaining("no longer kept") });
  });
});
