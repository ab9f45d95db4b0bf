// What reading a model file for its registration takes and gives.

import type { ErrorCode } from "../../shared/contract/errors.ts";
import type { MadeObject, ReadFile } from "./reader-ports.ts";
import type { RegistrationRecord, VersionRecord } from "./records.ts";

/** What was said beside the file, as it was given; an empty text says nothing. */
export interface RegistrationFlags {
  readonly createdBy: string;
  readonly modelId: string;
  readonly snapshotId: string;
  readonly factors: readonly string[];
  readonly runId: string;
  readonly experimentId: string;
  readonly notes: string;
  /** JSON objects. */
  readonly datasetVersions: string;
  readonly parameters: string;
  readonly metrics: string;
  readonly config: string;
  readonly environment: string;
}

/** A model file that is to become a version. */
export interface RegistrationRequest {
  readonly namespace: "registry" | "strategy";
  /** One of the four types, or the strategy. */
  readonly name: string;
  readonly label: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute; empty = the metadata.json beside the file, if there is one. */
  readonly metadataPath: string;
  readonly flags: RegistrationFlags;
  /** Datasets and snapshot may be missing where they are required else. */
  readonly isLineageSkipped: boolean;
  readonly nowMicros: bigint;
  /** Who registers it, where nobody else is named. */
  readonly actor: string;
}

/** What the reading gives of the version. */
export type RegisteredVersion = Pick<
  VersionRecord,
  "contentDigest" | "servedSha256" | "servedBytes" | "symbol" | "returnName" | "featureDim" | "factorCount" | "golden" | "warnings"
>;

export type RegistrationReading =
  | {
      readonly outcome: "read";
      /** The model file and its metadata. */
      readonly files: readonly ReadFile[];
      /** The converted document and the rows that prove a model, where there are any. */
      readonly derived: readonly MadeObject[];
      readonly version: RegisteredVersion;
      readonly registration: Omit<RegistrationRecord, "versionId">;
      /** Exact JSON text of a GroupDescription. */
      readonly descriptionText: string;
    }
  /** The files or what was said about them do not allow it. The reason names their paths: it is for who gave them. */
  | {
      readonly outcome: "refused";
      readonly code: Extract<ErrorCode, "invalid_input" | "not_found" | "unavailable">;
      readonly reason: string;
    }
  /** Deadline, memory limit, or a bug that is in the log. */
  | { readonly outcome: "failed"; readonly reason: string };

/** Reads model files in a worker thread, with a deadline and a memory limit. Never rejects. */
export interface RegistrationReader {
  read(request: RegistrationRequest): Promise<RegistrationReading>;
  [Symbol.asyncDispose](): Promise<void>;
}
