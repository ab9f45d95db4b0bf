// Registered metadata as it is kept: with the model's real digest, as the text of a sidecar, and the sidecar's own digest.

import type { RegistryMetadata } from "./metadata.ts";
import type { StrategyMetadata } from "./strategy-metadata.ts";
import { checksumLine, metadataSha256, sidecarText } from "./provenance.ts";

/** What is stored of a version beside its model file. */
export interface SealedMetadata {
  readonly metadata: RegistryMetadata;
  /** The text of metadata.json. */
  readonly sidecar: string;
  readonly metadataSha256: string;
  /** The text of checksum.sha256. */
  readonly checksumLine: string;
  /** The digest that the metadata declared, when it is that of another file; else null. */
  readonly otherChecksum: string | null;
}

/** Seals metadata with the SHA-256, hex, of the model file. Whatever digest was declared gives way to it. */
export function sealMetadata(metadata: RegistryMetadata, modelSha256: string): SealedMetadata {
  const declared = metadata.checksum_sha256;
  const sealed: RegistryMetadata = { ...metadata, checksum_sha256: modelSha256 };
  const sidecar = sidecarText({
    ...sealed,
    // Python leaves a fraction of zero out.
    created_at: sealed.created_at.replace(".000000Z", "Z"),
    dataset_version_ids: { ...sealed.dataset_version_ids },
    factor_list: [...sealed.factor_list],
    metrics: { ...sealed.metrics },
    env: { ...sealed.env },
    feature_formulas: sealed.feature_formulas === null ? null : [...sealed.feature_formulas],
  });
  return {
    metadata: sealed,
    sidecar,
    metadataSha256: metadataSha256(sidecar),
    checksumLine: checksumLine(modelSha256),
    otherChecksum: declared === "" || declared.toLowerCase() === modelSha256 ? null : declared,
  };
}

/** The text of a strategy version's metadata, in the form of a sidecar, and its digest. */
export function sealStrategyMetadata(metadata: StrategyMetadata): Pick<SealedMetadata, "sidecar" | "metadataSha256"> {
  const sidecar = sidecarText({
    ...metadata,
    performance_metrics: { ...metadata.performance_metrics },
    dataset_version_ids: { ...metadata.dataset_version_ids },
    factor_list: [...metadata.factor_list],
  });
  return { sidecar, metadataSha256: metadataSha256(sidecar) };
}
