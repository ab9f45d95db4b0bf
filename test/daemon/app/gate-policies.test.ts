// Which gates hold: the built-in ones, changed for a namespace and for a line, with every change kept.

import { describe, expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openStage, type Stage } from "./application-fixture.ts";
import { events, LINE, openGatedStage, promote, train } from "./lifecycle-stage.ts";

const directory = useTempDirectory("policies");

const show = (stage: Stage, target: string) => stage.app.invoke("policy.show", { target }, stage.context);
const set = (stage: Stage, target: string, policy: unknown, reason = "") =>
  stage.app.invoke("policy.set", { target, policy: typeof policy === "string" ? policy : JSON.stringify(policy), reason }, stage.context);
const gatesOf = (text: string): Record<string, { enabled: boolean; threshold: number; metrics: string[] }> =>
  (JSON.parse(text) as { gates: Record<string, { enabled: boolean; threshold: number; metrics: string[] }> }).gates;

describe("a policy", () => {
  test("is the built-in one until somebody sets another: IC above 0.02, Sharpe above 0.5, 24 h of paper trading", async () => {
    await using stage = await openGatedStage(directory());
    const { effective, own, inherited_from } = await show(stage, "registry/risk_model");
    expect(gatesOf(effective)).toMatchObject({
      ic: { enabled: true, threshold: 0.02 },
      sharpe: { enabled: true, threshold: 0.5 },
      paper_trade_hours: { enabled: true, threshold: 24 },
      better_than_incumbent: { enabled: false },
    });
    expect({ own, inherited_from }).toEqual({ own: "", inherited_from: ["built-in"] });
  });

  test("of a line stands over that of its namespace, setting by setting, and says where each comes from", async () => {
    await using stage = await openGatedStage(directory());
    await set(stage, "src", { gates: { ic: { metrics: ["rank_ic"], threshold: 0.1 }, paper_trade_hours: { enabled: false } } });
    await set(stage, LINE, { gates: { ic: { threshold: 0.3 } } });
    const { effective, own, inherited_from } = await show(stage, LINE);
    expect(gatesOf(effective)).toMatchObject({ ic: { metrics: ["rank_ic"], threshold: 0.3 }, paper_trade_hours: { enabled: false } });
    expect(JSON.parse(own)).toEqual({ gates: { ic: { threshold: 0.3 } } });
    expect(inherited_from).toEqual(["built-in", "src: ic.metrics, ic.threshold, paper_trade_hours.enabled", `${LINE}: ic.threshold`]);
    await train(stage, 1, { metrics: { ic: 9, rank_ic: 0.2, sharpe: 9 } });
    await expect(promote(stage, "v1")).rejects.toMatchObject({
      code: "gate_refused",
      message: expect.stringContaining("ic is 0.2, needed > 0.3"),
    });
    await set(stage, LINE, "");
    expect(await promote(stage, "v1")).toMatchObject({ changed: true });
  });

  test("is kept with every change, who made it and why, and outlives a restart", async () => {
    {
      await using stage = await openGatedStage(directory());
      await set(stage, "registry", { gates: { sharpe: { threshold: 1 } } }, "audit of May");
      await set(stage, "registry", { gates: { sharpe: { threshold: 0.9 } } });
      const changes = (await events(stage)).filter(({ kind }) => kind === "policy_changed");
      expect(changes.map(({ source, reason, actor }) => [source, reason, actor])).toEqual([
        ["registry", 'audit of May: set to {"gates":{"sharpe":{"threshold":1}}}', "test"],
        ["registry", 'set to {"gates":{"sharpe":{"threshold":0.9}}}', "test"],
      ]);
    }
    await using stage = await openStage(directory());
    expect(gatesOf((await show(stage, "registry/risk_model")).effective)["sharpe"]?.threshold).toBe(0.9);
  });

  test("is refused with everything that is wrong with it, and for names that nobody knows", async () => {
    await using stage = await openGatedStage(directory());
    const wrong = set(stage, "src", { gates: { ic: { threshold: "low" }, sharp: {} }, more: 1 });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_input", message: expect.stringMatching(/threshold.*|sharp.*more/s) });
    await expect(set(stage, "src", "{")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(set(stage, "nobody", {})).rejects.toMatchObject({ code: "not_found" });
    await expect(set(stage, "registry/risk_modle", {})).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("risk_model"),
    });
    await expect(show(stage, "src/")).rejects.toMatchObject({ code: "invalid_input" });
    const asWriter = { ...stage.context, principal: { ...stage.context.principal, scopes: new Set(["model:read", "model:write"]) } };
    await expect(stage.app.invoke("policy.set", { target: "src", policy: "{}" }, asWriter)).rejects.toMatchObject({ code: "forbidden" });
    expect((await show(stage, "src")).own).toBe("");
  });
});
