// A gate policy as a JSON document, as `policy.set` takes it: read whole or refused with every fault at once.

import { z } from "zod";
import { GATE_NAMES, SERIES_COLUMNS, type GatePolicyChange } from "../domain/gate-policy.ts";

const METRIC_NAME_LIMIT = 200;
const METRICS_LIMIT = 20;

const metricNames = z
  .array(z.string().min(1).max(METRIC_NAME_LIMIT))
  .min(1)
  .max(METRICS_LIMIT)
  .refine((names) => new Set(names).size === names.length, "names the same metric twice");

const setting = z.strictObject({
  enabled: z.boolean().exactOptional(),
  metrics: metricNames.exactOptional(),
  threshold: z.number().exactOptional(),
});

/** What a document may say; every part may be left out. */
export const gatePolicyDocument = z.strictObject({
  gates: z
    .strictObject({
      ic: setting.exactOptional(),
      sharpe: setting.exactOptional(),
      paper_trade_hours: setting.extend({ threshold: z.number().min(0).exactOptional() }).exactOptional(),
      better_than_incumbent: setting.extend({ metrics: z.array(z.enum(SERIES_COLUMNS)).length(1).exactOptional() }).exactOptional(),
    })
    .exactOptional(),
});

/** `faults`: one plain sentence each, with its place; `reason`: all of them in one. */
export type GatePolicyReading =
  | { readonly ok: true; readonly policy: GatePolicyChange }
  | { readonly ok: false; readonly faults: readonly string[]; readonly reason: string };

/** Reads a policy document. Never throws. */
export function parseGatePolicy(text: string): GatePolicyReading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refused([`the policy is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const read = gatePolicyDocument.safeParse(document);
  return read.success ? { ok: true, policy: read.data } : refused(read.error.issues.map(faultText));
}

function refused(faults: readonly string[]): GatePolicyReading {
  return { ok: false, faults, reason: faults.join("; ") };
}

/** What each level of the document knows. */
const KNOWN_KEYS: readonly (readonly string[])[] = [["gates"], GATE_NAMES, Object.keys(setting.shape)];

function faultText(issue: z.core.$ZodIssue): string {
  const place = issue.path.length === 0 ? "the policy" : issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${place}: ${issue.message.replace(/^Invalid input: /, "")}`;
  const known = KNOWN_KEYS[issue.path.length] ?? [];
  return `${place}: unknown ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}; known are ${known.join(", ")}`;
}
