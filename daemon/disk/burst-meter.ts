// Notices bursts of file events, after which some may be missing: the kernel drops what its queue cannot hold, and nobody is told.

/** A queue holds 16,384 events unless the system is set otherwise; a quarter of that in one period is a burst. */
const BURST_EVENTS = 4_000;

/** Counts the events of a thread: its sources share one queue, so many small bursts at once overflow it like a large one. */
export class BurstMeter {
  readonly #onBurst: () => void;
  #events = 0;

  constructor(onBurst: () => void) {
    this.#onBurst = onBurst;
  }

  /** One more event. */
  note(): void {
    if (++this.#events === BURST_EVENTS) this.#onBurst();
  }

  /** A period of about a quarter of a second begins. A full queue is read without a break, so at least half of it falls into one period. */
  nextPeriod(): void {
    this.#events = 0;
  }
}
