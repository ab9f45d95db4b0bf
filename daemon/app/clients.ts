// Strategy processes: who is connected, and which version each said it runs.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { compareCodePoints, lineName } from "../../shared/domain/names.ts";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import type { RequestContext } from "./doors.ts";
import { requireLine } from "./moves.ts";
import type { CatalogStore, LoadedRecord } from "./ports.ts";
import { fetchedSha256 } from "./version-document.ts";

/** Clients that are remembered while they only fetch; the longest unseen is forgotten first. Reports are kept in the store. */
const REMEMBERED_CLIENTS = 1000;

interface Presence {
  readonly clientId: string;
  peer: string;
  watches: number;
  connectedAt: bigint | null;
  lastSeenAt: bigint;
}

/** What `createClients` works with. */
export interface ClientDependencies {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly committer: Committer;
  readonly clock: Clock;
}

/** Presence and reports of clients. */
export interface Clients {
  seen(clientId: string, peer: string, watching: boolean): () => void;
  list(): Promise<Output<"client.list">>;
  report(input: Input<"client.report">, context: RequestContext): Promise<Output<"client.report">>;
  /** Clients with an open watch. */
  readonly watching: number;
}

/** Clients over the catalog; presence is in memory only. */
export function createClients(deps: ClientDependencies): Clients {
  const { catalog, clock } = deps;
  const present = new Map<string, Presence>();

  function touch(clientId: string, peer: string): Presence {
    const known = present.get(clientId) ?? { clientId, peer, watches: 0, connectedAt: null, lastSeenAt: 0n };
    known.peer = peer;
    known.lastSeenAt = clock.nowMicros();
    present.delete(clientId);
    present.set(clientId, known);
    if (present.size > REMEMBERED_CLIENTS) forgetOldest(present, known);
    return known;
  }

  return {
    seen(clientId, peer, watching) {
      const presence = touch(clientId, peer);
      if (!watching) return () => undefined;
      presence.watches++;
      presence.connectedAt ??= presence.lastSeenAt;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        presence.watches--;
        presence.lastSeenAt = clock.nowMicros();
        if (presence.watches === 0) presence.connectedAt = null;
      };
    },

    list() {
      const reports = new Map<string, LoadedRecord[]>();
      for (const report of catalog.loaded.values()) reports.set(report.clientId, [...(reports.get(report.clientId) ?? []), report]);
      const ids = [...new Set([...present.keys(), ...reports.keys()])].sort(compareCodePoints);
      const items = ids.map((clientId) => {
        const presence = present.get(clientId);
        const loaded = (reports.get(clientId) ?? []).map((report) => toLoadedView(catalog, report));
        const lastReport = (reports.get(clientId) ?? []).reduce((newest, report) => (report.at > newest ? report.at : newest), 0n);
        return {
          client_id: clientId,
          peer: presence?.peer ?? "",
          watching: (presence?.watches ?? 0) > 0,
          connected_at: presence?.connectedAt === null || presence === undefined ? null : formatMicros(presence.connectedAt),
          last_seen_at: formatMicros(presence === undefined || lastReport > presence.lastSeenAt ? lastReport : presence.lastSeenAt),
          loaded,
        };
      });
      return Promise.resolve({ items, total: items.length });
    },

    report(input, context) {
      touch(input.client_id === "" ? context.principal.name : input.client_id, context.principal.name);
      return recordReport(deps, input, context);
    },

    get watching() {
      let count = 0;
      for (const presence of present.values()) if (presence.watches > 0) count++;
      return count;
    },
  };
}

async function recordReport(
  { catalog, store, committer }: ClientDependencies,
  input: Input<"client.report">,
  context: RequestContext,
): Promise<Output<"client.report">> {
  const line = requireLine(catalog, lineName(input.source, input.group_key));
  const version = await store.versionByLabel(line.record.id, input.version);
  if (version === undefined)
    throw new AppError("not_found", `line ${input.source}/${input.group_key} has no version ${JSON.stringify(input.version)}`);
  const sha256 = fetchedSha256(version);
  if (input.sha256 !== "" && input.sha256 !== sha256) {
    throw new AppError(
      "conflict",
      `${input.version} of ${input.source}/${input.group_key} has sha256 ${sha256}, not ${input.sha256}; fetch it again`,
    );
  }
  const clientId = input.client_id === "" ? context.principal.name : input.client_id;
  await committer.change((draft) => {
    const event = draft.event("client_loaded", {
      source: input.source,
      groupKey: input.group_key,
      version: version.label,
      reason: clientId,
      actor: context.principal.name,
    });
    draft.putLoaded({
      clientId,
      lineId: line.record.id,
      version: version.label,
      sha256,
      at: event.at,
      sequence: event.sequence,
    });
  });
  return { current: line.live?.id === version.id, live_version: line.live?.label ?? "" };
}

function toLoadedView(catalog: Catalog, report: LoadedRecord) {
  const line = catalog.lines.get(report.lineId);
  return {
    line: line === undefined ? "" : lineName(line.record.namespace, line.record.name),
    version: report.version,
    sha256: report.sha256,
    at: formatMicros(report.at),
    current: line?.live?.label === report.version,
  };
}

/** Those who watch are never forgotten, nor is the one that has just come: it may be about to watch. */
function forgetOldest(present: Map<string, Presence>, newest: Presence): void {
  for (const [id, presence] of present) {
    if (presence.watches > 0 || presence === newest) continue;
    present.delete(id);
    return;
  }
}
