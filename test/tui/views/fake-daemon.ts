// A daemon in memory, for tests of the terminal UI.

import { AppError } from "../../../shared/contract/errors.ts";
import type { CatalogEvent } from "../../../shared/contract/events.ts";
import type { CallInput, CallName, Output, StreamName } from "../../../shared/contract/operations.ts";
import type { GroupView } from "../../../shared/contract/views.ts";
import { DaemonGone, type DaemonClient } from "../../../tui/client/daemon-client.ts";
import { AT, catalog, CURVES, source, type FakeCatalog } from "./sample-catalog.ts";

type Calls = { [N in CallName]: (input: CallInput<N>) => Output<N> };

export interface FakeDaemon {
  readonly catalog: FakeCatalog;
  readonly calls: { readonly name: string; readonly input: unknown }[];
  /** Connects as the UI does; rejects while the daemon is down. */
  readonly connect: () => Promise<DaemonClient>;
  /** Appends an event and wakes whoever follows. */
  emit(kind: CatalogEvent["kind"], source: string, groupKey: string, versionLabel?: string): void;
  /** Cuts all connections; until `up`, none can be made. */
  down(reason?: string): void;
  up(): void;
}

function findGroup(known: FakeCatalog, line: string): GroupView {
  const found = [...known.groups.values()].flat().find((row) => row.line === line);
  if (found === undefined) throw new AppError("not_found", `no line ${line}`);
  return found;
}

function replaceGroup(known: FakeCatalog, next: GroupView): void {
  const rows = known.groups.get(next.source) ?? [];
  known.groups.set(
    next.source,
    rows.map((row) => (row.group_key === next.group_key ? next : row)),
  );
}

function paged<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  after: string | undefined,
  limit: number,
): { items: T[]; total: number; next: string | null } {
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) === after) + 1;
  const items = rows.slice(start, start + limit);
  const last = items.at(-1);
  return { items, total: rows.length, next: start + limit < rows.length && last !== undefined ? keyOf(last) : null };
}

function createCalls(known: FakeCatalog, daemon: Pick<FakeDaemon, "emit">): Calls {
  const activate = (line: string, label: string, isPinned: boolean, isDry: boolean): Output<"line.activate"> => {
    const row = findGroup(known, line);
    const answer = {
      line,
      version: label,
      previous_version: row.version,
      pinned: isPinned,
      sequence: 1,
      changed: row.version !== label || row.pinned !== isPinned,
    };
    if (isDry) return answer;
    replaceGroup(known, { ...row, version: label, pinned: isPinned });
    known.versions = known.versions.map((one) => ({
      ...one,
      live: one.version === label,
      status: one.version === label ? "production" : "archived",
    }));
    daemon.emit("version_live", row.source, row.group_key, label);
    return answer;
  };
  const unused = (): never => {
    throw new AppError("internal", "not in this fake");
  };
  return {
    status: () => ({
      daemon_version: "0.1.0",
      pid: 7,
      started_at: AT,
      ready: true,
      sequence: known.events.at(-1)?.sequence ?? 0,
      sources: known.sources.length,
      sources_degraded: 0,
      groups: 0,
      groups_ready: 0,
      groups_degraded: 0,
      lines_live: 0,
      clients: 0,
      grpc: null,
      http: null,
      socket: null,
      watching: true,
    }),
    "source.list": () => ({ items: known.sources, total: known.sources.length }),
    "source.add": (input) => {
      if (!input.path.startsWith("/srv")) throw new AppError("invalid_input", `${input.path} is not a directory; name one that exists`);
      const added = source(input.name ?? input.path.split("/").at(-1) ?? "", 0, { root_path: input.path });
      known.sources = [...known.sources, added];
      daemon.emit("source_added", added.name, "");
      return added;
    },
    "source.remove": (input) => {
      known.sources = known.sources.filter((one) => one.name !== input.name);
      daemon.emit("source_removed", input.name, "");
      return { name: input.name, withdrawn: 4 };
    },
    refresh: () => ({ sources: 1, groups: 4, changed: 0 }),
    "group.list": (input) => {
      const rows = known.groups.get(input.source) ?? [];
      const { group_keys: keys } = input;
      return paged(
        keys === undefined ? rows : rows.filter((row) => keys.includes(row.group_key)),
        (row) => row.group_key,
        input.after,
        input.limit ?? 200,
      );
    },
    "line.show": (input) => {
      const row = findGroup(known, input.line);
      return {
        group: row,
        live: null,
        info_summary: { symbol: row.symbol, train_samples: 5000, config: { max_depth: 6, eta: 0.05 } },
        model_meta: {
          feature_dim: 12,
          objective: "reg:squarederror",
          num_trees: 100,
          num_parallel_tree: 1,
          version: [2, 1, 0],
          booster: "gbtree",
          best_iteration: 30,
        },
        artifacts: [
          {
            kind: "model_json",
            path: `/srv/models/${row.source}/${row.group_key}_model.json`,
            size_bytes: 20480,
            sha256: row.sha256,
            modified_at: AT,
          },
        ],
        version_count: known.versions.length,
      };
    },
    "line.ic": (input) => ({
      line: input.line,
      version: findGroup(known, input.line).version,
      total: 3,
      items: [
        ["mom_48", -0.0856],
        ["volume_ratio_48", 0.1009],
        ["tod_cos", null],
      ].map(([name, tau]) => ({
        symbol: "ADABTC",
        factor_name: String(name),
        return_name: "ret_60",
        kendall_tau: typeof tau === "number" ? tau : null,
      })),
    }),
    "line.curve": (input) => ({ line: input.line, version: "v2", total: 2, ...CURVES }),
    "line.factors": (input) => ({
      line: input.line,
      version: "v2",
      total: 2,
      factors: ["mom_48", "rsi_56"],
      items: [
        { dim: 0, factor_name: "mom_48", kendall_tau: -0.0856 },
        { dim: 1, factor_name: "rsi_56", kendall_tau: null },
      ],
    }),
    "line.versions": (input) => ({
      items: known.versions.map((one) => ({ ...one, line: input.line })),
      total: known.versions.length,
      next: null,
    }),
    "line.history": () => ({ items: known.history, total: known.history.length, next: null }),
    "line.activate": (input) => activate(input.line, input.version, true, input.dry_run === true),
    "line.resume": (input) => activate(input.line, "v2", false, false),
    "live.list": unused,
    "client.list": unused,
    "client.report": unused,
  };
}

/** Makes a daemon over a catalog. */
export function createFakeDaemon(known: FakeCatalog = catalog()): FakeDaemon {
  const calls: { name: string; input: unknown }[] = [];
  const wakers = new Set<() => void>();
  const cutters = new Set<() => void>();
  let downReason: string | undefined;
  const wake = (): void => {
    for (const one of wakers) one();
    wakers.clear();
  };
  const emit: FakeDaemon["emit"] = (kind, name, groupKey, label = "") => {
    const sequence = (known.events.at(-1)?.sequence ?? 0) + 1;
    known.events.push({
      sequence,
      at: AT,
      kind,
      source: name,
      group_key: groupKey,
      version: label,
      previous_version: "",
      reason: "",
      actor: "daemon",
    });
    wake();
  };
  const table = createCalls(known, { emit });

  const connect = async (): Promise<DaemonClient> => {
    if (downReason !== undefined) throw new DaemonGone(downReason);
    const closed = Promise.withResolvers<void>();
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      cutters.delete(close);
      closed.resolve();
      wake();
    };
    cutters.add(close);
    async function* events(after: number): AsyncGenerator<CatalogEvent> {
      let seen = after;
      while (isOpen) {
        const next = known.events.find((event) => event.sequence > seen);
        if (next === undefined) await new Promise<void>((resolve) => wakers.add(resolve));
        else yield ((seen = next.sequence), next);
      }
      throw new DaemonGone("the daemon closed the connection");
    }
    return {
      welcome: { daemon: "0.1.0", pid: 7, principal: "uid 1000", scopes: known.scopes, socketPath: "/run/test/daemon.sock" },
      call: async <N extends CallName>(name: N, input: CallInput<N>) => {
        calls.push({ name, input });
        if (!isOpen) throw new DaemonGone("the daemon closed the connection");
        await new Promise((resolve) => setImmediate(resolve));
        return table[name](input);
      },
      stream: <N extends StreamName>(name: N, input: CallInput<N>): AsyncIterable<Output<N>> => {
        calls.push({ name, input });
        return streamOf(name, events("after" in input && typeof input.after === "number" ? input.after : 0));
      },
      closed: closed.promise,
      close,
    };
  };
  return {
    catalog: known,
    calls,
    connect,
    emit,
    down: (reason = "no daemon answers; start one with model-managerd") => {
      downReason = reason;
      for (const cut of cutters) cut();
    },
    up: () => (downReason = undefined),
  };
}

/** Only events are streamed here; they are items of this stream when its name says so. */
async function* streamOf<N extends StreamName>(name: N, events: AsyncIterable<CatalogEvent>): AsyncGenerator<Output<N>> {
  if (name !== "event.stream") return;
  for await (const event of events) yield event as Output<N>;
}
