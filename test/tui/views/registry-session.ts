// The registry that the tests of its screens look at, and the ways into it.

import { expect } from "vitest";
import { createFakeDaemon, type FakeDaemon } from "./fake-daemon.ts";
import { emptyRegistry, lineSummary, liveAt, paperOf, registrationOf, verdict } from "./fake-registry.ts";
import { AT, catalog, group, moveOf, source, version } from "./sample-catalog.ts";
import type { UiSession } from "./ui-session.ts";

/** The sizes at which every screen is looked at. */
export const SIZES = [
  [80, 24],
  [200, 60],
] as const;
/** The line that the tests move. */
export const LINE = "registry/risk_model";
/** What the gates say of a good candidate. */
export const PASSING = [
  verdict("ic", 0.034, "> 0.02", true),
  verdict("sharpe", 0.9, "> 0.5", true),
  verdict("paper_trade_hours", 25, ">= 24", true),
];
/** The second gate refuses. */
export const REFUSING = [PASSING[0], verdict("sharpe", 0.41, "> 0.5", false)].flatMap((one) => one ?? []);

/** One gated line with a live, a testing and an archived version; and a source's line that is degraded. */
export function registryDaemon(scopes: readonly string[] = ["model:read", "model:write", "model:admin"]): FakeDaemon {
  const registration = registrationOf();
  const lines = [
    lineSummary("alpha", "ADABTC_ret_60", { policy: "follow", version: "v2", degraded: "the factors file is missing", staged: 0 }),
    lineSummary("registry", "risk_model", { pinned: true, testing: 1 }),
    lineSummary("strategy", "momentum_v1", { version: "", live_since: null }),
  ];
  return createFakeDaemon(
    catalog({
      scopes: [...scopes],
      sources: [source("alpha", 1)],
      groups: new Map([
        ["registry", [group("registry", "risk_model", { version: "v1.0.0", policy: "gated", symbol: "", return_name: "" })]],
        ["alpha", [group("alpha", "ADABTC_ret_60")]],
      ]),
      versions: [
        version(LINE, "v1.1.0", {
          ...{ status: "staged", registration, metrics: { ic: 0.034, sharpe: 0.9, turnover: 0.3 } },
          ...{ paper: paperOf(LINE, "v1.1.0", 25.5), gates: PASSING, actor: "socket:ana(1001)", reason: "weekly candidate" },
        }),
        version(LINE, "v1.0.0", { status: "production", live: true, registration, metrics: { ic: 0.021, sharpe: 0.6 } }),
        version(LINE, "v0.9.0", { registration, metrics: { ic: 0.05 } }),
      ],
      history: [
        moveOf(LINE, "v1.0.0", 12, {
          ...{ action: "promoted", from_status: "staged", gates: REFUSING, gates_skipped: true },
          ...{ actor: "socket:ana(1001)", reason: "the desk needs it" },
        }),
        moveOf(LINE, "v0.9.0", 11, { action: "replaced", from_status: "production", to_status: "archived" }),
        moveOf(LINE, "v1.0.0", 10, { action: "registered", to_status: "staged" }),
      ],
      registry: emptyRegistry({
        lines,
        gates: PASSING,
        clients: [
          {
            ...{ client_id: "strat-1", peer: "", watching: true, connected_at: AT, last_seen_at: AT },
            loaded: [{ line: LINE, version: "v1.0.0", sha256: "", at: AT, current: true }],
          },
        ],
        live: [
          liveAt("registry/risk_model", "v1.0.0", { clients: [{ client_id: "strat-1", version: "v0.9.0", at: AT }] }),
          liveAt("strategy/momentum_v1", "", { since: null, action: null, reason: "", actor: "", sequence: 0 }),
        ],
      }),
    }),
  );
}

/** Opens the lines of every namespace. */
export async function inLines(ui: UiSession): Promise<void> {
  await ui.shows("/srv/models/alpha");
  await ui.type("v");
  await ui.shows("momentum_v1");
}

/** Opens the line at its versions. */
export async function inVersions(ui: UiSession): Promise<void> {
  await inLines(ui);
  await ui.type("j\r");
  await ui.shows("[6 Versions]");
  await ui.shows(/testing .*socket:a/);
}

/** The screen is as high as the terminal, and nothing has pushed its first or last line out. */
export function fits(ui: UiSession, rows: number): void {
  expect(ui.terminal.lines().length).toBe(rows);
  expect(ui.terminal.lines().at(-1)).toMatch(/\? help {2}q quit$|esc|no/);
  expect(ui.terminal.lines()[0]).toContain("model-manager");
}
