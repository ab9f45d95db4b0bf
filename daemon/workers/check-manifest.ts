// Compares a group's files with its manifest: complete means every named file is there with the named digest.

import { posix } from "node:path";
import { parseManifest } from "../artifacts/manifest.ts";
import { rejectionText } from "../artifacts/rejected.ts";
import { readWholeFile } from "./read-file.ts";

const MAX_MANIFEST_BYTES = 1024 * 1024;
/** Names that a message lists. */
const MAX_NAMES = 10;

export type ManifestCheck =
  { readonly outcome: "complete" } | { readonly outcome: "changed" } | { readonly outcome: "incomplete"; readonly reason: string };

/** Where the check gets what it compares. */
export interface ManifestContext {
  readonly rootPath: string;
  /** The manifest, below the root. */
  readonly path: string;
  readonly stamp: string;
  readonly maxArtifactBytes: number;
  /** Digest of a group's file that has been read already, by base name; undefined when its bytes could not be had. */
  digestOf(name: string): string | undefined;
}

/** Reads the manifest and compares. A named file that is none of the group's is looked for beside the manifest. */
export function checkManifest(context: ManifestContext): ManifestCheck {
  const file = readWholeFile(`${context.rootPath}/${context.path}`, MAX_MANIFEST_BYTES, context.stamp);
  if (file.outcome === "changed") return file;
  if (file.outcome === "fault") return { outcome: "incomplete", reason: `${context.path}: ${file.reason}` };
  const manifest = parseManifest(file.bytes);
  if (!manifest.ok) return { outcome: "incomplete", reason: `${context.path}: ${rejectionText(manifest)}` };
  const missing: string[] = [];
  const different: string[] = [];
  for (const entry of manifest.files) {
    const digest = context.digestOf(entry.name) ?? digestBeside(context, entry.name);
    if (digest === undefined) missing.push(entry.name);
    else if (digest !== entry.sha256) different.push(entry.name);
  }
  if (missing.length + different.length === 0) return { outcome: "complete" };
  const parts = [
    ...(missing.length > 0 ? [`missing or unreadable: ${names(missing)}`] : []),
    ...(different.length > 0 ? [`other bytes than named: ${names(different)}`] : []),
  ];
  return { outcome: "incomplete", reason: `${context.path} does not match the files; ${parts.join("; ")}` };
}

function digestBeside(context: ManifestContext, name: string): string | undefined {
  const file = readWholeFile(`${context.rootPath}/${posix.join(posix.dirname(context.path), name)}`, context.maxArtifactBytes, undefined);
  return file.outcome === "read" ? file.sha256 : undefined;
}

function names(list: readonly string[]): string {
  const shown = list.slice(0, MAX_NAMES).join(", ");
  return list.length > MAX_NAMES ? `${shown} and ${list.length - MAX_NAMES} more` : shown;
}
