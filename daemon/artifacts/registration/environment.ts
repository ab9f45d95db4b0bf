// `env`: where a model was made, in the 8 fields of the older registry's metadata.

import { anyObject, below, faultAt, anyText, textOrNull, type Reader } from "./field-readers.ts";
import type { JsonValue } from "../json/json-value.ts";
import { dependenciesHash, type InstalledPackage } from "./provenance.ts";

/** The 8 fields, named as on the wire. */
export interface RegistryEnvironment {
  readonly python_version: string;
  readonly dependencies_hash: string;
  /** Lower-case name of the system, dash, machine: `linux-x86_64`. */
  readonly platform: string;
  readonly created_by: string;
  readonly numpy_version: string;
  readonly polars_version: string;
  readonly sklearn_version: string | null;
  readonly cvxpy_version: string | null;
}

/** What the caller knows of its host. */
export interface HostFacts {
  /** As `uname -s` prints it: `Linux`, `Darwin`, `Windows_NT`. */
  readonly system: string;
  /** As `uname -m` prints it. */
  readonly machine: string;
  readonly createdBy: string;
  /** Undefined where there is no Python, or nobody asked it. */
  readonly pythonVersion?: string | undefined;
  /** The text of a requirements.txt, if there is one. */
  readonly requirementsText?: string | undefined;
  readonly installed?: readonly InstalledPackage[] | undefined;
}

const UNKNOWN = "unknown";

/** The environment of a host; what is not known says `unknown`, optional packages null. */
export function hostEnvironment(host: HostFacts): RegistryEnvironment {
  const { installed = [] } = host;
  const versionOf = (name: string): string | undefined => installed.find((found) => found.name.toLowerCase() === name)?.version;
  return {
    python_version: host.pythonVersion ?? UNKNOWN,
    dependencies_hash: dependenciesHash(host.requirementsText, installed),
    platform: `${host.system.toLowerCase().replace("windows_nt", "windows")}-${host.machine}`,
    created_by: host.createdBy,
    numpy_version: versionOf("numpy") ?? UNKNOWN,
    polars_version: versionOf("polars") ?? UNKNOWN,
    sklearn_version: versionOf("scikit-learn") ?? null,
    cvxpy_version: versionOf("cvxpy") ?? null,
  };
}

const FIELDS: ReadonlySet<string> = new Set(
  "python_version dependencies_hash platform created_by numpy_version polars_version sklearn_version cvxpy_version".split(" "),
);

/** Reads `env`; `createdBy`, when given, stands in for the one that is missing. */
export function readEnvironment(createdBy: string | undefined): Reader<RegistryEnvironment> {
  return (value, place) => {
    const given = anyObject(value, place);
    const member = (name: string): JsonValue | undefined => (Object.hasOwn(given, name) ? given[name] : undefined);
    const needed = (name: string): string => {
      const own = member(name) ?? (name === "created_by" ? createdBy : undefined);
      if (own !== undefined) return anyText(own, below(place, name));
      if (given === value) faultAt(below(place, name), "is missing");
      return "";
    };
    const optional = (name: string): string | null => textOrNull(member(name) ?? null, below(place, name));
    for (const name of Object.keys(given)) if (!FIELDS.has(name)) place.note(`${JSON.stringify(name)} is no field of ${place.path}`);
    return {
      python_version: needed("python_version"),
      dependencies_hash: needed("dependencies_hash"),
      platform: needed("platform"),
      created_by: needed("created_by"),
      numpy_version: needed("numpy_version"),
      polars_version: needed("polars_version"),
      sklearn_version: optional("sklearn_version"),
      cvxpy_version: optional("cvxpy_version"),
    };
  };
}
