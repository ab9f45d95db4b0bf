// Keeps the removal of a pack apart from the writing of one of the same name.

/**
 * Packs that somebody writes, or has written a short while ago and may be about to name in the catalog. The same objects always make the same
 * pack, so a pack that nobody names now can be written again at any moment.
 */
export class PackClaims {
  readonly #youngMs: number;
  /** When each was put last, oldest first, in ms of a clock that never jumps. */
  readonly #putAt = new Map<string, number>();
  readonly #putting = new Map<string, number>();
  readonly #removing = new Map<string, Promise<unknown>>();

  constructor(youngMs: number) {
    this.#youngMs = youngMs;
  }

  /** Writes a pack when nobody removes it. */
  async put<T>(pack: string, write: () => Promise<T>): Promise<T> {
    for (let removal = this.#removing.get(pack); removal !== undefined; removal = this.#removing.get(pack)) await removal;
    this.#putting.set(pack, (this.#putting.get(pack) ?? 0) + 1);
    try {
      return await write();
    } finally {
      const others = (this.#putting.get(pack) ?? 1) - 1;
      if (others === 0) this.#putting.delete(pack);
      else this.#putting.set(pack, others);
      this.#note(pack);
    }
  }

  /** Removes a pack that is not claimed; false when it is. Whoever wants to write it waits. Used from one place at a time. */
  async remove(pack: string, remove: () => Promise<boolean>): Promise<boolean> {
    if (this.#putting.has(pack) || this.#isYoung(pack)) return false;
    const removal = remove();
    this.#removing.set(
      pack,
      removal.catch(() => false),
    );
    try {
      return await removal;
    } finally {
      this.#removing.delete(pack);
    }
  }

  #isYoung(pack: string): boolean {
    const at = this.#putAt.get(pack);
    return at !== undefined && performance.now() - at < this.#youngMs;
  }

  #note(pack: string): void {
    this.#putAt.delete(pack);
    this.#putAt.set(pack, performance.now());
    for (const first of this.#putAt.keys()) {
      if (this.#isYoung(first)) break;
      this.#putAt.delete(first);
    }
  }
}
