// Which bytes of a version are its document.

import type { VersionRecord } from "./ports.ts";

/** The document of a version, and where it was found; undefined when it has none. */
export interface VersionDocument {
  /** `model_file`: the file as it was registered. */
  readonly kind: "model_json" | "converted_json" | "model_file";
  /** Digest of the stored bytes. */
  readonly sha256: string;
  /** Below the source's root: of the document itself, or of the file that it was made from. A registered file has its name only. */
  readonly path: string;
}

type Parts = Pick<VersionRecord, "files" | "derived">;

/** The trainer's own document, else the one that was made from its model pickle or registered file, else that file. */
export function documentOf(version: Parts): VersionDocument | undefined {
  const own = version.files.find(({ kind }) => kind === "model_json");
  if (own !== undefined) return { kind: "model_json", sha256: own.sha256, path: own.path };
  const given = packedModelOf(version);
  const made = version.derived.find(({ kind }) => kind === "converted_json");
  if (made !== undefined) return { kind: "converted_json", sha256: made.sha256, path: given?.path ?? "" };
  return given?.kind === "model_file" ? { kind: "model_file", sha256: given.sha256, path: given.path } : undefined;
}

/** The file that a converted document was made from. */
export function packedModelOf(version: Parts): VersionRecord["files"][number] | undefined {
  return version.files.find(({ kind }) => kind === "model_pkl" || kind === "model_file");
}

/** Digest of what clients are given as this version: of its text, else of the registered file that is no text; empty without a document. */
export function fetchedSha256(version: Parts & Pick<VersionRecord, "servedSha256">): string {
  if (version.servedSha256 !== "") return version.servedSha256;
  const document = documentOf(version);
  return document?.kind === "model_file" ? document.sha256 : "";
}
