// A catalog of ten thousand groups behind the fake daemon's socket: what budgets of the terminal UI are measured with.

import type { GroupView } from "../../shared/contract/views.ts";
import type { FakeAnswers } from "./fake-daemon.ts";
import { lineSummaryOf } from "./registry-answers.ts";
import { curveOf, groupOf, lineOf, modelViewOf, sourceOf, statusOf, versionOf } from "./sample-answers.ts";

/** Groups of the source `alpha`. */
export const LARGE_COUNT = 10_000;

/** The key of the group at a place. */
export function largeKey(at: number): string {
  return `SYM${String(at).padStart(5, "0")}_ret_60`;
}

/** The same groups as lines, page by page. */
function linePages(groups: readonly GroupView[]): NonNullable<FakeAnswers["line.list"]> {
  const rows = groups.map(({ line, group_key: name, degraded }) =>
    lineSummaryOf(line, { name, policy: "follow", version: "v2", degraded, staged: 0, newest: "v2" }),
  );
  return ({ after, limit }) => {
    const start = after === undefined ? 0 : rows.findIndex((row) => row.line === after) + 1;
    const items = rows.slice(start, start + limit);
    return { items, total: rows.length, next: start + limit < rows.length ? (items.at(-1)?.line ?? null) : null };
  };
}

/** Answers of a daemon that holds them (or fewer); every seventh group is degraded. */
export function largeCatalog(count = LARGE_COUNT): FakeAnswers {
  const groups = Array.from({ length: count }, (_group, at) =>
    groupOf("alpha", largeKey(at), {
      symbol: largeKey(at).slice(0, 8),
      return_name: "ret_60",
      feature_dim: 30,
      factor_count: 30,
      ...(at % 7 === 3 ? { degraded: "the factors file is missing" } : {}),
    }),
  );
  const places = new Map(groups.map((group, at) => [group.group_key, at]));
  const keyOf = (line: string): string => line.slice("alpha/".length);
  const factors = Array.from({ length: 30 }, (_factor, dim) => ({
    dim,
    factor_name: `factor_${dim}`,
    kendall_tau: Math.sin(dim) * 0.04,
  }));
  const importance = factors.map(({ dim: feature, factor_name: name }) => {
    const size = 1000 / (feature + 1);
    return { feature, name, weight: 30 - feature, gain: size, cover: 100, total_gain: size * (30 - feature), total_cover: 3000 };
  });
  return {
    status: () => statusOf({ groups: count, groups_ready: count, lines_live: count }),
    "source.list": () => ({
      items: [sourceOf("alpha", { root_path: "/srv/models/alpha", group_count: count, symbol_count: count, ready_count: count })],
      total: 1,
    }),
    "group.list": ({ after, limit, group_keys: keys }) => {
      const wanted = keys === undefined ? groups : keys.flatMap((key) => groups[places.get(key) ?? -1] ?? []);
      const start = after === undefined ? 0 : (places.get(after) ?? -1) + 1;
      const items = wanted.slice(start, start + limit);
      return { items, total: wanted.length, next: start + limit < wanted.length ? (items.at(-1)?.group_key ?? null) : null };
    },
    "line.list": linePages(groups),
    "line.show": ({ line }) => lineOf("alpha", keyOf(line), { group: groups[places.get(keyOf(line)) ?? 0] ?? groupOf("alpha", "x") }),
    "line.ic": ({ line }) => ({
      line,
      version: "v2",
      total: factors.length,
      items: factors.map(({ factor_name, kendall_tau }) => ({ symbol: "BTC", return_name: "ret_60", factor_name, kendall_tau })),
    }),
    "line.curve": () => curveOf(200),
    "line.model": ({ line }) => modelViewOf(line, { num_feature: 30, importance, importance_total: 30 }),
    "line.factors": ({ line }) => ({
      line,
      version: "v2",
      factors: factors.map(({ factor_name }) => factor_name),
      items: factors,
      total: factors.length,
    }),
    "line.versions": ({ line }) => ({ items: [versionOf(line, "v2")], total: 1, next: null }),
    "line.history": () => ({ items: [], total: 0, next: null }),
    async *"event.stream"(_input, signal) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      yield* [];
    },
  };
}
