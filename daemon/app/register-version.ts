// `registry.register`: a model file becomes a staged version, or nothing happens.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import { failpoint } from "../failpoint.ts";
import type { ChangeDraft } from "./change-draft.ts";
import { diskFaultOf } from "./disk-faults.ts";
import type { Handlers, RequestContext } from "./doors.ts";
import type { HandlerParts } from "./handlers.ts";
import type { ChainedMove, ObjectRecord, RegistrationReading, RegistrationRecord, VersionRecord } from "./ports.ts";
import { checkLineage } from "./registration-lineage.ts";
import { registrationTarget, type RegistrationTarget } from "./registration-target.ts";
import { stageFiles, storeFiles } from "./store-files.ts";
import { toRegistrationView } from "./to-views.ts";

type Request = Input<"registry.register">;
type Reply = Output<"registry.register">;
type Read = Extract<RegistrationReading, { outcome: "read" }>;

/** What one registration is about. */
interface Registering {
  readonly parts: HandlerParts;
  readonly input: Request;
  readonly target: RegistrationTarget;
  readonly actor: string;
}

/** The handler of `registry.register`. Bytes go to the store first, then one transaction makes all of it visible. */
export function createRegister(parts: HandlerParts): Handlers["registry.register"] {
  return async (input, { principal }: RequestContext) => {
    const registering: Registering = { parts, input, target: registrationTarget(input), actor: principal.name };
    const done = await outcomeBefore(registering);
    if (done !== undefined) return done;
    await refuseExisting(registering, input.model_id);
    parts.gate.assertOpen();
    const reading = await read(registering);
    FAILPOINT: await failpoint("register.read");
    const lineage = await checkLineage(parts, reading.registration.datasetVersions, input.skip_lineage_check);
    try {
      const staged = await stageFiles(parts, [...reading.files, ...reading.derived]);
      FAILPOINT: await failpoint("register.stored");
      return await parts.committer.change((draft) => commit(registering, draft, reading, { staged, lineage }));
    } catch (error) {
      if (diskFaultOf(error) === "full") parts.gate.noteFull();
      throw error;
    }
  };
}

async function read({ parts, input, target, actor }: Registering): Promise<Read> {
  const reading = await parts.registrations.read({
    ...target,
    flags: {
      createdBy: input.created_by,
      modelId: input.model_id,
      snapshotId: input.snapshot_id,
      factors: input.factors,
      runId: input.run_id,
      experimentId: input.experiment_id,
      notes: input.notes,
      datasetVersions: input.dataset_versions,
      parameters: input.parameters,
      metrics: input.metrics,
      config: input.config,
      environment: input.environment,
    },
    isLineageSkipped: input.skip_lineage_check,
    nowMicros: parts.clock.nowMicros(),
    actor,
  });
  if (reading.outcome === "read") return reading;
  if (reading.outcome === "refused") throw new AppError(reading.code, reading.reason);
  throw new AppError("unavailable", `${nameOf(target)} was not registered: ${reading.reason}`);
}

/** Everything that was looked at before is looked at again: nobody else changes the catalog now. */
async function commit(
  registering: Registering,
  draft: ChangeDraft,
  reading: Read,
  { staged, lineage }: { readonly staged: readonly ObjectRecord[]; readonly lineage: readonly string[] },
): Promise<Reply> {
  const { parts, input, target, actor } = registering;
  const done = await outcomeBefore(registering);
  if (done !== undefined) return done;
  await refuseExisting(registering, reading.registration.modelId);
  const line = draft.lineNamed(target.namespace, target.name, "gated");
  const reason = input.reason === "" ? "registered" : input.reason;
  const event = draft.event("version_registered", {
    source: target.namespace,
    groupKey: target.name,
    version: target.label,
    reason,
    actor,
  });
  const version: VersionRecord = {
    ...{ id: draft.nextVersionId(), lineId: line.record.id, label: target.label, number: line.record.nextNumber },
    ...{ status: "staged", statusSince: event.at, statusReason: reason, statusActor: actor, createdAt: event.at },
    ...{ ready: true, consistent: true, trainStart: null, trainEnd: null },
    ...reading.version,
    warnings: [...reading.version.warnings, ...lineage],
    files: reading.files.map(({ kind, path, size, mtimeNs, sha256 }) => ({ kind, path, size, mtimeNs, sha256 })),
    derived: reading.derived.map(({ kind, size, sha256 }) => ({ kind, size, sha256 })),
  };
  const registration: RegistrationRecord = { ...reading.registration, versionId: version.id };
  line.record = { ...line.record, nextNumber: line.record.nextNumber + 1 };
  draft.addVersion(version, reading.descriptionText, [...reading.files, ...reading.derived]);
  draft.move(line, version, "registered", "none", "staged", event, { requestId: input.request_id });
  draft.registry.addRegistration(registration);
  draft.putObjects(staged);
  await storeFiles(parts, draft);
  FAILPOINT: await failpoint("register.before_commit");
  return replyOf(target, version, registration, event.sequence);
}

/** What became of the same request when it came before; undefined when it did not. AppError `conflict` when its id stands for another one. */
async function outcomeBefore({ parts: { store }, input, target }: Registering): Promise<Reply | undefined> {
  const move = input.request_id === "" ? undefined : await store.moveByRequest(input.request_id);
  if (move === undefined) return undefined;
  if (move.action !== "registered" || move.line !== lineName(target.namespace, target.name) || move.label !== target.label)
    throw new AppError(
      "conflict",
      `request id ${JSON.stringify(input.request_id)} stands for another move: ${shown(move)}; nothing was changed`,
    );
  const version = await store.versionById(move.versionId);
  const registration = (await store.registrationsOf([move.versionId])).get(move.versionId);
  if (version === undefined || registration === undefined) throw new Error(`the registration of version ${move.versionId} is missing`);
  return replyOf(target, version, registration, move.sequence);
}

function shown({ action, line, label }: ChainedMove): string {
  return `${action} ${label} of ${line}`;
}

/** AppError `conflict` for a version that is there already, and for a model id that another version has. */
async function refuseExisting({ parts: { catalog, store }, target }: Registering, modelId: string): Promise<void> {
  const line = catalog.line(target.namespace, target.name);
  if (line !== undefined && (await store.versionByLabel(line.record.id, target.label)) !== undefined)
    throw new AppError("conflict", `${nameOf(target)} exists; a version never changes, so give the new one another label`);
  const other = modelId === "" ? undefined : await store.registrationByModelId(modelId);
  if (other === undefined) return;
  const version = await store.versionById(other.versionId);
  const owner = version === undefined ? undefined : catalog.lines.get(version.lineId)?.record;
  const where = owner === undefined ? "another version" : `${lineName(owner.namespace, owner.name)} ${version?.label}`;
  throw new AppError("conflict", `model id ${JSON.stringify(modelId)} is that of ${where}; each version has its own`);
}

function replyOf(target: RegistrationTarget, version: VersionRecord, registration: RegistrationRecord, sequence: number): Reply {
  return {
    line: lineName(target.namespace, target.name),
    version: version.label,
    // As it was registered, whatever became of it since.
    status: "staged",
    sequence,
    registration: toRegistrationView(registration),
    warnings: [...version.warnings],
  };
}

function nameOf({ namespace, name, label }: RegistrationTarget): string {
  return `${lineName(namespace, name)} ${label}`;
}
