// Everything of a version whose bytes are kept: its files, and what was made of them.

import type { DerivedKind } from "../../shared/domain/artifact-kinds.ts";
import type { GroupReading, VersionRecord } from "./ports.ts";

/** Bytes under their digest, on their way into the object store. */
export interface KeptBytes {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

const DERIVED_NAMES: Readonly<Record<DerivedKind, string>> = { converted_json: "the converted document", proof: "the proof rows" };

/** Everything of a version whose bytes are kept, each with the name that messages call it by. */
export function keptParts(
  version: Pick<VersionRecord, "files" | "derived">,
): readonly { readonly name: string; readonly sha256: string }[] {
  return [
    ...version.files.map(({ path, sha256 }) => ({ name: path, sha256 })),
    ...version.derived.map(({ kind, sha256 }) => ({ name: DERIVED_NAMES[kind], sha256 })),
  ];
}

/** Digests of all bytes of a version. */
export function keptDigests(version: Pick<VersionRecord, "files" | "derived">): readonly string[] {
  return [...version.files, ...version.derived].map(({ sha256 }) => sha256);
}

/** All bytes that a version of this reading consists of. */
export function keptBytesOf(reading: Extract<GroupReading, { outcome: "read" }>): readonly KeptBytes[] {
  return [...reading.files, ...reading.derived];
}
