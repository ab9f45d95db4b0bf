// Whether every part of the daemon is alive, asked again and again; systemd hears of it only while it is true.

import type { Clock } from "../../shared/lib/clock.ts";
import type { Log } from "../app/ports.ts";
import type { ServiceNotifier } from "./notify-systemd.ts";

/** A part that must give signs of life. */
export interface LifeCheck {
  readonly name: string;
  /** Resolves when the part has answered; rejects when it says, or is known, to be dead. */
  ask(): Promise<unknown>;
}

/** What `openLifeSigns` works with. */
export interface LifeSignOptions {
  readonly checks: readonly LifeCheck[];
  readonly notifier: ServiceNotifier;
  readonly clock: Clock;
  readonly log: Log;
  /** One line on what the daemon does now, for `systemctl status`. */
  readonly describe: () => Promise<string>;
}

/** Looks until disposed. */
export interface LifeSigns extends Disposable {
  /** Which parts are silent; empty when all are alive. */
  readonly fault: string;
  /** The daemon serves now: from here on the watchdog is fed, before it the time to start is extended. */
  ready(): Promise<void>;
}

/** How long a part may be silent when systemd does not watch. With a watchdog it is half its time. */
const PATIENCE_MS = 30_000;
/** So many looks in that time, and twice as many in the watchdog's: one late look does no harm. */
const LOOKS = 3;

interface Sign {
  readonly check: LifeCheck;
  answeredAt: number;
  isAsked: boolean;
  reason: string;
}

/**
 * Asks each part a third as often as it may be silent, never a second time before it has answered. A part whose last answer is older than
 * that is stuck: no ping goes out, the fault is logged once, and `fault` names it until it answers again. That the event loop turns needs no
 * question: a loop that stands still asks nothing and pings nothing.
 */
export function openLifeSigns({ checks, notifier, clock, log, describe }: LifeSignOptions): LifeSigns {
  const patienceMs = notifier.watchdogMs ?? PATIENCE_MS;
  const signs: Sign[] = checks.map((check) => ({ check, answeredAt: clock.monotonicMs(), isAsked: false, reason: "" }));
  const life = { isReady: false, isClosed: false, fault: "", told: "" };

  async function tell(): Promise<void> {
    if (!notifier.listens) return;
    const text = life.fault === "" ? await describe() : `no sign of life: ${life.fault}`;
    if (life.isClosed || text === life.told) return;
    life.told = text;
    notifier.status(text);
  }

  async function look(): Promise<void> {
    // Whoever is alive and not busy answers within this; the others are heard at the next look.
    await Promise.race([
      Promise.all(signs.map((sign) => ask(sign, clock))),
      new Promise((resolve) => setTimeout(resolve, patienceMs / LOOKS / 2).unref()),
    ]);
    if (life.isClosed) return;
    const fault = silent(signs, clock.monotonicMs(), patienceMs);
    if (fault !== "" && life.fault === "") log.error({ fault }, "a part of the daemon gives no sign of life");
    if (fault === "" && life.fault !== "") log.info({ was: life.fault }, "every part of the daemon gives signs of life again");
    life.fault = fault;
    if (fault === "" && life.isReady) notifier.watchdog();
    if (fault === "" && !life.isReady) notifier.extendTimeout(2 * patienceMs);
    await tell();
  }

  const lookAgain = (): void => {
    look()
      .catch((error: unknown) => log.error({ err: error }, "looking for signs of life failed"))
      .finally(() => {
        if (!life.isClosed) timer = setTimeout(lookAgain, patienceMs / LOOKS).unref();
      });
  };
  let timer = setTimeout(lookAgain, patienceMs / LOOKS).unref();
  return {
    get fault() {
      return life.fault;
    },
    async ready() {
      life.isReady = true;
      if (!notifier.listens) return;
      life.told = await describe();
      notifier.ready(life.told);
    },
    [Symbol.dispose]() {
      life.isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Asks unless the last question is still open. */
async function ask(sign: Sign, clock: Clock): Promise<void> {
  if (sign.isAsked) return;
  sign.isAsked = true;
  try {
    await sign.check.ask();
    sign.answeredAt = clock.monotonicMs();
    sign.reason = "";
  } catch (error) {
    sign.reason = `: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    sign.isAsked = false;
  }
}

/** The parts that have been silent for longer than allowed, in words; empty when there are none. */
function silent(signs: readonly Sign[], now: number, patienceMs: number): string {
  return signs
    .filter(({ answeredAt }) => now - answeredAt > patienceMs)
    .map(({ check, answeredAt, reason }) => `${check.name} silent for ${Math.round((now - answeredAt) / 1000)} s${reason}`)
    .join("; ");
}
