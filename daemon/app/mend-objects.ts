// An object found damaged: its bytes are looked for on disk and in memory and stored anew, else its lines say that they are lost (DESIGN §4).

import { AppError } from "../../shared/contract/errors.ts";
import { lineName } from "../../shared/domain/names.ts";
import { keptDigests, keptParts } from "./kept-bytes.ts";
import { DAEMON_ACTOR } from "./capture.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import { toServed } from "./find-model.ts";
import { setHealth } from "./live-moves.ts";
import { damageOf, damageText, standingDamage } from "./object-damage.ts";
import type { CatalogStore, Log, ObjectDamage, ObjectHolder, ObjectRecord, ObjectStore, ObjectUpkeep, ServedModels } from "./ports.ts";

/** Bytes that were looked for in vain are looked for again after this time, ms; in between nobody's request reads directories. */
const TRY_AGAIN_MS = 60_000;
/** Versions whose files are looked at, the newest; more have the same file only if they have it at the same few places. */
const MOST_HOLDERS = 500;

/** What `createObjectMender` works with. */
export interface MendDependencies {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "objectsOf" | "holdersOf">;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly models: Pick<ServedModels, "documentAtHand">;
  readonly committer: Committer;
  readonly log: Log;
}

/** The bytes, stored anew, and where they were found; or nothing, after every place was looked at. */
export type Mended = { readonly outcome: "restored"; readonly bytes: Buffer; readonly from: string } | { readonly outcome: "lost" };

/** Reads stored bytes, and mends what is damaged. */
export interface ObjectMender {
  /**
   * The bytes of a digest, checked. AppError `wrong_state` when they are no longer kept, `unavailable` when they are damaged and no copy of
   * them is found; other faults of the disk as the object store says them.
   */
  read(sha256: string): Promise<Buffer>;
  /** Looks for another copy of a damaged object and stores it. `again`: also when it was looked for in vain a moment ago. */
  mend(object: ObjectRecord, damage: ObjectDamage, again?: boolean): Promise<Mended>;
}

/** A mender over the stores. */
export function createObjectMender(deps: MendDependencies): ObjectMender {
  return new Mender(deps);
}

class Mender implements ObjectMender {
  readonly #deps: MendDependencies;
  readonly #mending = new Map<string, Promise<Mended>>();
  /** Digests of lost bytes, and when they were looked for. */
  readonly #lost = new Map<string, number>();

  constructor(deps: MendDependencies) {
    this.#deps = deps;
  }

  async read(sha256: string): Promise<Buffer> {
    const place = await this.#placeOf(sha256);
    try {
      return await this.#deps.objects.read(place);
    } catch (error) {
      if (damageOf(error) === undefined) throw error;
    }
    // The upkeep may have moved it between the two looks.
    const now = await this.#placeOf(sha256);
    try {
      return await this.#deps.objects.read(now);
    } catch (error) {
      const damage = damageOf(error);
      if (damage === undefined) throw error;
      const mended = await this.mend(now, damage);
      if (mended.outcome === "restored") return mended.bytes;
      throw new AppError("unavailable", "the stored bytes of this version are damaged and no copy of them was found", { cause: error });
    }
  }

  mend(object: ObjectRecord, damage: ObjectDamage, again = false): Promise<Mended> {
    const lostAt = this.#lost.get(object.sha256);
    if (!again && lostAt !== undefined && performance.now() - lostAt < TRY_AGAIN_MS) return Promise.resolve({ outcome: "lost" });
    const known = this.#mending.get(object.sha256);
    if (known !== undefined) return known;
    const mending = this.#mend(object, damage).finally(() => this.#mending.delete(object.sha256));
    this.#mending.set(object.sha256, mending);
    return mending;
  }

  async #placeOf(sha256: string): Promise<ObjectRecord> {
    const [place] = await this.#deps.store.objectsOf([sha256]);
    if (place === undefined) throw new AppError("wrong_state", "the bytes of this version are no longer kept");
    return place;
  }

  async #mend(object: ObjectRecord, damage: ObjectDamage): Promise<Mended> {
    const { objects, committer, store, log } = this.#deps;
    const holders = await store.holdersOf(object.sha256, MOST_HOLDERS);
    const found = this.#inMemory(object) ?? (await this.#onDisk(object, holders));
    const facts = { sha256: object.sha256, damage, lines: this.#lineNames(holders).slice(0, 10) };
    if (found === undefined) {
      this.#lost.set(object.sha256, performance.now());
      await this.#noteHealth(object.sha256);
      log.error(facts, "a stored model file is damaged, and no copy of it was found");
      return { outcome: "lost" };
    }
    const places = await objects.put([{ sha256: object.sha256, bytes: found.bytes }]);
    await committer.change(async (draft) => {
      // Dropped meanwhile: then it is not to come back.
      if ((await store.objectsOf([object.sha256])).length > 0) draft.moveObjects(places);
    });
    this.#lost.delete(object.sha256);
    await this.#noteHealth(object.sha256);
    log.warn({ ...facts, from: found.from }, "a damaged model file was restored");
    return { outcome: "restored", ...found };
  }

  /** The document of a live version, when it is served as it was stored. */
  #inMemory({ sha256 }: ObjectRecord): { bytes: Buffer; from: string } | undefined {
    for (const line of this.#liveLines(sha256)) {
      const served = line.live === null ? undefined : toServed(line, line.live);
      if (served?.documentSha256 !== sha256 || served.sha256 !== sha256) continue;
      const bytes = this.#deps.models.documentAtHand(served);
      if (bytes !== undefined) return { bytes, from: "memory" };
    }
    return undefined;
  }

  async #onDisk(object: ObjectRecord, holders: readonly ObjectHolder[]): Promise<{ bytes: Buffer; from: string } | undefined> {
    const { catalog, objects } = this.#deps;
    const tried = new Set<string>();
    for (const { lineId, path } of holders) {
      const source = catalog.lines.get(lineId)?.source?.record;
      // What was made of files lies on no disk.
      if (path === "" || source === undefined || tried.has(`${source.id}\0${path}`)) continue;
      tried.add(`${source.id}\0${path}`);
      const bytes = await objects.findBytes(source.rootPath, path, object);
      if (bytes !== undefined) return { bytes, from: `${path} in source ${source.name}` };
    }
    return undefined;
  }

  /** Lines whose live version has a file of these bytes. */
  #liveLines(sha256: string): readonly LineState[] {
    const { lines } = this.#deps.catalog;
    return [...lines.values()].filter(({ live }) => live !== null && keptDigests(live).includes(sha256));
  }

  #lineNames(holders: readonly ObjectHolder[]): readonly string[] {
    const lines = [...new Set(holders.map(({ lineId }) => lineId))].flatMap((id) => this.#deps.catalog.lines.get(id)?.record ?? []);
    return lines.map(({ namespace, name }) => lineName(namespace, name));
  }

  /** Lines whose live version has lost bytes are degraded with their names; those that have them back recover. What is live stays live. */
  async #noteHealth(sha256: string): Promise<void> {
    await this.#deps.committer.change((draft) => {
      for (const state of this.#liveLines(sha256)) {
        const { live, record } = state;
        // Another reason stands, and is for somebody to act on; this one is in the log and in what verify says.
        if (live === null || (record.degraded !== "" && standingDamage(record) === "")) continue;
        const names = keptParts(live)
          .filter(({ sha256: digest }) => this.#lost.has(digest))
          .map(({ name }) => name);
        const degraded = names.length > 0 ? damageText(live, names) : "";
        if (degraded !== record.degraded) setHealth(draft, draft.line(state), degraded, DAEMON_ACTOR);
      }
    });
  }
}
