// The application: every operation's handler, over ports that the composition root supplies.

import { OPERATIONS, type CallName, type CallInput, type Output } from "../../shared/contract/operations.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import { Catalog } from "./catalog.ts";
import { listGroups, listLive, listSources, streamEvents } from "./catalog-queries.ts";
import { createClients } from "./clients.ts";
import { createCommitter } from "./commit.ts";
import { checkInput, createDispatcher, refusal, requireScope } from "./dispatch.ts";
import type { Application, Handlers, RequestContext } from "./doors.ts";
import { createIngest, type Ingest } from "./ingest.ts";
import { createLineQueries } from "./line-queries.ts";
import { watchLive, type LiveWatchDependencies } from "./live-watch.ts";
import { createModelReader, streamModel } from "./model-reader.ts";
import { createMoves } from "./moves.ts";
import { storeFiles } from "./store-files.ts";
import { createSources, noteCondition, noteScanned, type SourceDependencies, type Sources } from "./sources.ts";
import type { CatalogStore, DiskObserver, DiskSink, GroupReader, LoadedCatalog, Log, ObjectStore, ServedModels } from "./ports.ts";
import { createWake } from "./wake.ts";

/** What the application is built on. */
export interface ApplicationDependencies {
  readonly stored: LoadedCatalog;
  readonly store: CatalogStore;
  readonly objects: ObjectStore;
  readonly reader: GroupReader;
  readonly models: ServedModels;
  readonly clock: Clock;
  readonly log: Log;
  readonly resolveRoot: SourceDependencies["resolveRoot"];
  /** Opens the observer over the application's sink. */
  readonly openObserver: (sink: DiskSink) => Promise<DiskObserver>;
  /** What `status` says about the process. */
  readonly about: () => Pick<Output<"status">, "daemon_version" | "pid" | "started_at" | "grpc" | "http" | "socket" | "watching">;
}

/** The application with what its owner needs beside the doors. */
export interface OpenApplication extends Application {
  readonly sources: Sources;
  /** True once every source that was registered at the start has been listed. */
  readonly ready: boolean;
  /** Starts watching the registered sources; resolves when each was listed once. */
  start(): Promise<void>;
  /** Takes nothing more from disk, waits for what is under way, and closes the observer. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Builds the application. Nothing is watched before `start`. */
export async function openApplication(deps: ApplicationDependencies): Promise<OpenApplication> {
  const { store, clock, log, models } = deps;
  const catalog = new Catalog(deps.stored);
  const wake = createWake();
  const committer = createCommitter(catalog, store, clock, wake);
  const ingest: Ingest = createIngest({
    ...deps, catalog, committer,
    onCondition: (sourceId, condition) => {
      noteCondition({ catalog, committer }, sourceId, condition).catch((error: unknown) => log.error({ err: error, sourceId }, "noting a source's condition failed"));
    },
    onScanned: (sourceId, counts) => noteScanned({ catalog }, clock.nowMicros(), sourceId, counts),
  });
  const observer = await deps.openObserver(ingest);
  ingest.attach(observer);
  const sources = createSources({ catalog, committer, observer, ingest, reader: deps.reader, wake, log, resolveRoot: deps.resolveRoot });
  const clients = createClients({ catalog, store, committer, clock });
  const lines = createLineQueries(catalog, store);
  const moves = createMoves({ ...deps, catalog, committer, storeFiles: (draft) => storeFiles(deps, draft) });
  const model = createModelReader({ catalog, store, models });
  const watching: LiveWatchDependencies = { catalog, models, wake, clock };
  let ready = false;

  const handlers: Handlers = {
    "status": () => Promise.resolve(statusOf(catalog, deps, clients.watching, ready)),
    "source.add": sources.add,
    "source.list": () => Promise.resolve(listSources(catalog)),
    "source.remove": sources.remove,
    "source.progress": sources.progress,
    "refresh": sources.refresh,
    "group.list": (input) => Promise.resolve(listGroups(catalog, input)),
    "line.show": lines.show,
    "line.ic": lines.ic,
    "line.curve": lines.curve,
    "line.factors": lines.factors,
    "line.versions": lines.versions,
    "line.history": lines.history,
    "line.activate": moves.activate,
    "line.resume": moves.resume,
    "model.get": (input) => streamModel(model, input),
    "live.list": (input) => Promise.resolve(listLive(catalog, input)),
    "live.watch": (input, context) => withoutPayload(watchLive(watching, input, context)),
    "client.list": clients.list,
    "client.report": clients.report,
    "event.stream": (input, context) => streamEvents({ catalog, store, wake }, input, context),
  };
  const dispatcher = createDispatcher(handlers, log);

  /** For typed doors: the same scope check, input check and error mapping as `call`. */
  const guarded = async <T>(name: keyof typeof OPERATIONS, context: RequestContext, task: () => Promise<T>): Promise<T> => {
    try {
      requireScope(name, context.principal);
      return await task();
    } catch (error) {
      throw refusal(error, name, context, log);
    }
  };

  return {
    sources,
    get ready() {
      return ready;
    },
    call: dispatcher.call,
    stream: dispatcher.stream,
    invoke: <N extends CallName>(name: N, input: CallInput<N>, context: RequestContext) =>
      // The handler's output type is the operation's: `Handlers` ties them together.
      dispatcher.call(name, input, context) as Promise<Output<N>>,
    model: (input, context) => guarded("model.get", context, () => model(checkInput(OPERATIONS["model.get"].input, input))),
    async *watchLive(input, context) {
      try {
        requireScope("live.watch", context.principal);
        yield* watchLive(watching, checkInput(OPERATIONS["live.watch"].input, input), context);
      } catch (error) {
        throw refusal(error, "live.watch", context, log);
      }
    },
    clientSeen: (clientId, peer, isWatching) => clients.seen(clientId, peer, isWatching),
    async start() {
      await sources.watchAll();
      ready = true;
    },
    async [Symbol.asyncDispose]() {
      await ingest.close();
      await observer[Symbol.asyncDispose]();
    },
  };
}

async function* withoutPayload(changes: ReturnType<typeof watchLive>): AsyncIterable<Output<"live.watch">> {
  for await (const { payload: _payload, ...change } of changes) yield change;
}

function statusOf(catalog: Catalog, deps: ApplicationDependencies, watchingClients: number, ready: boolean): Output<"status"> {
  const counts = { sources: 0, sources_degraded: 0, groups: 0, groups_ready: 0, groups_degraded: 0 };
  for (const source of catalog.registered()) {
    counts.sources++;
    if (source.condition.degraded !== "") counts.sources_degraded++;
    counts.groups += source.listed.size;
    for (const line of source.listed.values()) {
      if (line.live?.ready === true) counts.groups_ready++;
      if (line.record.degraded !== "") counts.groups_degraded++;
    }
  }
  let live = 0;
  for (const line of catalog.lines.values()) if (line.live !== null) live++;
  return { ...deps.about(), ...counts, ready, sequence: catalog.lastSequence, lines_live: live, clients: watchingClients };
}

