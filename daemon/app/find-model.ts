// Which version answers GetModel: the old selection rule, the old refusals, and the fields that came later.

import type { ErrorCode } from "../../shared/contract/errors.ts";
import type { CallInput } from "../../shared/contract/operations.ts";
import { compareCodePoints, stripText, symbolKey } from "../../shared/domain/names.ts";
import type { Catalog, LineState, SourceState } from "./catalog.ts";
import { KEPT_ONLY } from "./keep-rules.ts";
import type { CatalogStore, ServedVersion, VersionRecord } from "./ports.ts";
import { documentOf } from "./version-document.ts";

/** The version to answer with, or why there is none. */
export type FoundModel =
  | { readonly outcome: "refused"; readonly message: string; readonly code: ErrorCode }
  | { readonly outcome: "not_modified"; readonly sha256: string }
  | { readonly outcome: "found"; readonly served: ServedVersion };

/** Finds the answer of GetModel; only a request for a version by label asks the store. */
export async function findModel(
  catalog: Catalog,
  store: Pick<CatalogStore, "versionByLabel" | "versionsWithoutBytes">,
  input: CallInput<"model.get">,
): Promise<FoundModel> {
  const refused = (message: string, code: ErrorCode = "not_found"): FoundModel => ({ outcome: "refused", message, code });
  const source = catalog.source(input.source);
  if (source === undefined) return refused(`model not found: ${input.source}`);
  const symbol = stripText(input.symbol ?? "");
  if (symbol === "") return refused("symbol is empty", "invalid_input");
  const groupKey = stripText(input.group_key ?? "");
  const label = input.version ?? "";
  const line = label !== "" && groupKey !== "" ? catalog.line(source.record.name, groupKey) : selectLine(source, symbol, groupKey);
  if (line === undefined) return refused(notFound(source, symbol, groupKey));
  const version = label === "" ? line.live : await store.versionByLabel(line.record.id, label);
  if (version === undefined) return refused(`${source.record.name}/${line.record.name} has no version ${label}`);
  if (version === null || !version.ready) return refused(notReady(line), "wrong_state");
  if (label !== "" && groupKey !== "" && symbolKey(version.symbol) !== symbolKey(symbol))
    return refused(notFound(source, symbol, groupKey));
  // What is rendered for a client has a digest of its own.
  if ((input.known_sha256 ?? "") !== "" && input.known_sha256 === version.servedSha256 && (input.xgboost_version ?? "") === "")
    return { outcome: "not_modified", sha256: version.servedSha256 };
  if (label !== "" && version.id !== line.live?.id && (await store.versionsWithoutBytes([version.id])).has(version.id))
    return refused(`the bytes of ${source.record.name}/${line.record.name} ${label} are no longer kept: ${KEPT_ONLY}`, "wrong_state");
  const served = toServed(source, line, version);
  return served === undefined ? refused(notReady(line), "wrong_state") : { outcome: "found", served };
}

/** What serving needs to know to answer with this version; undefined when it has no model document. */
export function toServed(source: SourceState, line: Pick<LineState, "record" | "live">, version: VersionRecord): ServedVersion | undefined {
  const document = documentOf(version);
  if (document === undefined) return undefined;
  return {
    versionId: version.id,
    modelName: source.record.name,
    groupKey: line.record.name,
    label: version.label,
    status: version.status,
    activation: line.live?.id === version.id ? line.record.liveSequence : 0,
    sha256: version.servedSha256,
    rootPath: source.record.rootPath,
    documentPath: document.path,
    documentSha256: document.sha256,
    capturedAt: version.createdAt,
    renderedFor: "",
  };
}

/** Among the groups of a symbol: ready ones first, then the newest training end, then the greatest key (contract §2). */
function selectLine(source: SourceState, symbol: string, groupKey: string): LineState | undefined {
  let best: LineState | undefined;
  for (const line of source.bySymbol.get(symbolKey(symbol)) ?? []) {
    if (groupKey !== "" && line.record.name !== groupKey) continue;
    if (best === undefined || compareCandidates(line, best) > 0) best = line;
  }
  return best;
}

function compareCandidates(a: LineState, b: LineState): number {
  const ready = Number(a.live?.ready ?? false) - Number(b.live?.ready ?? false);
  if (ready !== 0) return ready;
  const end = compareCodePoints((a.live ?? a.group)?.trainEnd ?? "", (b.live ?? b.group)?.trainEnd ?? "");
  return end !== 0 ? end : compareCodePoints(a.record.name, b.record.name);
}

function notFound(source: SourceState, symbol: string, groupKey: string): string {
  return groupKey === ""
    ? `symbol not found in ${source.record.name}: ${symbol}`
    : `group not found in ${source.record.name}: symbol ${symbol}, group_key ${groupKey}`;
}

function notReady(line: LineState): string {
  const why = line.record.degraded !== "" ? line.record.degraded : (line.group?.warnings.at(-1) ?? "nothing is live for it");
  return `group is not ready: ${line.record.name}: ${why}`;
}
