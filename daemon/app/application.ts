// The application: every operation's handler, over ports that the composition root supplies.

import { OPERATIONS, type CallName, type CallInput, type Output } from "../../shared/contract/operations.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import { Catalog } from "./catalog.ts";
import { createClients } from "./clients.ts";
import { createCommitter } from "./commit.ts";
import { checkInput, createDispatcher, refusal, requireScope } from "./dispatch.ts";
import type { Application, Handlers, RequestContext } from "./doors.ts";
import { createHandlers, type HandlerParts } from "./handlers.ts";
import { createIngest } from "./ingest.ts";
import { watchLive } from "./live-watch.ts";
import { createModelReader } from "./model-reader.ts";
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
  const { store, clock, log } = deps;
  const catalog = new Catalog(deps.stored);
  const wake = createWake();
  const committer = createCommitter(catalog, store, clock, wake);
  const ingest = createIngest({
    ...deps,
    catalog,
    committer,
    onCondition: (sourceId, condition) => {
      noteCondition({ catalog, committer }, sourceId, condition).catch((error: unknown) =>
        log.error({ err: error, sourceId }, "noting a source's condition failed"),
      );
    },
    onScanned: (sourceId, counts) => noteScanned({ catalog }, clock.nowMicros(), sourceId, counts),
  });
  const observer = await deps.openObserver(ingest);
  ingest.attach(observer);
  const sources = createSources({ ...deps, catalog, committer, observer, ingest });
  const clients = createClients({ catalog, store, committer, clock });
  const life = { ready: false };
  const parts: HandlerParts = { ...deps, catalog, wake, committer, sources, clients, isReady: () => life.ready };
  return {
    ...createDoors(createHandlers(parts), parts),
    sources,
    get ready() {
      return life.ready;
    },
    async start() {
      await sources.watchAll();
      life.ready = true;
    },
    async [Symbol.asyncDispose]() {
      await ingest.close();
      await observer[Symbol.asyncDispose]();
    },
  };
}

/** The application as doors see it: names or types in, refusals as AppErrors out. */
function createDoors(handlers: Handlers, parts: HandlerParts): Application {
  const { log, clients } = parts;
  const dispatcher = createDispatcher(handlers, log);
  const model = createModelReader(parts);
  return {
    call: dispatcher.call,
    stream: dispatcher.stream,
    invoke: <N extends CallName>(name: N, input: CallInput<N>, context: RequestContext) =>
      // The handler's output type is the operation's: `Handlers` ties them together.
      dispatcher.call(name, input, context) as Promise<Output<N>>,
    async model(input, context) {
      try {
        requireScope("model.get", context.principal);
        return model.recall(input) ?? (await model.read(checkInput(OPERATIONS["model.get"].input, input)));
      } catch (error) {
        throw refusal(error, "model.get", context, log);
      }
    },
    modelAtHand(input, context) {
      if (!context.principal.scopes.has(OPERATIONS["model.get"].scope)) return undefined;
      const answer = model.recall(input);
      return answer?.outcome === "found" ? answer.atHand() : undefined;
    },
    async *watchLive(input, context) {
      try {
        requireScope("live.watch", context.principal);
        yield* watchLive(parts, checkInput(OPERATIONS["live.watch"].input, input), context);
      } catch (error) {
        throw refusal(error, "live.watch", context, log);
      }
    },
    clientSeen: (clientId, peer, isWatching) => clients.seen(clientId, peer, isWatching),
  };
}
