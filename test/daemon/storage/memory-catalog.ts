// The catalog's rules in plain maps: what the store must do with any change, and what it must answer afterwards.

import type {
  CatalogChange,
  EventRecord,
  GroupRecord,
  LineRecord,
  LoadedCatalog,
  LoadedRecord,
  MoveRecord,
  ObjectRecord,
  SourceRecord,
  VersionRecord,
} from "../../../daemon/app/ports.ts";

/** All that the store keeps. */
export interface MemoryCatalog {
  readonly sources: Map<number, SourceRecord>;
  readonly lines: Map<number, LineRecord>;
  readonly groups: Map<string, GroupRecord>;
  readonly objects: Map<string, ObjectRecord>;
  readonly versions: Map<number, VersionRecord>;
  readonly descriptions: Map<number, string>;
  readonly moves: Map<number, MoveRecord>;
  readonly events: Map<number, EventRecord>;
  readonly loaded: Map<string, LoadedRecord>;
}

/** An empty one. */
export function emptyCatalog(): MemoryCatalog {
  return {
    sources: new Map(),
    lines: new Map(),
    groups: new Map(),
    objects: new Map(),
    versions: new Map(),
    descriptions: new Map(),
    moves: new Map(),
    events: new Map(),
    loaded: new Map(),
  };
}

/** The catalog after the change, or undefined when the change breaks a rule; the given one stays as it is. */
export function changed(catalog: MemoryCatalog, change: CatalogChange): MemoryCatalog | undefined {
  const next = copyOf(catalog);
  const steps = [putSources, putLines, putGroups, moveStatuses, addVersions, addEvents, addMoves, putLoaded];
  for (const digest of change.goneObjects ?? []) next.objects.delete(digest);
  for (const object of change.objects ?? []) next.objects.set(object.sha256, object);
  return steps.every((step) => step(next, change)) && [...next.lines.values()].every((line) => namesOwnVersions(next, line))
    ? next
    : undefined;
}

function copyOf(catalog: MemoryCatalog): MemoryCatalog {
  return {
    sources: new Map(catalog.sources),
    lines: new Map(catalog.lines),
    groups: new Map(catalog.groups),
    objects: new Map(catalog.objects),
    versions: new Map(catalog.versions),
    descriptions: new Map(catalog.descriptions),
    moves: new Map(catalog.moves),
    events: new Map(catalog.events),
    loaded: new Map(catalog.loaded),
  };
}

/** The last record of each id. */
function lastOf<T extends { readonly id: number }>(records: readonly T[] = []): readonly T[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

function putSources(next: MemoryCatalog, change: CatalogChange): boolean {
  return lastOf(change.sources).every((source) => {
    const isTaken = [...next.sources.values()].some((other) => other.id !== source.id && other.name === source.name);
    next.sources.set(source.id, source);
    return !isTaken;
  });
}

function putLines(next: MemoryCatalog, change: CatalogChange): boolean {
  return lastOf(change.lines).every((line) => {
    const others = [...next.lines.values()].filter((other) => other.id !== line.id);
    next.lines.set(line.id, line);
    return !others.some((other) => other.namespace === line.namespace && other.name === line.name);
  });
}

function putGroups(next: MemoryCatalog, change: CatalogChange): boolean {
  for (const gone of change.goneGroups ?? []) next.groups.delete(`${gone.sourceId}/${gone.groupKey}`);
  const last = new Map((change.groups ?? []).map((group) => [`${group.sourceId}/${group.groupKey}`, group]));
  for (const [key, group] of last) next.groups.set(key, group);
  return [...last.values()].every((group) => next.sources.has(group.sourceId) && next.lines.has(group.lineId));
}

function moveStatuses(next: MemoryCatalog, change: CatalogChange): boolean {
  return (
    (change.statuses ?? []).every(({ versionId, status, since, reason, actor }) => {
      const version = next.versions.get(versionId);
      if (version === undefined) return false;
      next.versions.set(versionId, { ...version, status, statusSince: since, statusReason: reason, statusActor: actor });
      return true;
    }) && hasOneProductionEach(next)
  );
}

function addVersions(next: MemoryCatalog, change: CatalogChange): boolean {
  return (change.versions ?? []).every(({ version, description }) => {
    const others = [...next.versions.values()].filter((other) => other.lineId === version.lineId);
    if (next.versions.has(version.id) || !next.lines.has(version.lineId)) return false;
    next.versions.set(version.id, version);
    next.descriptions.set(version.id, description);
    return !others.some((other) => other.label === version.label || other.number === version.number) && hasOneProductionEach(next);
  });
}

function hasOneProductionEach(next: MemoryCatalog): boolean {
  const lines = [...next.versions.values()].filter((version) => version.status === "production").map((version) => version.lineId);
  return new Set(lines).size === lines.length;
}

function addEvents(next: MemoryCatalog, change: CatalogChange): boolean {
  return (change.events ?? []).every((event) => {
    const isNew = !next.events.has(event.sequence);
    next.events.set(event.sequence, event);
    return isNew;
  });
}

function addMoves(next: MemoryCatalog, change: CatalogChange): boolean {
  return (change.moves ?? []).every((move) => {
    const isNew = !next.moves.has(move.sequence) && ![...next.moves.values()].some((other) => other.requestId === move.requestId);
    next.moves.set(move.sequence, move);
    return isNew && next.events.has(move.sequence) && next.versions.get(move.versionId)?.lineId === move.lineId;
  });
}

function putLoaded(next: MemoryCatalog, change: CatalogChange): boolean {
  for (const report of change.loaded ?? []) next.loaded.set(`${report.lineId}/${report.clientId}`, report);
  return (change.loaded ?? []).every((report) => next.lines.has(report.lineId));
}

function namesOwnVersions(next: MemoryCatalog, line: LineRecord): boolean {
  return [line.liveVersionId, line.lastLiveVersionId].every((id) => id === null || next.versions.get(id)?.lineId === line.id);
}

/** What the store must load. */
export function loadedFrom(catalog: MemoryCatalog): LoadedCatalog {
  const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;
  const lines = [...catalog.lines.values()].sort(byId);
  const named = new Set(lines.flatMap((line) => [line.liveVersionId, line.lastLiveVersionId]));
  const newest = Math.max(0, ...catalog.events.keys());
  return {
    sources: [...catalog.sources.values()].sort(byId),
    lines,
    groups: [...catalog.groups.values()].sort((a, b) => a.sourceId - b.sourceId || (a.groupKey < b.groupKey ? -1 : 1)),
    versions: [...catalog.versions.values()].filter((version) => named.has(version.id)).sort(byId),
    loaded: [...catalog.loaded.values()].sort((a, b) => a.lineId - b.lineId || (a.clientId < b.clientId ? -1 : 1)),
    policies: [],
    datasets: [],
    papers: [],
    statusCounts: statusCounts([...catalog.versions.values()]),
    lastPaperId: 0,
    lastSequence: newest,
    lastEventAt: catalog.events.get(newest)?.at ?? 0n,
    lastSourceId: Math.max(0, ...catalog.sources.keys()),
    lastLineId: Math.max(0, ...catalog.lines.keys()),
    lastVersionId: Math.max(0, ...catalog.versions.keys()),
  };
}

function statusCounts(versions: readonly VersionRecord[]): LoadedCatalog["statusCounts"] {
  const counts = new Map<string, { lineId: number; status: VersionRecord["status"]; count: number }>();
  for (const { lineId, status } of versions) {
    const count = counts.get(`${lineId}/${status}`) ?? { lineId, status, count: 0 };
    counts.set(`${lineId}/${status}`, { ...count, count: count.count + 1 });
  }
  return [...counts.values()].sort((a, b) => a.lineId - b.lineId || (a.status < b.status ? -1 : 1));
}
