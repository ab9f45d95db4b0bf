// What must hold of a version before it goes live: all its bytes are there with their digests, its registration fits them, and it gives its margins.

import { AppError } from "../../shared/contract/errors.ts";
import { checkCompatibility, type Compatibility } from "../../shared/domain/version-compatibility.ts";
import { isRegistryNamespace, lineName } from "../../shared/domain/names.ts";
import { keptParts } from "./kept-bytes.ts";
import { KEPT_ONLY } from "./keep-rules.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { damageOf } from "./object-damage.ts";
import type { CatalogStore, RegistrationRecord, VersionRecord } from "./ports.ts";
import type { Prover } from "./prove-version.ts";

/** What the look works with. */
export interface SafetyTools {
  readonly store: Pick<CatalogStore, "registrationsOf" | "versionsWithoutBytes">;
  readonly mender: Pick<ObjectMender, "read">;
  readonly prover: Prover;
}

/** Throws unless a client could be given the version at all: its source is there and it has a document, or it is kept for those who fetch it as a file. */
export function assertServable({ record, source }: Pick<LineState, "record" | "source">, version: VersionRecord): void {
  if (isRegistryNamespace(record.namespace)) return;
  const name = lineName(record.namespace, record.name);
  if (source === null) throw new AppError("wrong_state", `the source of line ${name} was removed; register it again first`);
  if (!version.ready) throw new AppError("wrong_state", `${version.label} cannot be served: it has no usable model document`);
}

/** Throws `wrong_state` when the line let go of the version's bytes. */
export async function assertBytesKept(store: Pick<CatalogStore, "versionsWithoutBytes">, version: VersionRecord): Promise<void> {
  if ((await store.versionsWithoutBytes([version.id])).has(version.id))
    throw new AppError("wrong_state", `the bytes of ${version.label} are no longer kept: ${KEPT_ONLY}`);
}

/**
 * What is wrong with the version for good, so that it must be marked as failed; empty = nothing. AppError `unavailable` when the look itself
 * could not be made: then nothing is known about the version.
 */
export async function corruptionOf(tools: SafetyTools, version: VersionRecord): Promise<string> {
  const registration = (await tools.store.registrationsOf([version.id])).get(version.id);
  const mismatch = registration === undefined ? "" : registrationMismatch(version, registration);
  if (mismatch !== "") return mismatch;
  for (const part of keptParts(version)) {
    const damage = await damageWhenRead(tools, version, part, registration);
    if (damage !== "") return damage;
  }
  return tools.prover.failureOf(version);
}

/** Digests of a registration against those of the files that were kept for it; empty = they fit. */
export function registrationMismatch(version: Pick<VersionRecord, "files">, registration: RegistrationRecord): string {
  const digest = (kind: string): string | undefined => version.files.find((file) => file.kind === kind)?.sha256;
  if (digest("model_file") !== registration.checksumSha256) return "the model file is not the one that was registered";
  if (digest("metadata") !== registration.metadataSha256) return "the metadata are not those that were registered";
  return "";
}

async function damageWhenRead(
  { mender }: SafetyTools,
  version: VersionRecord,
  part: { readonly name: string; readonly sha256: string },
  registration: RegistrationRecord | undefined,
): Promise<string> {
  try {
    const bytes = await mender.read(part.sha256);
    return sidecarMismatch(part, bytes, registration);
  } catch (error) {
    const damage = damageOf(error instanceof AppError ? error.cause : error);
    const what = `the stored bytes of ${part.name} of ${version.label} are damaged`;
    // A disk that reports errors may be well again tomorrow; other bytes than those of the digest stay wrong.
    if (damage === undefined || damage === "unreadable") throw asRefusal(error, what);
    return `${what}: ${DAMAGES[damage]}`;
  }
}

/** The sidecar is kept twice, as a file and with the registration; empty = both say the same, or the part is no sidecar. */
export function sidecarMismatch(
  part: { readonly name: string; readonly sha256: string },
  bytes: Buffer,
  registration: RegistrationRecord | undefined,
): string {
  if (registration === undefined || part.sha256 !== registration.metadataSha256) return "";
  return bytes.toString("utf8") === registration.metadata ? "" : `${part.name} differs from the metadata that the catalog keeps`;
}

const DAMAGES = { missing: "they are not there", short: "they are cut short", other_bytes: "they have another digest" } as const;

function asRefusal(error: unknown, what: string): unknown {
  if (!(error instanceof AppError)) return error;
  return error.code === "wrong_state" ? error : new AppError("unavailable", `${what}; nothing was changed`, { cause: error.cause });
}

/** The datasets that the version was trained on against the current ones; undefined when nobody says which are current, or the version names none. */
export async function datasetsOf(
  { catalog, store, strictVersions }: { readonly catalog: Catalog; readonly store: SafetyTools["store"]; readonly strictVersions: boolean },
  version: VersionRecord,
): Promise<Compatibility | undefined> {
  if (catalog.datasets.size === 0) return undefined;
  const registration = (await store.registrationsOf([version.id])).get(version.id);
  if (registration === undefined) return undefined;
  const current = Object.fromEntries([...catalog.datasets].map(([name, dataset]) => [name, dataset.version]));
  return checkCompatibility(registration.datasetVersions, current, strictVersions);
}
