// Random histories of many lines, made with the daemon's own moves over a real store, and a log of them that the test keeps for itself.

import { createHash } from "node:crypto";
import { createAudit, type Audit } from "../../../daemon/app/audit.ts";
import { Catalog, type LineState } from "../../../daemon/app/catalog.ts";
import type { ChangeDraft, LineDraft } from "../../../daemon/app/change-draft.ts";
import { createCommitter, type Committer } from "../../../daemon/app/commit.ts";
import type { RequestContext } from "../../../daemon/app/doors.ts";
import { failLive, goLive, withdraw } from "../../../daemon/app/live-moves.ts";
import type { CatalogStore, EventRecord, RegistrationRecord, VersionRecord } from "../../../daemon/app/ports.ts";
import { createWake } from "../../../daemon/app/wake.ts";
import type { MoveAction, Status } from "../../../shared/domain/lifecycle.ts";
import { lineName } from "../../../shared/domain/names.ts";

/** Who asks in these tests. */
export const AUDIT_CONTEXT: RequestContext = {
  principal: { name: "test", door: "daemon", scopes: new Set() },
  signal: new AbortController().signal,
};

/** What was live from a time on; an empty label = nothing. */
export interface LogEntry {
  readonly at: bigint;
  readonly label: string;
}

/** What a client said from a time on. */
export interface LoggedReport extends LogEntry {
  readonly clientId: string;
}

/** A catalog that is played with. */
export interface PlayedHistory {
  readonly catalog: Catalog;
  readonly committer: Committer;
  readonly audit: Audit;
  readonly clock: { micros: bigint };
  /** By line name, oldest first. */
  readonly live: ReadonlyMap<string, readonly LogEntry[]>;
  readonly reports: ReadonlyMap<string, readonly LoggedReport[]>;
  /** One transaction of one to three random moves on different lines. */
  step(): Promise<void>;
  /** A version that is kept staged, with metrics when they are given. */
  register(line: string, label: string, facts?: Partial<VersionRecord>, registration?: Partial<RegistrationRecord>): Promise<VersionRecord>;
}

const NAMESPACES = ["alpha", "beta", "registry", "strategy"] as const;
const CLIENTS = ["hft-1", "hft-2", "paper", "überwacht"] as const;
const ACTOR = "socket:alice(1000)";

/** Opens the catalog of a store; `lines` lines are played with, the same for the same random numbers. */
export async function playHistory(store: CatalogStore, random: () => number, lines: number): Promise<PlayedHistory> {
  const clock = { micros: 1_767_605_400_000_000n, nowMicros: () => clock.micros, monotonicMs: () => performance.now() };
  const catalog = new Catalog(await store.load());
  const committer = createCommitter(catalog, store, clock, createWake());
  const mender = { read: () => Promise.reject(new Error("no bytes are kept here")), mend: () => Promise.reject(new Error("nor mended")) };
  const audit = createAudit({ catalog, store, clock, mender });
  const live = new Map<string, LogEntry[]>();
  const reports = new Map<string, LoggedReport[]>();
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const names = Array.from({ length: lines }, (_, n) => ({ namespace: NAMESPACES[n % NAMESPACES.length] ?? "alpha", name: `line ${n}` }));

  async function register(
    line: string,
    label: string,
    facts: Partial<VersionRecord> = {},
    registration?: Partial<RegistrationRecord>,
  ): Promise<VersionRecord> {
    const [namespace = "", name = ""] = line.split("/");
    return committer.change((draft) => {
      const version = stage(draft, draft.lineNamed(namespace, name, "gated"), { ...facts, label });
      if (registration !== undefined) draft.registry.addRegistration(registrationOf(version, registration));
      return version;
    });
  }

  async function step(): Promise<void> {
    // Mostly forward, sometimes not at all, sometimes back.
    clock.micros += BigInt(Math.floor((random() - 0.1) * 50));
    const touched = new Map(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(names)).map((one) => [one.name, one]));
    const reported: (() => void)[] = [];
    await committer.change(async (draft) => {
      for (const { namespace, name } of touched.values()) {
        const line = draft.lineNamed(namespace, name, "gated");
        const state = catalog.line(namespace, name);
        const versions = state === undefined ? [] : await store.versionsOf(state.record.id, 1000);
        if (state !== undefined && random() < 0.3 && versions.length > 0) {
          const report = reportOf(draft, state, pick(CLIENTS), pick(versions).label);
          reported.push(() => logInto(reports, lineName(namespace, name), report));
        } else move(draft, line, versions, random);
      }
    });
    for (const log of reported) log();
    for (const { namespace, name } of touched.values()) {
      const state = catalog.line(namespace, name);
      if (state === undefined) continue;
      const entry = { at: state.record.liveSince, label: state.live?.label ?? "" };
      const before = live.get(lineName(namespace, name))?.at(-1);
      if (entry.at !== 0n && before?.at !== entry.at) logInto(live, lineName(namespace, name), entry);
    }
  }

  return { catalog, committer, audit, clock, live, reports, step, register };
}

function logInto<T>(log: Map<string, T[]>, line: string, entry: T): void {
  const entries = log.get(line) ?? [];
  entries.push(entry);
  log.set(line, entries);
}

function reportOf(draft: ChangeDraft, { record }: LineState, clientId: string, label: string): LoggedReport {
  const event = draft.event("client_loaded", {
    source: record.namespace,
    groupKey: record.name,
    version: label,
    reason: clientId,
    actor: ACTOR,
  });
  draft.putLoaded({ clientId, lineId: record.id, version: label, sha256: "", at: event.at, sequence: event.sequence });
  return { at: event.at, label, clientId };
}

/** One move that the line's state allows. */
function move(draft: ChangeDraft, line: LineDraft, versions: readonly VersionRecord[], random: () => number): void {
  const of = (status: Status): VersionRecord | undefined => {
    const found = versions.filter((version) => version.status === status);
    return found[Math.floor(random() * found.length)];
  };
  const [staged, archived] = [of("staged"), of("archived")];
  const because = { reason: `because ${Math.floor(random() * 1000)}`, actor: ACTOR };
  const departure = { action: "rolled_back", to: random() < 0.5 ? "staged" : "failed", reason: "rolled back" } as const;
  const choices: (() => unknown)[] = [
    () => stage(draft, line, {}),
    () => goLive(draft, line, addVersion(draft, line, {}), "captured", because),
  ];
  if (staged !== undefined) {
    choices.push(
      () => goLive(draft, line, staged, "promoted", because),
      () => goLive(draft, line, staged, "activated", because),
    );
    choices.push(() => statusMove(draft, line, staged, "archived", "archived"));
  }
  if (archived !== undefined) {
    choices.push(() => goLive(draft, line, archived, "returned", because));
    if (line.live !== null) choices.push(() => goLive(draft, line, archived, "rolled_back", because, { departure }));
    choices.push(
      () => statusMove(draft, line, archived, "restaged", "staged"),
      () => statusMove(draft, line, archived, "failed", "failed"),
    );
  }
  if (line.live !== null)
    choices.push(
      () => withdraw(draft, line, because),
      () => failLive(draft, line, because, {}),
    );
  choices[Math.floor(random() * choices.length)]?.();
}

function statusMove(draft: ChangeDraft, line: LineDraft, version: VersionRecord, action: MoveAction, to: Status): void {
  draft.move(line, version, action, version.status, to, eventOf(draft, line, version, "version_moved"));
}

function stage(draft: ChangeDraft, line: LineDraft, facts: Partial<VersionRecord>): VersionRecord {
  const version = addVersion(draft, line, facts);
  return draft.move(line, version, "registered", "none", "staged", eventOf(draft, line, version, "version_registered"));
}

function eventOf(
  draft: ChangeDraft,
  { record }: LineDraft,
  { label }: VersionRecord,
  kind: "version_moved" | "version_registered",
): EventRecord {
  return draft.event(kind, { source: record.namespace, groupKey: record.name, version: label, reason: `${kind} "${label}"`, actor: ACTOR });
}

/** The line's next version, without any bytes. */
function addVersion(draft: ChangeDraft, line: LineDraft, facts: Partial<VersionRecord>): VersionRecord {
  const number = line.record.nextNumber;
  const label = facts.label ?? `v${number}`;
  const version: VersionRecord = {
    id: draft.nextVersionId(),
    lineId: line.record.id,
    ...{ label, number, status: "staged", statusSince: 0n, statusReason: "", statusActor: "", createdAt: draft.now() },
    contentDigest: digestOf(`${line.record.id} ${label}`),
    servedSha256: digestOf(`served ${line.record.id} ${label}`),
    ...{ servedBytes: 1, ready: true, consistent: true, symbol: "", returnName: "", featureDim: 0, factorCount: 0 },
    ...{ trainStart: null, trainEnd: null, golden: "absent", warnings: [], files: [], derived: [] },
    ...facts,
  };
  line.record = { ...line.record, nextNumber: number + 1 };
  draft.addVersion(version, EMPTY_DESCRIPTION, []);
  return version;
}

const EMPTY_DESCRIPTION = JSON.stringify({ factors: [], dim_factors: [], curves: [], info_summary: {}, best_iteration: null });

function registrationOf(version: VersionRecord, facts: Partial<RegistrationRecord>): RegistrationRecord {
  return {
    ...{
      versionId: version.id,
      modelId: `id ${version.id}`,
      format: "json",
      createdBy: "",
      modelPath: "",
      checksumSha256: "",
      metadata: "{}",
    },
    ...{
      metadataSha256: "",
      snapshotId: "",
      configHash: "",
      datasetVersions: {},
      metrics: {},
      config: "{}",
      runId: "",
      experimentId: "",
      notes: "",
    },
    ...facts,
  };
}

/** The digest of a text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
