// The digests and texts that stand beside a registered model, in the forms of the older registry's files.

import { hash } from "node:crypto";
import { stripText } from "../../../shared/domain/names.ts";
import type { JsonObject } from "../json/json-value.ts";
import { comparePythonText, pythonJson, type PythonJson } from "./python-json.ts";

/** A package that is installed where the model was made. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

/** SHA-256, hex, of a text's UTF-8 bytes. */
function digest(text: string): string {
  return hash("sha256", text);
}

/** `config_hash`: SHA-256, hex, of the configuration as compact JSON with sorted names, in Python's text. */
export function configHash(config: JsonObject): string {
  return digest(pythonJson(config, "compact"));
}

/**
 * `dependencies_hash`: SHA-256, hex, of the sorted lines of requirements.txt that hold anything, stripped; without that file of the sorted
 * `name==version` of what is installed; the word `unknown` when neither is known.
 */
export function dependenciesHash(requirementsText: string | undefined, installed: readonly InstalledPackage[]): string {
  if (requirementsText !== undefined) {
    const lines = requirementsText.split(/\r\n|\r|\n/).map(stripText);
    return sortedDigest(lines.filter((line) => line !== ""));
  }
  if (installed.length === 0) return "unknown";
  return sortedDigest(installed.map(({ name, version }) => `${name}==${version}`));
}

function sortedDigest(lines: readonly string[]): string {
  return digest(lines.toSorted(comparePythonText).join("\n"));
}

/** The text of metadata.json: indented by 2, names sorted, ASCII, no line break at the end. */
export function sidecarText(document: PythonJson): string {
  return pythonJson(document, "indented");
}

/** `metadata_sha256`: the digest of the text that is written. */
export function metadataSha256(sidecar: string): string {
  return digest(sidecar);
}

/** The one line of checksum.sha256. The star is part of the older layout; nothing reads the line back. */
export function checksumLine(modelSha256: string): string {
  return `${modelSha256}  model.*\n`;
}
