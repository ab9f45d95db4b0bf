// A gate policy as a JSON document: read whole, or refused with every fault at once.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGatePolicy } from "../../../shared/contract/gate-policy-text.ts";
import { DEFAULT_GATE_POLICY, mergePolicies } from "../../../shared/domain/gate-policy.ts";

describe("a gate policy document", () => {
  it("may set any part, and what it sets holds", () => {
    const read = parseGatePolicy(
      '{"gates": {"ic": {"threshold": 0.03, "metrics": ["valid_ic"]}, "better_than_incumbent": {"enabled": true}}}',
    );
    expect(read).toEqual({
      ok: true,
      policy: { gates: { ic: { threshold: 0.03, metrics: ["valid_ic"] }, better_than_incumbent: { enabled: true } } },
    });
    for (const text of ["{}", '{"gates": {}}']) {
      const empty = parseGatePolicy(text);
      expect(empty.ok && mergePolicies(DEFAULT_GATE_POLICY, empty.policy, null)).toEqual(DEFAULT_GATE_POLICY);
    }
  });

  it("reads back the policy that holds, as JSON prints it", () => {
    expect(parseGatePolicy(JSON.stringify(DEFAULT_GATE_POLICY))).toEqual({ ok: true, policy: DEFAULT_GATE_POLICY });
  });

  it("is refused with all its faults, each with its place and what is known there", () => {
    const text = `{"gates": {
      "ic": {"treshold": 0.03, "threshold": "0.03"},
      "sharpe": {"threshold": 1e999, "enabled": 1},
      "paper_trade_hours": {"threshold": -1},
      "better_than_incumbent": {"metrics": ["sharpe"]},
      "drawdown": {"threshold": 1}
    }, "__proto__": {"polluted": true}}`;
    const read = parseGatePolicy(text);
    expect(read.ok ? [] : read.faults).toEqual(
      expect.arrayContaining([
        'gates.ic: unknown "treshold"; known are enabled, metrics, threshold',
        "gates.ic.threshold: expected number, received string",
        "gates.sharpe.threshold: expected number, received Infinity",
        "gates.sharpe.enabled: expected boolean, received number",
        "gates.paper_trade_hours.threshold: Too small: expected number to be >=0",
        expect.stringMatching(/^gates\.better_than_incumbent\.metrics\.0: .*"ic"\|"ret"/),
        'gates: unknown "drawdown"; known are ic, sharpe, paper_trade_hours, better_than_incumbent',
        'the policy: unknown "__proto__"; known are gates',
      ]),
    );
    expect(read).toMatchObject({ reason: read.ok ? "" : read.faults.join("; ") });
  });

  it.each([
    ["", "the policy is not JSON"],
    ["{", "the policy is not JSON"],
    ["[]", "the policy: expected object, received array"],
    ["null", "the policy: expected object, received null"],
    ['{"gates": null}', "gates: expected object, received null"],
    ['{"gates": {"ic": {"threshold": NaN}}}', "the policy is not JSON"],
    ['{"gates": {"ic": {"threshold": null}}}', "gates.ic.threshold: expected number, received null"],
    ['{"gates": {"ic": {"metrics": []}}}', "gates.ic.metrics: Too small"],
    ['{"gates": {"ic": {"metrics": [""]}}}', "gates.ic.metrics.0: Too small"],
    ['{"gates": {"ic": {"metrics": ["a", "a"]}}}', "gates.ic.metrics: names the same metric twice"],
  ])("%s is refused", (text, fault) => {
    const read = parseGatePolicy(text);
    expect(read.ok ? [] : read.faults).toEqual([expect.stringContaining(fault)]);
  });

  it("never throws, whatever the text", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof parseGatePolicy(text).ok === "boolean"));
  });
});
