// Gathers file events for a moment, then has the groups they concern looked at, in slices.

/** The first event after a pause is looked at right after the events that came with it; those of the burst that follows, at most this often, in ms. */
const GATHER_MS = 1;
/** Groups looked at without a break. */
const GROUPS_PER_SLICE = 200;

/** Groups that something happened to, with the paths it happened to. */
export class EventIntake {
  readonly #look: (groupKey: string, paths: ReadonlySet<string>) => void;
  readonly #sliceDone: (groupKeys: readonly string[]) => void;
  readonly #marked = new Map<string, Set<string>>();
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #lookedAt = -Infinity;

  /** `look` is called for each marked group, `sliceDone` after some of them. */
  constructor(look: (groupKey: string, paths: ReadonlySet<string>) => void, sliceDone: (groupKeys: readonly string[]) => void) {
    this.#look = look;
    this.#sliceDone = sliceDone;
  }

  /** Something happened to this path of the group. */
  mark(groupKey: string, path: string): void {
    const paths = this.#marked.get(groupKey);
    if (paths === undefined) this.#marked.set(groupKey, new Set([path]));
    else paths.add(path);
    if (this.#timer !== undefined || this.#immediate !== undefined) return;
    if (performance.now() - this.#lookedAt >= GATHER_MS) this.#immediate = setImmediate(() => this.#flush());
    else this.#timer = setTimeout(() => this.#flush(), GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#marked.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    this.#immediate = undefined;
    const done: string[] = [];
    for (const [groupKey, paths] of this.#marked) {
      this.#marked.delete(groupKey);
      this.#look(groupKey, paths);
      if (done.push(groupKey) >= GROUPS_PER_SLICE) break;
    }
    this.#lookedAt = performance.now();
    if (this.#marked.size > 0) this.#immediate = setImmediate(() => this.#flush());
    this.#sliceDone(done);
  }
}
