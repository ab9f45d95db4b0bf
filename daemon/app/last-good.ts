// What clients are given while the live version of a line cannot be loaded: the version of the line that was given last while it was live.

import { lineName } from "../../shared/domain/names.ts";
import type { CatalogStore, Log, ServedVersion } from "./ports.ts";

/** Remembers, for each line, what was given last. */
export interface LastGood {
  /**
   * What `load` gives for the version. A live version that it gives becomes the line's last good one; when it fails for a live version, the last good
   * one is loaded instead, as what it is now, if it made way for the new one and was not taken back. The first error if that cannot be had either.
   * What was asked for by label and is not live is never kept and never replaced.
   */
  orElse<T>(served: ServedVersion, load: (served: ServedVersion) => Promise<T>): Promise<T>;
}

/** Knows of nothing yet; it holds names, and the bytes stay with those who keep answers. */
export function createLastGood({
  store,
  log,
}: {
  readonly store: Pick<CatalogStore, "versionById">;
  readonly log: Pick<Log, "warn">;
}): LastGood {
  const good = new Map<string, ServedVersion>();

  async function instead<T>(served: ServedVersion, load: (served: ServedVersion) => Promise<T>, cause: unknown): Promise<T> {
    const name = lineName(served.modelName, served.groupKey);
    const last = good.get(name);
    if (last === undefined) throw cause;
    try {
      const now = last.versionId === served.versionId ? undefined : await store.versionById(last.versionId);
      // Somebody went back from it: then no model is better than that one.
      if (now !== undefined && now.status !== "archived") throw cause;
      const answer = await (now === undefined
        ? load(last)
        : // Encoded anew it says that it is not live; when its bytes are gone, too, the answer of then is still a good model.
          load({ ...last, status: now.status, activation: 0 }).catch(() => load(last)));
      log.warn(
        { err: cause, line: name, version: served.label, instead: last.label },
        "a live model cannot be loaded; the last good one is given",
      );
      return answer;
    } catch {
      throw cause;
    }
  }

  return {
    async orElse(served, load) {
      if (served.activation === 0) return load(served);
      let answer: Awaited<ReturnType<typeof load>>;
      try {
        answer = await load(served);
      } catch (error) {
        return instead(served, load, error);
      }
      if (served.renderedFor === "") good.set(lineName(served.modelName, served.groupKey), served);
      return answer;
    },
  };
}
