// A daemon in memory, for tests of the terminal UI.

import type { CatalogEvent } from "../../../shared/contract/events.ts";
import type { CallInput, CallName, Output, StreamName } from "../../../shared/contract/operations.ts";
import { DaemonGone, type DaemonClient } from "../../../tui/client/daemon-client.ts";
import { createCalls } from "./fake-calls.ts";
import type { Calls, Emit } from "./fake-lookups.ts";
import { AT, catalog, type FakeCatalog } from "./sample-catalog.ts";

export interface FakeDaemon {
  readonly catalog: FakeCatalog;
  readonly calls: { readonly name: string; readonly input: unknown }[];
  /** Connects as the UI does; rejects while the daemon is down. */
  readonly connect: () => Promise<DaemonClient>;
  readonly emit: Emit;
  /** Cuts all connections; until `up`, none can be made. */
  down(reason?: string): void;
  up(): void;
}

/** What all connections share. */
interface Shared {
  readonly known: FakeCatalog;
  readonly table: Calls;
  readonly calls: { name: string; input: unknown }[];
  readonly wakers: Set<() => void>;
  readonly cutters: Set<() => void>;
}

function wake(wakers: Set<() => void>): void {
  for (const one of wakers) one();
  wakers.clear();
}

/** Only events are streamed here. */
async function* streamOf<N extends StreamName>(name: N, events: AsyncIterable<CatalogEvent>): AsyncGenerator<Output<N>> {
  if (name !== "event.stream") return;
  for await (const event of events) yield event as Output<N>;
}

function openConnection({ known, table, calls, wakers, cutters }: Shared): DaemonClient {
  const closed = Promise.withResolvers<void>();
  let isOpen = true;
  const close = (): void => {
    isOpen = false;
    cutters.delete(close);
    closed.resolve();
    wake(wakers);
  };
  cutters.add(close);
  async function* events(after: number): AsyncGenerator<CatalogEvent> {
    let seen = after;
    while (isOpen) {
      const next = known.events.find((event) => event.sequence > seen);
      if (next === undefined) {
        await new Promise<void>((resolve) => wakers.add(resolve));
        continue;
      }
      seen = next.sequence;
      yield next;
    }
    throw new DaemonGone("the daemon closed the connection");
  }
  return {
    welcome: { daemon: "0.1.0", pid: 7, principal: "uid 1000", scopes: known.scopes, socketPath: "/run/test/daemon.sock" },
    call: async <N extends CallName>(name: N, input: CallInput<N>) => {
      calls.push({ name, input });
      if (!isOpen) throw new DaemonGone("the daemon closed the connection");
      await new Promise((resolve) => setImmediate(resolve));
      return table[name](input);
    },
    stream: <N extends StreamName>(name: N, input: CallInput<N>): AsyncIterable<Output<N>> => {
      calls.push({ name, input });
      return streamOf(name, events("after" in input && typeof input.after === "number" ? input.after : 0));
    },
    closed: closed.promise,
    close,
  };
}

/** Makes a daemon over a catalog. */
export function createFakeDaemon(known: FakeCatalog = catalog()): FakeDaemon {
  const wakers = new Set<() => void>();
  const cutters = new Set<() => void>();
  const calls: Shared["calls"] = [];
  let downReason: string | undefined;
  const emit: Emit = (kind, sourceName, groupKey, label = "") => {
    const sequence = (known.events.at(-1)?.sequence ?? 0) + 1;
    const subject = { source: sourceName, group_key: groupKey, version: label, previous_version: "" };
    known.events.push({ sequence, at: AT, kind, ...subject, reason: "", actor: "daemon" });
    wake(wakers);
  };
  const shared: Shared = { known, table: createCalls(known, emit), calls, wakers, cutters };
  return {
    catalog: known,
    calls,
    emit,
    connect: () => (downReason === undefined ? Promise.resolve(openConnection(shared)) : Promise.reject(new DaemonGone(downReason))),
    down: (reason = "no daemon answers; start one with model-managerd") => {
      downReason = reason;
      for (const cut of cutters) cut();
    },
    up: () => {
      downReason = undefined;
    },
  };
}
