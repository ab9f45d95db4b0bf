// `policy.show` and `policy.set`: which gates hold for a line or a namespace.

import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { parseGatePolicy } from "../../shared/contract/gate-policy-text.ts";
import { isRegistryNamespace, RESERVED_NAMES, splitLineName } from "../../shared/domain/names.ts";
import { isRegistryType, REGISTRY_TYPES } from "../../shared/domain/registry-types.ts";
import type { Catalog } from "./catalog.ts";
import type { Handlers } from "./doors.ts";
import { effectivePolicy } from "./effective-policy.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";

/** A policy is a few lines; the history keeps each in full. */
const LONGEST = 20_000;

/** The handlers of `policy.show` and `policy.set`. */
export function createGatePolicies({ catalog, committer }: LifecycleParts): Pick<Handlers, "policy.show" | "policy.set"> {
  return {
    "policy.show": (input) => Promise.resolve().then(() => show(catalog, input.target)),

    "policy.set": async (input, { principal }) => {
      const target = requireTarget(catalog, input.target);
      const body = checkedBody(input.policy);
      const sequence = await committer.change((draft) => {
        const said = body === "" ? "the settings were dropped" : `set to ${body}`;
        const event = draft.event("policy_changed", {
          source: target.namespace,
          groupKey: target.name ?? "",
          reason: input.reason === "" ? said : `${input.reason}: ${said}`,
          actor: principal.name,
        });
        draft.registry.putPolicy({ sequence: event.sequence, target: input.target, body });
        return event.sequence;
      });
      return { target: input.target, effective: show(catalog, input.target).effective, sequence };
    },
  };
}

function show(catalog: Catalog, name: string): Output<"policy.show"> {
  const target = requireTarget(catalog, name);
  const { policy, from } = effectivePolicy(catalog, target);
  return { target: name, effective: JSON.stringify(policy), own: catalog.policies.get(name) ?? "", inherited_from: [...from] };
}

/** The policy's text without needless space; empty stays empty. AppError `invalid_input` with all that is wrong with it. */
function checkedBody(text: string): string {
  if (text.trim() === "") return "";
  if (text.length > LONGEST) throw new AppError("invalid_input", `the policy has ${text.length} characters; it may have ${LONGEST}`);
  const parsed = parseGatePolicy(text);
  if (!parsed.ok) throw new AppError("invalid_input", `policy: ${parsed.reason}`);
  return JSON.stringify(parsed.policy);
}

/** A known namespace, or a name within one: the line need not be there yet. */
function requireTarget(catalog: Catalog, target: string): { readonly namespace: string; readonly name: string | undefined } {
  const parts = splitLineName(target);
  const namespace = parts?.namespace ?? target;
  if (!isRegistryNamespace(namespace) && catalog.source(namespace) === undefined)
    throw new AppError(
      "not_found",
      `${JSON.stringify(namespace)} is neither a source nor one of ${RESERVED_NAMES.join(", ")}; write NAMESPACE or NAMESPACE/NAME`,
    );
  if (parts?.name === "")
    throw new AppError("invalid_input", `${JSON.stringify(target)} ends with a slash; write NAMESPACE or NAMESPACE/NAME`);
  if (namespace === "registry" && parts !== undefined && !isRegistryType(parts.name))
    throw new AppError("not_found", `${target} is no line of the registry: the types are ${REGISTRY_TYPES.join(", ")}`);
  return { namespace, name: parts?.name };
}
