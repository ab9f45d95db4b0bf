// Loads of live documents: a line whose document cannot be had is not tried over and over.

import { AppError } from "../../shared/contract/errors.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import type { LineLoads, Log, ServedVersion } from "../app/ports.ts";

/** So many failures one after the other, and the line's loads rest. */
const MOST_FAILURES = 3;
/** How long they rest, ms; then one load is tried, and its outcome decides. */
const REST_MS = 30_000;

/** What a breaker works with. */
export interface LoadBreakerOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** False for an error that says nothing about the document, such as that of a catalog that is away. */
  readonly counts: (error: unknown) => boolean;
  readonly log: Pick<Log, "warn">;
}

/** A breaker over the loads. What is in memory needs no load, so it never stands in the way of a good model. */
export interface LoadBreaker extends LineLoads {
  /** What `read` gives. AppError `unavailable` at once while loads of a live version rest. Loads of versions that are not live never count, and are never refused. */
  load(served: ServedVersion, read: () => Promise<Buffer>): Promise<Buffer>;
}

interface LineState {
  readonly versionId: number;
  failures: number;
  /** When the next load may be tried; 0 = now. */
  restsUntil: number;
  /** One load is out to see whether it works again. */
  isTrying: boolean;
}

/** A breaker that knows of no failure. */
export function createLoadBreaker(options: LoadBreakerOptions): LoadBreaker {
  const lines = new Map<string, LineState>();

  /** A version that has just gone live has failed at nothing. */
  function stateOf(name: string, { versionId }: ServedVersion): LineState {
    const known = lines.get(name);
    if (known?.versionId === versionId) return known;
    const fresh: LineState = { versionId, failures: 0, restsUntil: 0, isTrying: false };
    lines.set(name, fresh);
    return fresh;
  }

  async function watched(served: ServedVersion, read: () => Promise<Buffer>): Promise<Buffer> {
    const name = lineName(served.modelName, served.groupKey);
    const state = stateOf(name, served);
    if (state.failures >= MOST_FAILURES) {
      const restMs = state.restsUntil - options.clock.monotonicMs();
      if (restMs > 0 || state.isTrying) throw resting(name, served, restMs);
    }
    state.isTrying = true;
    const before = state.failures;
    try {
      const bytes = await read();
      lines.delete(name);
      return bytes;
    } catch (error) {
      // Loads that were under way together fail together: that is one failure.
      if (options.counts(error) && state.failures === before) {
        state.failures++;
        state.restsUntil = options.clock.monotonicMs() + REST_MS;
        options.log.warn({ err: error, line: name, version: served.label, failures: state.failures }, "a live model could not be loaded");
      }
      throw error;
    } finally {
      state.isTrying = false;
    }
  }

  return {
    load: (served, read) => (served.activation === 0 ? read() : watched(served, read)),
    reset: (namespace, name) => void lines.delete(lineName(namespace, name)),
  };
}

function resting(name: string, { label }: ServedVersion, restMs: number): AppError {
  const when = restMs > 0 ? `in ${Math.ceil(restMs / 1000)} s` : "at this moment";
  return new AppError(
    "unavailable",
    `${label} of ${name} could not be loaded ${MOST_FAILURES} times; the next try is ${when}, or now with: refresh ${name}`,
  );
}
