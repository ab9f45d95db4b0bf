// The gates that hold for a line: the built-in ones, changed by what is set for its namespace and then for the line.

import { parseGatePolicy } from "../../shared/contract/gate-policy-text.ts";
import { DEFAULT_GATE_POLICY, mergePolicies, type GatePolicy, type GatePolicyChange } from "../../shared/domain/gate-policy.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Catalog } from "./catalog.ts";

/** What holds, and who says what of it, the strongest last. */
export interface EffectivePolicy {
  readonly policy: GatePolicy;
  /** `built-in`, then `target: gate.setting, …` for each target that sets something. */
  readonly from: readonly string[];
}

/** The policy for a line, or for a namespace when no name is given. */
export function effectivePolicy(
  catalog: Pick<Catalog, "policies">,
  target: { readonly namespace: string; readonly name?: string | undefined },
): EffectivePolicy {
  const { namespace, name } = target;
  const ofType = stored(catalog, namespace);
  const lineTarget = name === undefined ? undefined : lineName(namespace, name);
  const ofLine = lineTarget === undefined ? null : stored(catalog, lineTarget);
  return {
    policy: mergePolicies(DEFAULT_GATE_POLICY, ofType, ofLine),
    from: ["built-in", ...settingsOf(namespace, ofType), ...settingsOf(lineTarget ?? "", ofLine)],
  };
}

/** What was set for a target; it was checked when it was set. */
function stored({ policies }: Pick<Catalog, "policies">, target: string): GatePolicyChange | null {
  const body = policies.get(target);
  if (body === undefined) return null;
  const parsed = parseGatePolicy(body);
  if (!parsed.ok) throw new Error(`the gates stored for ${target} cannot be read: ${parsed.reason}`);
  return parsed.policy;
}

function settingsOf(target: string, change: GatePolicyChange | null): readonly string[] {
  if (change === null) return [];
  const names = Object.entries(change.gates ?? {}).flatMap(([gate, settings]) =>
    Object.keys(settings).map((setting) => `${gate}.${setting}`),
  );
  return [`${target}: ${names.join(", ") || "nothing"}`];
}
