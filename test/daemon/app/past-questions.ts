// Random questions about the past of a played history, each answered by the daemon and by the log that the test kept.

import { formatMicros } from "../../../shared/lib/clock.ts";
import type { Output } from "../../../shared/contract/operations.ts";
import { AUDIT_CONTEXT as context, digestOf, type LogEntry, type PlayedHistory } from "./played-history.ts";

type LiveAt = Output<"live.at">["items"][number];

/** What the log says was live on a line: the parts of the answer that it knows. */
function expectedOn(history: PlayedHistory, line: string, at: bigint) {
  const log = history.live.get(line) ?? [];
  const index = log.findLastIndex((entry) => entry.at <= at);
  const entry = log[index];
  const next = log[index + 1];
  const newest = new Map<string, LogEntry>();
  for (const report of history.reports.get(line) ?? []) if (report.at <= at) newest.set(report.clientId, report);
  const [namespace = "", name = ""] = line.split("/");
  const id = history.catalog.line(namespace, name)?.record.id ?? 0;
  return {
    line,
    version: entry?.label ?? "",
    sha256: entry === undefined || entry.label === "" ? "" : digestOf(`served ${id} ${entry.label}`),
    since: entry === undefined ? null : formatMicros(entry.at),
    until: entry === undefined || next === undefined ? null : formatMicros(next.at),
    clients: [...newest].map(([client, report]) => `${client} ${report.label} ${formatMicros(report.at)}`).sort(),
  };
}

function shown({ line, version, sha256, since, until, clients }: LiveAt) {
  return { line, version, sha256, since, until, clients: clients.map((one) => `${one.client_id} ${one.version} ${one.at}`).sort() };
}

/** All answers of a list, page by page. */
async function allPages(history: PlayedHistory, at: bigint, target: string | undefined, limit: number): Promise<readonly LiveAt[]> {
  const items: LiveAt[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await history.audit["live.at"]({ target, at: formatMicros(at), after, limit }, context);
    items.push(...page.items);
    if (page.next === null) {
      if (items.length !== page.total) throw new Error(`${items.length} items of ${page.total}`);
      return items;
    }
    after = page.next;
  }
}

/** A time to ask about: an instant of a move or a report, one microsecond beside it, or any other from before the first to after the last. */
export function anyTime(history: PlayedHistory, random: () => number): bigint {
  const logs = [...history.live.values(), ...history.reports.values()].flat();
  const entry = logs[Math.floor(random() * logs.length)];
  const at = entry?.at ?? 0n;
  const kind = Math.floor(random() * 5);
  if (kind < 3) return at + BigInt(kind - 1);
  const first = logs.reduce((least, one) => (one.at < least ? one.at : least), at);
  const last = logs.reduce((most, one) => (one.at > most ? one.at : most), at);
  const span = Number(last - first);
  return first - 10n + BigInt(Math.floor(random() * (span + 20)));
}

/** One question; returns what the daemon and the log say, to be compared. */
export async function askAndTell(
  history: PlayedHistory,
  random: () => number,
): Promise<{ readonly said: unknown; readonly true: unknown }> {
  const at = anyTime(history, random);
  const lines = [...history.catalog.lines.values()].map(({ record }) => `${record.namespace}/${record.name}`);
  const line = lines[Math.floor(random() * lines.length)] ?? "";
  if (random() < 0.8) {
    const [item] = await allPages(history, at, line, 1);
    return { said: item === undefined ? undefined : shown(item), true: expectedOn(history, line, at) };
  }
  const target = random() < 0.5 ? undefined : line.slice(0, line.indexOf("/"));
  const said = (await allPages(history, at, target, 1 + Math.floor(random() * 40))).map(shown);
  const wanted = lines.filter((name) => target === undefined || name.startsWith(`${target}/`));
  const answers = wanted.map((name) => expectedOn(history, name, at)).filter(({ version }) => version !== "");
  return { said, true: answers.sort((a, b) => (a.line < b.line ? -1 : 1)) };
}

/** Two times: which lines differ, with how many changes lie between. */
export async function diffAndTell(
  history: PlayedHistory,
  random: () => number,
): Promise<{ readonly said: unknown; readonly true: unknown }> {
  const [from = 0n, to = 0n] = [anyTime(history, random), anyTime(history, random)].sort((a, b) => (a < b ? -1 : 1));
  const page = await history.audit["live.diff"]({ from: formatMicros(from), to: formatMicros(to), limit: 1000 }, context);
  const lines = [...history.catalog.lines.values()].map(({ record }) => `${record.namespace}/${record.name}`).sort();
  const answers = lines.flatMap((line) => {
    const log = history.live.get(line) ?? [];
    const [before, after] = [from, to].map((at) => log.findLast((entry) => entry.at <= at)?.label ?? "");
    return before === after ? [] : [{ line, before, after, changes: log.filter((entry) => entry.at > from && entry.at <= to).length }];
  });
  return { said: page.items, true: answers };
}
