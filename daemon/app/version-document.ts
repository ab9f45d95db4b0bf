// Which bytes of a version are its model document.

import type { VersionRecord } from "./ports.ts";

/** The document of a version, and where it was found; undefined when it has none. */
export interface VersionDocument {
  readonly kind: "model_json" | "converted_json";
  /** Digest of the stored bytes. */
  readonly sha256: string;
  /** Below the source's root: of the document itself, or of the pickle that it was made from. */
  readonly path: string;
}

/** The trainer's own document, else the one that was made from its model pickle. */
export function documentOf(version: Pick<VersionRecord, "files" | "derived">): VersionDocument | undefined {
  const own = version.files.find(({ kind }) => kind === "model_json");
  if (own !== undefined) return { kind: "model_json", sha256: own.sha256, path: own.path };
  const made = version.derived.find(({ kind }) => kind === "converted_json");
  const pickle = version.files.find(({ kind }) => kind === "model_pkl");
  return made === undefined ? undefined : { kind: "converted_json", sha256: made.sha256, path: pickle?.path ?? "" };
}
