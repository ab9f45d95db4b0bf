// `version.validate`: a look at what is stored of a version that changes nothing, not even for the better.

import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import { isRegistryType, REGISTRY_TYPE_RULES } from "../../shared/domain/registry-types.ts";
import type { LineState } from "./catalog.ts";
import type { Handlers } from "./doors.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { keptParts } from "./kept-bytes.ts";
import { requireLine } from "./moves.ts";
import type { RegistrationRecord, VersionRecord } from "./ports.ts";
import { registrationMismatch, sidecarMismatch } from "./safe-to-go-live.ts";
import { damageOf } from "./object-damage.ts";
import { documentOf } from "./version-document.ts";

type Reply = Output<"version.validate">;

/** The handler of `version.validate`. */
export function createValidate(parts: LifecycleParts): Handlers["version.validate"] {
  const { catalog, store } = parts;
  return async (input) => {
    const line = requireLine(catalog, input.line);
    const version = await store.versionByLabel(line.record.id, input.version);
    if (version === undefined) {
      const name = lineName(line.record.namespace, line.record.name);
      return toReply("", { bytes: [`line ${name} has no version ${input.version}`], load: [] }, false);
    }
    const registration = (await store.registrationsOf([version.id])).get(version.id);
    const bytes = await byteFaults(parts, version, registration);
    // What is not the file that was kept is not even tried.
    const load = bytes.length > 0 ? [] : await loadFaults(parts, line, version);
    return toReply(registration?.modelId ?? "", { bytes, load }, bytes.length === 0);
  };
}

function toReply(
  modelId: string,
  faults: { readonly bytes: readonly string[]; readonly load: readonly string[] },
  wasLoaded: boolean,
): Reply {
  const errors = [...faults.bytes, ...faults.load];
  return {
    valid: errors.length === 0,
    model_id: modelId,
    checksum_verified: faults.bytes.length === 0,
    load_successful: wasLoaded && faults.load.length === 0,
    errors,
  };
}

/** What is wrong with the digests of the files and of the metadata. */
async function byteFaults(
  { store, objects }: LifecycleParts,
  version: VersionRecord,
  registration: RegistrationRecord | undefined,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const mismatch = registration === undefined ? "" : registrationMismatch(version, registration);
  if (mismatch !== "") faults.push(`${mismatch}: it may have been tampered with`);
  const parts = keptParts(version);
  const places = new Map((await store.objectsOf(parts.map((part) => part.sha256))).map((place) => [place.sha256, place]));
  for (const part of parts) {
    const { name, sha256 } = part;
    const place = places.get(sha256);
    if (place === undefined) {
      faults.push(`the bytes of ${name} are not kept`);
      continue;
    }
    try {
      const other = sidecarMismatch(part, await objects.read(place), registration);
      if (other !== "") faults.push(`${other}: one of them may have been tampered with`);
    } catch (error) {
      const damage = damageOf(error);
      if (damage === undefined) throw error;
      faults.push(`${name}: its stored bytes are damaged (${damage.replace("_", " ")}); they may have been tampered with`);
    }
  }
  return faults;
}

/** What speaks against using it: the structure of the file, and the margins that it must give. */
async function loadFaults(parts: LifecycleParts, line: LineState, version: VersionRecord): Promise<readonly string[]> {
  const fault = await structureFault(parts, line, version);
  if (fault !== "") return [fault];
  try {
    const failure = await parts.prover.failureOf(version);
    return failure === "" ? [] : [failure];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [error.message];
  }
}

async function structureFault({ store, objects, desk }: LifecycleParts, { record }: LineState, version: VersionRecord): Promise<string> {
  const registered = version.files.find(({ kind }) => kind === "model_file");
  const sha256 = registered?.sha256 ?? documentOf(version)?.sha256;
  const [place] = sha256 === undefined ? [] : await store.objectsOf([sha256]);
  if (place === undefined) return "it has no model document";
  const isType = record.namespace === "registry" && isRegistryType(record.name);
  const form = isType ? REGISTRY_TYPE_RULES[record.name].artifact : undefined;
  const answer = await desk.ask("structure", { bytes: await objects.read(place), form }, version.label);
  if (answer.outcome !== "done")
    return answer.outcome === "refused" ? `the model file is broken: ${answer.reason}` : `it could not be looked at: ${answer.reason}`;
  const isModel = registered !== undefined || answer.value.format.startsWith("xgboost");
  return isModel ? "" : `the model document is ${answer.value.format}, no XGBoost model`;
}
