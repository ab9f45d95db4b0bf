// Keep and drop, in the background: what fell out of a line's last versions goes, and the disk space with it (DESIGN §5).

import type { Clock } from "../../shared/lib/clock.ts";
import type { LineState } from "./catalog.ts";
import { dropUnneeded, type DropDependencies, type Dropped } from "./drop-objects.ts";
import { firstKeptNumber, mayDrop } from "./keep-rules.ts";
import { keptDigests } from "./kept-bytes.ts";
import { createMutex } from "./mutex.ts";
import { createPace, type Pace } from "./pace.ts";
import type { CatalogStore, Log, ObjectRecord } from "./ports.ts";
import { sleep } from "./sleep.ts";
import { tidyPack, type TidyDependencies, type TidyOutcome } from "./tidy-packs.ts";
import type { Wake } from "./wake.ts";

/** The first look at everything comes so long after the start, when clients have found their way back. */
const FIRST_MS = 5_000;
/** Everything is looked at this often: leftovers of a crash or a failed capture, and packs that were too young the last time. */
const SWEEP_MS = 60 * 60_000;
/** A pack that was too young to be removed is looked at again so much later. */
const GROWN_MS = 11 * 60_000;
/** Commits within this time are looked at together. */
const TOGETHER_MS = 1_000;
const OBJECTS_AT_ONCE = 200;
const PACKS_AT_ONCE = 50;
const VERSIONS_AT_ONCE = 25;
/** Lines looked at without a break: well under a millisecond. */
const LINES_AT_ONCE = 5_000;

/** What `createObjectKeeper` works with. */
export interface KeeperDependencies extends DropDependencies, TidyDependencies {
  readonly store: CatalogStore;
  readonly wake: Wake;
  readonly clock: Clock;
  readonly log: Log;
}

/** What one run did. */
export interface UpkeepReport {
  readonly objectsDropped: number;
  readonly bytesDropped: number;
  readonly packsRemoved: number;
  readonly packsRewritten: number;
  /** Packs that nobody needs and that are too young to be removed. */
  readonly packsYoung: number;
}

/** Looks after the stored bytes until it is disposed. */
export interface ObjectKeeper extends AsyncDisposable {
  /** Begins: once soon, then after commits, and everything from time to time. */
  start(): void;
  /** Looks at every object and every pack now. `hurry`: without idling in between. */
  sweep(hurry?: boolean): Promise<UpkeepReport>;
  /** Looks at what fell out of the last versions since the last look. */
  follow(hurry?: boolean): Promise<UpkeepReport>;
}

/** A keeper that has not begun. */
export function createObjectKeeper(deps: KeeperDependencies): ObjectKeeper {
  return new Keeper(deps);
}

interface Counts {
  objectsDropped: number;
  bytesDropped: number;
  packsRemoved: number;
  packsRewritten: number;
  packsYoung: number;
}

class Keeper implements ObjectKeeper {
  readonly #deps: KeeperDependencies;
  readonly #mutex = createMutex();
  readonly #stop = new AbortController();
  /** Up to where the versions of a line were looked at, and what was live then, by line id. */
  readonly #seen = new Map<number, { readonly first: number; readonly live: number | null }>();
  /** Packs that nobody needs and that could not be removed yet, and when that was noticed. */
  readonly #young = new Map<string, number>();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: KeeperDependencies) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#loop(this.#stop.signal);
  }

  sweep(hurry = false): Promise<UpkeepReport> {
    return this.#run("info", hurry, async (pace, counts) => {
      for (const line of this.#deps.catalog.lines.values()) this.#markSeen(line);
      await this.#sweepObjects(pace, counts);
      await this.#sweepPacks(pace, counts);
    });
  }

  follow(hurry = false): Promise<UpkeepReport> {
    // A line that is trained every few seconds must not fill the log.
    return this.#run("debug", hurry, async (pace, counts) => {
      let looked = 0;
      for (const line of this.#deps.catalog.lines.values()) {
        if (++looked % LINES_AT_ONCE === 0) await pace.breathe();
        const seen = this.#seen.get(line.record.id);
        const isNews = seen?.first !== firstKeptNumber(line.record) || seen.live !== line.record.liveVersionId;
        if (mayDrop(line.record) && isNews) await this.#followLine(line, pace, counts);
      }
      const grown = this.#deps.clock.monotonicMs() - GROWN_MS;
      await this.#tidy(
        [...this.#young].flatMap(([pack, since]) => (since < grown ? pack : [])),
        pace,
        counts,
      );
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#mutex.run(() => Promise.resolve());
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const { clock, wake, catalog } = this.#deps;
    let waitMs = FIRST_MS;
    while (await sleep(waitMs, signal)) {
      await this.#guarded(() => this.sweep());
      const nextSweep = clock.monotonicMs() + SWEEP_MS;
      let followed = -1;
      for (let left = SWEEP_MS; left > 0 && !signal.aborted; left = nextSweep - clock.monotonicMs()) {
        if (followed === catalog.lastSequence && (await wake.next(signal, left)) !== "rung") break;
        if (!(await sleep(TOGETHER_MS, signal))) return;
        followed = catalog.lastSequence;
        await this.#guarded(() => this.follow());
      }
      waitMs = 0;
    }
  }

  /** A run that fails is logged, and what it left is found by a later one. */
  async #guarded(run: () => Promise<unknown>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#deps.log.error({ err: error }, "upkeep of stored model files failed; it goes on later");
    }
  }

  #run(level: "info" | "debug", hurry: boolean, work: (pace: Pace, counts: Counts) => Promise<void>): Promise<UpkeepReport> {
    return this.#mutex.run(async () => {
      const counts: Counts = { objectsDropped: 0, bytesDropped: 0, packsRemoved: 0, packsRewritten: 0, packsYoung: 0 };
      await work(createPace(this.#stop.signal, hurry ? 0 : undefined), counts);
      const { objectsDropped, packsRemoved, packsRewritten } = counts;
      if (objectsDropped + packsRemoved + packsRewritten > 0) this.#deps.log[level]({ ...counts }, "stored model files were tidied");
      return counts;
    });
  }

  #markSeen(line: LineState): void {
    const { id, liveVersionId } = line.record;
    if (mayDrop(line.record)) this.#seen.set(id, { first: firstKeptNumber(line.record), live: liveVersionId });
    else this.#seen.delete(id);
  }

  /** The versions that fell out since the last look, and the one that was live then. A line that was not looked at yet is looked at whole. */
  async #followLine(line: LineState, pace: Pace, counts: Counts): Promise<void> {
    const { store } = this.#deps;
    const seen = this.#seen.get(line.record.id) ?? { first: 1, live: null };
    const first = firstKeptNumber(line.record);
    const liveNow = line.record.liveVersionId;
    const wasLive = seen.live === null || seen.live === liveNow ? undefined : await store.versionById(seen.live);
    if (wasLive !== undefined) await this.#drop(keptDigests(wasLive), pace, counts);
    for (let from = seen.first; from < first;) {
      const page = await store.versionsFrom(line.record.id, from, Math.min(VERSIONS_AT_ONCE, first - from));
      const fallen = page.filter((version) => version.number < first);
      await this.#drop(fallen.flatMap(keptDigests), pace, counts);
      from = (fallen.at(-1)?.number ?? first) + 1;
    }
    this.#seen.set(line.record.id, { first, live: liveNow });
  }

  /** Drops what is kept of these digests and unneeded, then looks after its packs. */
  async #drop(digests: readonly string[], pace: Pace, counts: Counts): Promise<void> {
    const { store } = this.#deps;
    const kept = (await store.objectsOf(digests)).map((object) => object.sha256);
    const dropped = await dropUnneeded(this.#deps, kept, pace);
    count(counts, dropped);
    await this.#tidy([...dropped.packs], pace, counts);
  }

  async #sweepObjects(pace: Pace, counts: Counts): Promise<void> {
    let last: ObjectRecord | undefined;
    do {
      const page = await this.#deps.store.objectsAfter(last, OBJECTS_AT_ONCE);
      count(
        counts,
        await dropUnneeded(
          this.#deps,
          page.map((object) => object.sha256),
          pace,
        ),
      );
      last = page.at(-1);
    } while (last !== undefined);
  }

  async #sweepPacks(pace: Pace, counts: Counts): Promise<void> {
    for await (const packs of this.#deps.objects.listPacks()) await this.#tidy(packs, pace, counts);
  }

  async #tidy(packs: readonly string[], pace: Pace, counts: Counts): Promise<void> {
    for (let start = 0; start < packs.length; start += PACKS_AT_ONCE) {
      const some = packs.slice(start, start + PACKS_AT_ONCE);
      const needed = Map.groupBy(await this.#deps.store.objectsIn(some), (object) => object.pack);
      for (const pack of some) {
        const outcome = await tidyPack(this.#deps, pack, needed.get(pack) ?? [], pace);
        if (outcome === "young") this.#young.set(pack, this.#deps.clock.monotonicMs());
        else this.#young.delete(pack);
        countPack(counts, outcome);
        await pace.breathe();
      }
    }
  }
}

function count(counts: Counts, dropped: Dropped): void {
  counts.objectsDropped += dropped.objects;
  counts.bytesDropped += dropped.bytes;
}

function countPack(counts: Counts, outcome: TidyOutcome): void {
  if (outcome === "removed") counts.packsRemoved++;
  if (outcome === "rewritten") counts.packsRewritten++;
  if (outcome === "young") counts.packsYoung++;
}
