// Wakes up when the next group is due, without looking through all waiting groups at every tick.

/** One timer for many due times. */
export class ShowTimer {
  readonly #fire: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #at = Infinity;

  constructor(fire: () => void, now: () => number) {
    this.#fire = fire;
    this.#now = now;
  }

  /** Fires at this monotonic time in ms, or earlier if that was asked for already. Infinity asks for nothing. */
  atLatest(at: number): void {
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#at = Infinity;
        this.#fire();
      },
      // A longer wait than a timer can hold is cut; firing early does no harm.
      Math.min(Math.max(0, Math.ceil(at - this.#now())), 0x7fff_ffff),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#at = -Infinity;
  }
}
