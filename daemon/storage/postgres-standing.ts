// How we stand with the database: can it be written, and if not, why and for how long.

import type { Log, StoreAvailability } from "../app/ports.ts";
import { StorageFault } from "./storage-fault.ts";

/**
 * open: the session is ours. away: it was lost, and the database is looked for. held: another daemon has the lock. overtaken: somebody else has
 * written since, so what we have in memory is old. closed: we are going.
 */
export type StandingState =
  | { readonly kind: "open" | "overtaken" | "closed" }
  | { readonly kind: "away"; readonly reason: string }
  | { readonly kind: "held"; readonly holder: string };

/** Keeps the state and wakes those who wait for it. */
export interface Standing extends StoreAvailability {
  set(state: StandingState): void;
}

const AWAY =
  "the database is away; what is in memory is served meanwhile, changes wait for its return, and captures then take the newest files";

const FAULTS: { readonly [kind in StandingState["kind"]]: (state: StandingState) => string } = {
  open: () => "",
  away: () => AWAY,
  held: (state) =>
    `read only: ${"holder" in state ? state.holder : "another daemon"} took the database while this daemon had lost it; stop one of the two`,
  overtaken: () =>
    "read only: the catalog in the database is another one than when this daemon lost it (another daemon has written, or it was restored); restart this daemon",
  closed: () => "the catalog is closed",
};

/** A standing that begins as open. `place` is for the log. */
export function createStanding({ place, log }: { readonly place: string; readonly log: Log }): Standing {
  let state: StandingState = { kind: "open" };
  let lostAt = 0;
  const waiting = new Set<() => void>();
  const listeners: (() => void)[] = [];

  const faultOf = (of: StandingState): string => FAULTS[of.kind](of);

  function note(before: StandingState): void {
    if (state.kind === "closed") return;
    if (before.kind === "open") lostAt = performance.now();
    const awayMs = Math.round(performance.now() - lostAt);
    if (state.kind === "open") log.info({ database: place, away_ms: awayMs }, "the database is back");
    else if (state.kind === "away") log.warn({ database: place, reason: state.reason }, "the database is away");
    else log.error({ database: place, fault: faultOf(state) }, "the catalog is read only");
  }

  return {
    get fault() {
      return faultOf(state);
    },
    set(next) {
      const before = state;
      // Going is for good.
      if (before.kind === "closed") return;
      state = next;
      if (faultOf(before) === faultOf(next)) return;
      note(before);
      for (const wake of [...waiting]) wake();
      for (const listener of listeners) listener();
    },
    async writable(waitMs) {
      const giveUpAt = performance.now() + waitMs;
      for (;;) {
        if (state.kind === "open") return;
        if (state.kind === "held" || state.kind === "overtaken") throw new StorageFault("read_only", faultOf(state));
        const leftMs = giveUpAt - performance.now();
        if (state.kind === "closed" || leftMs <= 0) throw new StorageFault("away", faultOf(state));
        await changeWithin(leftMs);
      }
    },
    onChange: (listener) => void listeners.push(listener),
  };

  /** Resolves at the next change of the state, or after the time. */
  function changeWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      waiting.add(done);
    });
  }
}
