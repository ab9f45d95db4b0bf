// What the fake daemon answers to each operation.

import { AppError } from "../../../shared/contract/errors.ts";
import type { Output } from "../../../shared/contract/operations.ts";
import type { GroupView } from "../../../shared/contract/views.ts";
import { findGroup, paged, type Calls, type Emit } from "./fake-lookups.ts";
import { registryCalls } from "./registry-calls.ts";
import { AT, CURVES, source, type FakeCatalog } from "./sample-catalog.ts";

function replaceGroup(known: FakeCatalog, next: GroupView): void {
  const rows = known.groups.get(next.source) ?? [];
  known.groups.set(
    next.source,
    rows.map((row) => (row.group_key === next.group_key ? next : row)),
  );
}

function unused(): never {
  throw new AppError("internal", "not in this fake");
}

function statusOf(known: FakeCatalog): Output<"status"> {
  return {
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
    capture_stopped: "",
  };
}

type SourceCalls = Pick<Calls, "source.list" | "source.add" | "source.remove" | "refresh" | "group.list">;

function sourceCalls(known: FakeCatalog, emit: Emit): SourceCalls {
  return {
    "source.list": () => ({ items: known.sources, total: known.sources.length }),
    "source.add": (input) => {
      if (!input.path.startsWith("/srv")) throw new AppError("invalid_input", `${input.path} is not a directory; name one that exists`);
      const added = source(input.name ?? input.path.split("/").at(-1) ?? "", 0, { root_path: input.path });
      known.sources = [...known.sources, added];
      emit("source_added", added.name, "");
      return added;
    },
    "source.remove": (input) => {
      known.sources = known.sources.filter((one) => one.name !== input.name);
      emit("source_removed", input.name, "");
      return { name: input.name, withdrawn: 4 };
    },
    refresh: () => ({ sources: 1, groups: 4, changed: 0 }),
    "group.list": (input) => {
      const rows = known.groups.get(input.source) ?? [];
      const wanted = input.group_keys === undefined ? undefined : new Set(input.group_keys);
      const some = wanted === undefined ? rows : rows.filter((row) => wanted.has(row.group_key));
      return paged(some, (row) => row.group_key, input.after, input.limit ?? 200);
    },
  };
}

function showLine(known: FakeCatalog, line: string, label: string | undefined): Output<"line.show"> {
  const row = findGroup(known, line);
  const path = `/srv/models/${row.source}/${row.group_key}_model.json`;
  return {
    group: row,
    live: known.versions.find((one) => one.version === (label ?? row.version)) ?? null,
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
    artifacts: [{ kind: "model_json", path, size_bytes: 20480, sha256: row.sha256, modified_at: AT }],
    version_count: known.versions.length,
  };
}

const TAUS: readonly (readonly [string, number | null])[] = [
  ["mom_48", -0.0856],
  ["volume_ratio_48", 0.1009],
  ["tod_cos", null],
];

type LineCalls = Pick<Calls, "line.show" | "line.ic" | "line.curve" | "line.model" | "line.factors" | "line.versions" | "line.history">;

function lineCalls(known: FakeCatalog): LineCalls {
  return {
    "line.show": (input) => showLine(known, input.line, input.version),
    "line.ic": (input) => ({
      line: input.line,
      version: findGroup(known, input.line).version,
      total: TAUS.length,
      items: TAUS.map(([name, tau]) => ({ symbol: "ADABTC", factor_name: name, return_name: "ret_60", kendall_tau: tau })),
    }),
    "line.curve": (input) => ({ line: input.line, version: "v2", total: 2, ...CURVES }),
    "line.model": (input) => known.model(input.line),
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
    "line.history": (input) => paged(known.history, (move) => String(move.sequence), input.after, input.limit ?? 200),
  };
}

/** Makes a version live, pinned or not. */
function makeLive(known: FakeCatalog, emit: Emit, line: string, label: string, isPinned: boolean): void {
  const row = findGroup(known, line);
  replaceGroup(known, { ...row, version: label, pinned: isPinned });
  known.versions = known.versions.map((one) => ({
    ...one,
    live: one.version === label,
    status: one.version === label ? "production" : "archived",
  }));
  emit("version_live", row.source, row.group_key, label);
}

/** All operations over this catalog. */
export function createCalls(known: FakeCatalog, emit: Emit): Calls {
  const move = (line: string, label: string, isPinned: boolean, isDry: boolean): Output<"line.activate"> => {
    const row = findGroup(known, line);
    const changed = row.version !== label || row.pinned !== isPinned;
    if (!isDry) makeLive(known, emit, line, label, isPinned);
    return { line, version: label, previous_version: row.version, pinned: isPinned, sequence: 1, changed };
  };
  return {
    status: () => statusOf(known),
    ...sourceCalls(known, emit),
    ...lineCalls(known),
    "line.activate": (input) => move(input.line, input.version, true, input.dry_run === true),
    "line.resume": (input) => move(input.line, "v2", false, false),
    ...registryCalls(known, emit, (line, label, isPinned) => makeLive(known, emit, line, label, isPinned)),
    "live.list": unused,
    "client.report": unused,
    "model.predict": unused,
    "artifact.inspect": unused,
    "registry.register": unused,
    "version.validate": unused,
    "version.list": unused,
    "version.rank": unused,
    "policy.set": unused,
    "dataset.set": unused,
    "dataset.list": unused,
    "compat.check": unused,
    "history.verify": unused,
    doctor: unused,
  };
}
