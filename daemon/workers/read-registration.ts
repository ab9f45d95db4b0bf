// Reads a model file that is to be registered: its bytes, what they are, and what was said about them.

import { hash } from "node:crypto";
import { Buffer } from "node:buffer";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { isRegistryType, REGISTRY_TYPE_RULES } from "../../shared/domain/registry-types.ts";
import type { ReadFile, RegistrationReading, RegistrationRequest } from "../app/ports.ts";
import { rejectionText } from "../artifacts/rejected.ts";
import { readModelFile, type ModelFile } from "../artifacts/registration/model-file.ts";
import { contentDigest } from "./content-digest.ts";
import { registeredModel } from "./registered-model.ts";
import { readGivenFiles, type GivenFile } from "./registration-files.ts";
import { readMetadataFor, type GivenMetadata } from "./registration-metadata.ts";
import type { ReaderSettings } from "./reader-messages.ts";

/** A reading and the buffers to hand over with it. */
export interface RegistrationAnswer {
  readonly reading: RegistrationReading;
  readonly buffers: readonly ArrayBuffer[];
}

const SIDECAR = "metadata.json";

/** Reads the files of a registration. Every fault of the model file and of the metadata is in one refusal. Throws only for a bug or when the process lacks means. */
export function readRegistration(request: RegistrationRequest, { maxArtifactBytes }: ReaderSettings): RegistrationAnswer {
  const files = readGivenFiles(request, maxArtifactBytes);
  if ("outcome" in files) return { reading: files, buffers: [] };
  const { model } = files;
  const form = isRegistryType(request.name) && request.namespace === "registry" ? REGISTRY_TYPE_RULES[request.name].artifact : undefined;
  const read = readModelFile(model.bytes, form);
  const metadata = readMetadataFor(request, files.metadata, model.sha256);
  const faults = [...(read.ok ? [] : [`${model.name}: ${rejectionText(read)}`]), ...(metadata.ok ? [] : [metadata.reason])];
  if (!read.ok || !metadata.ok) return { reading: { outcome: "refused", code: "invalid_input", reason: faults.join("; ") }, buffers: [] };
  return answer(request, model, read.file, metadata);
}

function answer(
  request: RegistrationRequest,
  model: GivenFile,
  file: ModelFile,
  metadata: Extract<GivenMetadata, { ok: true }>,
): RegistrationAnswer {
  const { description, derived, served } = registeredModel(request.name, model, file, metadata.factors);
  const sidecar = new Uint8Array(Buffer.from(metadata.sidecar));
  const files: readonly (ReadFile & { readonly bytes: Uint8Array<ArrayBuffer> })[] = [
    { kind: "model_file", path: model.name, size: model.bytes.length, mtimeNs: model.mtimeNs, sha256: model.sha256, bytes: model.bytes },
    {
      ...{ kind: "metadata", path: SIDECAR, size: sidecar.length, mtimeNs: String(request.nowMicros * 1000n) },
      sha256: hash("sha256", sidecar),
      bytes: sidecar,
    },
  ];
  const warnings = [...metadata.warnings, ...description.warnings];
  const reading: RegistrationReading = {
    outcome: "read",
    files,
    derived,
    version: {
      contentDigest: contentDigest(files),
      ...{ servedSha256: served.sha256, servedBytes: served.bytes },
      ...{ symbol: description.symbol, returnName: description.return_name, featureDim: description.feature_dim },
      ...{ factorCount: description.factors.length, golden: description.golden, warnings },
    },
    registration: { ...metadata.record, format: file.format, checksumSha256: model.sha256, metadata: metadata.sidecar },
    descriptionText: stringifyExact({ ...description, warnings }),
  };
  return { reading, buffers: [...files, ...derived].map(({ bytes }) => bytes.buffer) };
}
