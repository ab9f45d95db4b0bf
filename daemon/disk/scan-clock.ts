// Decides when a source is listed again: by the period, soon after something odd, never so often that it eats the machine.

/** Shortest period of listing in ms, for a setting of 0. */
const SHORTEST_PERIOD_MS = 100;
/** At most one part in so many of the time is spent on listing. */
const IDLE_SHARE = 8;
/** A listing asked for "soon" waits this long in ms, so that one answers a whole burst. */
const SOON_MS = 20;

/** The timer of one source's listings. */
export class ScanClock {
  readonly #periodMs: number | undefined;
  readonly #scan: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;
  #notBefore = 0;
  #soonAsked = false;
  #closed = false;

  /** `periodMs` undefined: nothing happens by time, only `soon` works. */
  constructor(periodMs: number | undefined, scan: () => void) {
    this.#periodMs = periodMs;
    this.#scan = scan;
  }

  /** A listing begins; what was asked for until now is answered by it. */
  begins(): void {
    this.#soonAsked = false;
  }

  /** A listing ended that took `tookMs`; the next one follows by the period. */
  ended(tookMs: number): void {
    const now = performance.now();
    this.#notBefore = now + tookMs * IDLE_SHARE;
    this.#at = Infinity;
    clearTimeout(this.#timer);
    if (this.#soonAsked) this.soon();
    else if (this.#periodMs !== undefined) this.#arm(Math.max(now + Math.max(this.#periodMs, SHORTEST_PERIOD_MS), this.#notBefore));
  }

  /** Events may have been lost or did not say enough: list soon. */
  soon(): void {
    this.#soonAsked = true;
    this.#arm(Math.max(performance.now() + SOON_MS, this.#notBefore));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #arm(at: number): void {
    if (this.#closed || at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#at = Infinity;
        this.#scan();
      },
      Math.min(Math.max(0, at - performance.now()), 0x7fff_ffff),
    );
  }
}
