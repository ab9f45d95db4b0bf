// Which version answers GetModel: the old selection rule, the old refusals, and the fields that came later.

import type { ErrorCode } from "../../shared/contract/errors.ts";
import type { CallInput } from "../../shared/contract/operations.ts";
import { compareCodePoints, isRegistryNamespace, lineName, stripText, symbolKey } from "../../shared/domain/names.ts";
import type { Catalog, LineState, SourceState } from "./catalog.ts";
import { KEPT_ONLY } from "./keep-rules.ts";
import { registryLine } from "./namespaces.ts";
import type { CatalogStore, ServedVersion, VersionRecord } from "./ports.ts";
import { documentOf, fetchedSha256 } from "./version-document.ts";

/** The version to answer with, or why there is none. */
export type FoundModel =
  | { readonly outcome: "refused"; readonly message: string; readonly code: ErrorCode }
  | { readonly outcome: "not_modified"; readonly sha256: string }
  | { readonly outcome: "found"; readonly served: ServedVersion };

type Refused = Extract<FoundModel, { outcome: "refused" }>;

function refused(message: string, code: ErrorCode = "not_found"): Refused {
  return { outcome: "refused", message, code };
}

/** Finds the answer of GetModel; only a request by label for a version that is not live asks the store. */
export async function findModel(
  catalog: Catalog,
  store: Pick<CatalogStore, "versionByLabel" | "versionsWithoutBytes">,
  input: CallInput<"model.get">,
): Promise<FoundModel> {
  const line = findLine(catalog, input);
  if ("outcome" in line) return line;
  const name = lineName(line.record.namespace, line.record.name);
  const label = input.version ?? "";
  const version = label === "" || label === line.live?.label ? line.live : await store.versionByLabel(line.record.id, label);
  if (version === undefined) return refused(`${name} has no version ${label}`);
  if (version === null || !version.ready) return refused(notReady(line), "wrong_state");
  const symbol = symbolKey(input.symbol ?? "");
  if (label !== "" && line.source !== null && stripText(input.group_key ?? "") !== "" && symbolKey(version.symbol) !== symbol)
    return refused(groupNotFound(input));
  // What is rendered for a client has a digest of its own.
  const sha256 = fetchedSha256(version);
  if ((input.known_sha256 ?? "") !== "" && input.known_sha256 === sha256 && (input.xgboost_version ?? "") === "")
    return { outcome: "not_modified", sha256 };
  if (version.id !== line.live?.id && (await store.versionsWithoutBytes([version.id])).has(version.id))
    return refused(`the bytes of ${name} ${label} are no longer kept: ${KEPT_ONLY}`, "wrong_state");
  const served = toServed(line, version);
  return served === undefined ? refused(notReady(line), "wrong_state") : { outcome: "found", served };
}

/** What serving needs to know to answer with this version; undefined when it has no model document, or comes from a source that was removed. */
export function toServed(line: Pick<LineState, "record" | "live" | "source">, version: VersionRecord): ServedVersion | undefined {
  const document = documentOf(version);
  if (document === undefined || (line.source === null && !isRegistryNamespace(line.record.namespace))) return undefined;
  return {
    versionId: version.id,
    modelName: line.record.namespace,
    groupKey: line.record.name,
    label: version.label,
    status: version.status,
    activation: line.live?.id === version.id ? line.record.liveSequence : 0,
    sha256: fetchedSha256(version),
    rootPath: line.source?.record.rootPath ?? "",
    documentPath: document.path,
    documentSha256: document.sha256,
    capturedAt: version.createdAt,
    renderedFor: "",
    ...(document.kind === "model_file" ? { form: version.servedSha256 === "" ? "bytes" : "text" } : {}),
  };
}

/** The line that is asked about. */
function findLine(catalog: Catalog, input: CallInput<"model.get">): LineState | Refused {
  const symbol = stripText(input.symbol ?? "");
  const groupKey = stripText(input.group_key ?? "");
  if (isRegistryNamespace(input.source)) return findRegistryLine(catalog, input.source, symbol, groupKey);
  const source = catalog.source(input.source);
  if (source === undefined) return refused(`model not found: ${input.source}`);
  if (symbol === "") return refused("symbol is empty", "invalid_input");
  const byLabel = (input.version ?? "") !== "" && groupKey !== "";
  const line = byLabel ? catalog.line(source.record.name, groupKey) : selectLine(source, symbol, groupKey);
  if (line !== undefined) return line;
  return refused(groupKey === "" ? `symbol not found in ${input.source}: ${symbol}` : groupNotFound(input));
}

/** A line of a reserved namespace goes by its name, given as group_key or as symbol. A line of `tech` is that of a symbol, so both must agree there. */
function findRegistryLine(catalog: Catalog, namespace: string, symbol: string, groupKey: string): LineState | Refused {
  const name = groupKey === "" ? symbol : groupKey;
  if (name === "") return refused(`group_key is empty: it names a line of ${namespace}`, "invalid_input");
  const line = registryLine(catalog, namespace, name);
  if (line === undefined) return refused(`line not found: ${lineName(namespace, name)}`);
  if (namespace === "tech" && symbol !== "" && symbolKey(symbol) !== symbolKey(line.record.name))
    return refused(`group not found in ${namespace}: symbol ${symbol}, group_key ${groupKey}`);
  return line;
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

function groupNotFound({ source, symbol = "", group_key = "" }: CallInput<"model.get">): string {
  return `group not found in ${source}: symbol ${stripText(symbol)}, group_key ${stripText(group_key)}`;
}

function notReady(line: LineState): string {
  const why = line.record.degraded !== "" ? line.record.degraded : (line.group?.warnings.at(-1) ?? "nothing is live for it");
  return `group is not ready: ${line.record.name}: ${why}`;
}
