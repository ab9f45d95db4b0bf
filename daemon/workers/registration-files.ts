// The files of a registration: the model file and the metadata beside it, each read once and looked at before and after.

import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RegistrationReading, RegistrationRequest } from "../app/ports.ts";
import { isUnchanged, readWholeFile, stampText } from "./read-file.ts";

type Refused = Extract<RegistrationReading, { outcome: "refused" }>;

/** A file as it was read. */
export interface GivenFile {
  /** Its name without folders. */
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  readonly mtimeNs: string;
}

export interface GivenFiles {
  readonly model: GivenFile;
  readonly metadata: GivenFile | undefined;
}

/** Thousands of metrics and parameters fit. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;
const BESIDE = "metadata.json";
const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR"]);

/** Reads the files. Refused when one is missing, is no file, is too large, cannot be read, or changes meanwhile. */
export function readGivenFiles(request: RegistrationRequest, maxArtifactBytes: number): GivenFiles | Refused {
  const model = readGiven(request.path, maxArtifactBytes);
  if ("outcome" in model) return model;
  const metadata = readMetadata(request);
  if (metadata !== undefined && "outcome" in metadata) return metadata;
  return { model, metadata };
}

function readMetadata({ path, metadataPath }: RegistrationRequest): GivenFile | Refused | undefined {
  if (metadataPath !== "") return readGiven(metadataPath, MAX_METADATA_BYTES);
  const beside = join(dirname(path), BESIDE);
  return statSync(beside, { throwIfNoEntry: false }) === undefined ? undefined : readGiven(beside, MAX_METADATA_BYTES);
}

function readGiven(path: string, maxBytes: number): GivenFile | Refused {
  let stat;
  try {
    stat = statSync(path, { bigint: true });
  } catch (error) {
    return statRefusal(path, error);
  }
  const stamp = stampText(stat);
  const read = readWholeFile(path, maxBytes, stamp);
  if (read.outcome === "fault") return refused("invalid_input", `${path}: ${read.reason}`);
  if (read.outcome === "changed" || !isUnchanged(path, stamp))
    return refused("unavailable", `${path} changed while it was read; register it when it is whole`);
  return { name: basename(path), bytes: read.bytes, sha256: read.sha256, mtimeNs: String(stat.mtimeNs) };
}

function statRefusal(path: string, error: unknown): Refused {
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
  if (MISSING.has(error.code)) return refused("not_found", `there is no file ${path} where the daemon runs`);
  return refused("invalid_input", `${path}: the daemon cannot reach it (${error.code})`);
}

function refused(code: Refused["code"], reason: string): Refused {
  return { outcome: "refused", code, reason };
}
