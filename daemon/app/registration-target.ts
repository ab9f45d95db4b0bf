// What may be registered where: the line, the label, and the path of the file.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input } from "../../shared/contract/operations.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import { isRegistryType, REGISTRY_TYPES } from "../../shared/domain/registry-types.ts";
import { labelFault } from "../../shared/domain/version-label.ts";
import type { RegistrationRequest } from "./ports.ts";

/** A line that takes registrations. */
export type RegistrationTarget = Pick<RegistrationRequest, "namespace" | "name" | "label" | "path" | "metadataPath">;

const MAX_NAME = 128;

/** Reads what the input names; everything that is wrong with it is in one AppError `invalid_input`. */
export function registrationTarget(input: Input<"registry.register">): RegistrationTarget {
  const { namespace, name } = splitLineName(input.line) ?? { namespace: "", name: input.line };
  const faults = [
    lineFault(namespace, name),
    labelFault(namespace, input.version),
    pathFault("the model file", input.path),
    input.metadata_path === "" ? undefined : pathFault("the metadata file", input.metadata_path),
  ].filter((fault) => fault !== undefined);
  if (faults.length > 0 || (namespace !== "registry" && namespace !== "strategy")) throw new AppError("invalid_input", faults.join("; "));
  return { namespace, name, label: input.version, path: input.path, metadataPath: input.metadata_path };
}

function lineFault(namespace: string, name: string): string | undefined {
  if (namespace === "registry")
    return isRegistryType(name) ? undefined : `registry/${name} is no line of the registry: the types are ${REGISTRY_TYPES.join(", ")}`;
  if (namespace === "strategy") return strategyFault(name);
  if (namespace === "tech") return "versions of tech/… come from training, not from files";
  return namespace === ""
    ? `${JSON.stringify(name)} is no line: write registry/TYPE or strategy/NAME`
    : `versions of ${namespace}/… are captured from its directory; files are registered as registry/TYPE or strategy/NAME`;
}

function strategyFault(name: string): string | undefined {
  if (name.trim() === "" || name.trim() !== name) return "a strategy's name may neither be blank nor begin or end with a blank";
  if (name.length > MAX_NAME) return `a strategy's name has at most ${MAX_NAME} characters`;
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f/]/.test(name) ? "a strategy's name may hold neither a slash nor control characters" : undefined;
}

function pathFault(what: string, path: string): string | undefined {
  if (path.includes("\0")) return `the path of ${what} holds a NUL character`;
  return path.startsWith("/") ? undefined : `${what} ${JSON.stringify(path)} must be given as an absolute path where the daemon runs`;
}
