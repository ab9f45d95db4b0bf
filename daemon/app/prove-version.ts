// Whether a version still gives the margins that were promised for it: its golden rows, and the rows that were kept when it was captured.

import { AppError } from "../../shared/contract/errors.ts";
import type { ObjectMender } from "./mend-objects.ts";
import type { CatalogStore, ModelDesk, VersionRecord } from "./ports.ts";
import { documentOf } from "./version-document.ts";

/** Looks before a version goes live. */
export interface Prover {
  /** What speaks against the version: the first row that differs; empty = nothing. AppError when its bytes cannot be had or nobody could look. */
  failureOf(version: VersionRecord): Promise<string>;
}

/** A prover over the stored bytes; the work is done at the desk. */
export function createProver(deps: {
  readonly store: Pick<CatalogStore, "objectsOf">;
  readonly mender: Pick<ObjectMender, "read">;
  readonly desk: Pick<ModelDesk, "ask">;
}): Prover {
  /** Null when the version has none, or when its bytes were dropped with those of an old version that comes back now. */
  async function readKept(sha256: string | undefined): Promise<Uint8Array | null> {
    if (sha256 === undefined || (await deps.store.objectsOf([sha256])).length === 0) return null;
    return deps.mender.read(sha256);
  }

  return {
    async failureOf(version) {
      const [document, golden, proof] = await Promise.all([
        readKept(documentOf(version)?.sha256),
        readKept(version.files.find(({ kind }) => kind === "golden")?.sha256),
        readKept(proofDigest(version)),
      ]);
      if (document === null || (golden === null && proof === null)) return "";
      const answer = await deps.desk.ask("prove", { document, golden, proof }, version.label);
      if (answer.outcome === "done") return answer.value.failure;
      if (answer.outcome === "refused") return answer.reason;
      throw new AppError("unavailable", `${version.label} could not be checked: ${answer.reason}; nothing was changed`);
    },
  };
}

/** Digest of the kept rows; undefined for a version without. */
export function proofDigest(version: Pick<VersionRecord, "derived">): string | undefined {
  return version.derived.find(({ kind }) => kind === "proof")?.sha256;
}
