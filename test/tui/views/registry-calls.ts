// What the fake daemon answers to the operations of the registry.

import { AppError } from "../../../shared/contract/errors.ts";
import { findGroup, paged, type Calls, type Emit } from "./fake-lookups.ts";
import { AT, type FakeCatalog } from "./sample-catalog.ts";

type RegistryCalls = Pick<
  Calls,
  | "line.list"
  | "line.promote"
  | "line.rollback"
  | "version.archive"
  | "version.restage"
  | "version.fail"
  | "version.compare"
  | "paper.start"
  | "paper.stop"
  | "policy.show"
  | "live.at"
  | "live.diff"
  | "move.outcome"
  | "client.list"
>;

const POLICY = JSON.stringify({
  gates: {
    ic: { enabled: true, metrics: ["ic", "valid_ic"], threshold: 0.02 },
    sharpe: { enabled: true, metrics: ["sharpe"], threshold: 0.5 },
    paper_trade_hours: { enabled: true, metrics: ["paper_trade_hours"], threshold: 24 },
    better_than_incumbent: { enabled: false, metrics: ["ic"], threshold: 0 },
  },
});

type MakeLive = (line: string, label: string, isPinned: boolean) => void;

function moves(known: FakeCatalog, makeLive: MakeLive): Pick<RegistryCalls, "line.promote" | "line.rollback"> {
  const { registry } = known;
  return {
    "line.promote": (input) => {
      const row = findGroup(known, input.line);
      const reply = { line: input.line, version: input.version, previous_version: row.version, pinned: false, sequence: 20, warnings: [] };
      if (input.dry_run === true) return { ...reply, changed: false, gates: registry.gates, override: false, promoted_at: null };
      registry.beforePromote();
      makeLive(input.line, input.version, false);
      registry.done.add(input.request_id ?? "");
      return { ...reply, changed: true, gates: registry.gates, override: input.skip_gates === true, promoted_at: AT };
    },
    "line.rollback": (input) => {
      const row = findGroup(known, input.line);
      const target = input.to ?? known.versions.find((one) => one.status === "archived")?.version;
      if (target === undefined) throw new AppError("wrong_state", `${input.line} has no earlier version to go back to`);
      const reply = { line: input.line, version: target, previous_version: row.version, pinned: true, sequence: 21, warnings: [] };
      if (input.dry_run === true) return { ...reply, changed: false, rolled_back_at: null };
      makeLive(input.line, target, true);
      return { ...reply, changed: true, rolled_back_at: AT };
    },
  };
}

function statusMoves(known: FakeCatalog, emit: Emit): Pick<RegistryCalls, "version.archive" | "version.restage" | "version.fail"> {
  const moved = (to: "archived" | "staged" | "failed") => (input: { line: string; version: string }) => {
    const before = known.versions.find((one) => one.version === input.version)?.status ?? "staged";
    known.versions = known.versions.map((one) => (one.version === input.version ? { ...one, status: to, live: false } : one));
    const row = findGroup(known, input.line);
    emit("version_moved", row.source, row.group_key, input.version);
    return { line: input.line, version: input.version, from_status: before, to_status: to, sequence: 22 };
  };
  return { "version.archive": moved("archived"), "version.restage": moved("staged"), "version.fail": moved("failed") };
}

/** All of them over this catalog. */
export function registryCalls(known: FakeCatalog, emit: Emit, makeLive: MakeLive): RegistryCalls {
  const { registry } = known;
  const sideOf = (line: string, version: string) => ({ line, version, status: "staged" as const });
  return {
    ...moves(known, makeLive),
    ...statusMoves(known, emit),
    "line.list": (input) => {
      const rows = registry.lines.filter(
        (row) => (input.namespace === undefined || row.namespace === input.namespace) && row.line.includes(input.text ?? ""),
      );
      return paged(rows, (row) => row.line, input.after, input.limit ?? 200);
    },
    "version.compare": (input) => ({
      first: sideOf(input.line, input.version),
      second: sideOf(input.line, input.other_version),
      metrics: [
        { name: "ic", first: 0.021, second: 0.034, difference: 0.013 },
        { name: "sharpe", first: 0.9, second: null, difference: null },
      ],
      ...{ factors_added: [], factors_removed: [], paired: [], paired_note: "no dated series" },
    }),
    "paper.start": (input) => paper(input.line, input.version, null),
    "paper.stop": (input) => paper(input.line, input.version, AT),
    "policy.show": (input) => ({ target: input.target, effective: POLICY, own: "", inherited_from: ["built-in"] }),
    "live.at": (input) => {
      if (Number.isNaN(Date.parse(input.at))) throw new AppError("invalid_input", `at: ${JSON.stringify(input.at)} is not a time`);
      const rows = registry.live.filter((row) => input.target === undefined || row.line.startsWith(input.target));
      return { ...paged(rows, (row) => row.line, input.after, input.limit ?? 200), at: normal(input.at) };
    },
    "live.diff": (input) => {
      const items = registry.live.map((row) => ({ line: row.line, before: row.version, after: "v9.0.0", changes: 2 }));
      return { items, total: items.length, next: null, from: normal(input.from), to: normal(input.to) };
    },
    "move.outcome": (input) => ({
      ...{ found: registry.done.has(input.request_id), line: "", version: "", action: "promoted", sequence: 20, at: AT },
    }),
    "client.list": () => ({ items: registry.clients, total: registry.clients.length }),
  };
}

function paper(line: string, version: string, stopped: string | null) {
  const record = { line, version, started_at: AT, started_by: "uid 1000", stopped_at: stopped, stopped_by: "", evidence: "", hours: 25 };
  return record;
}

/** The time in full, as the daemon says it. */
function normal(time: string): string {
  return `${new Date(time).toISOString().slice(0, -1)}000Z`;
}
