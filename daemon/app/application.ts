// The application: every operation's handler, over ports that the composition root supplies.

import { OPERATIONS, type CallName, type CallInput, type Output } from "../../shared/contract/operations.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import { createCaptureGate, type CaptureGateOptions } from "./capture-gate.ts";
import { Catalog } from "./catalog.ts";
import { createClients } from "./clients.ts";
import { createCommitter } from "./commit.ts";
import { createConditions } from "./conditions.ts";
import { checkInput, createDispatcher, refusal, requireScope } from "./dispatch.ts";
import type { Application, Handlers, RequestContext } from "./doors.ts";
import { createHandlers, type HandlerParts } from "./handlers.ts";
import { createIngest } from "./ingest.ts";
import { createObjectKeeper, type ObjectKeeper } from "./keep-objects.ts";
import { watchLive } from "./live-watch.ts";
import { createObjectMender } from "./mend-objects.ts";
import { createModelReader } from "./model-reader.ts";
import { createSources, noteScanned, type SourceDependencies, type Sources } from "./sources.ts";
import type {
  CatalogStore,
  DiskObserver,
  DiskSink,
  GroupReader,
  LineLoads,
  LoadedCatalog,
  Log,
  ModelDesk,
  ObjectStore,
  ObjectUpkeep,
  OwnProcess,
  RegistrationReader,
  Renderings,
  ServedModels,
} from "./ports.ts";
import { createProver } from "./prove-version.ts";
import { withStore } from "./store-gate.ts";
import { createWake } from "./wake.ts";

/** What the application is built on. */
export interface ApplicationDependencies {
  readonly stored: LoadedCatalog;
  readonly store: CatalogStore;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly reader: GroupReader;
  readonly models: ServedModels;
  readonly renderings: Renderings;
  readonly loads: LineLoads;
  readonly registrations: RegistrationReader;
  readonly desk: ModelDesk;
  readonly process: OwnProcess;
  /** Drift of datasets blocks, where a question does not say. */
  readonly strictVersions: boolean;
  /** Room on the disk of the state directory. */
  readonly room: CaptureGateOptions["room"];
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
  /** Looks after the stored bytes; begins with `start`. */
  readonly keeper: Pick<ObjectKeeper, "sweep" | "follow">;
  /** Stored bytes by digest; what is damaged is mended where that can be. AppError when they cannot be had. */
  readObject(sha256: string): Promise<Buffer>;
  /** Why nothing new is captured; empty = capture goes on. */
  readonly captureStopped: string;
  /** True once every source that was registered at the start has been listed. */
  readonly ready: boolean;
  /** Resolves when each source that was registered before was listed once. */
  start(): Promise<void>;
  /** Takes nothing more from disk, waits for what is under way, and closes the observer. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Builds the application. The registered directories are listed from now on, while its owner opens the doors. */
export async function openApplication(deps: ApplicationDependencies): Promise<OpenApplication> {
  const { store, clock, log } = deps;
  const catalog = new Catalog(deps.stored);
  const wake = createWake();
  const committer = createCommitter(catalog, store, clock, wake);
  const diskGate = createCaptureGate(deps);
  const gate = withStore(diskGate, store);
  const mender = createObjectMender({ ...deps, catalog, committer });
  const prover = createProver({ ...deps, mender });
  const ingest = createIngest({
    ...deps,
    catalog,
    committer,
    gate,
    prover,
    onCondition: createConditions({ catalog, committer, gate: diskGate, log }),
    onScanned: (sourceId, counts) => noteScanned({ catalog }, clock.nowMicros(), sourceId, counts),
  });
  const observer = await deps.openObserver(ingest);
  ingest.attach(observer);
  const sources = createSources({ ...deps, catalog, committer, observer, ingest });
  const watching = sources.watchAll();
  // `start` waits for it; until then a failure is nobody's.
  watching.catch(() => undefined);
  const clients = createClients({ catalog, store, committer, clock });
  const life = { ready: false };
  const keeper = createObjectKeeper({ ...deps, catalog, committer, wake, onDamage: (object, damage) => mender.mend(object, damage) });
  const model = createModelReader({ ...deps, catalog });
  const made = { catalog, wake, committer, gate, mender, prover, sources, clients, model };
  const parts: HandlerParts = { ...deps, ...made, isReady: () => life.ready };
  return {
    ...createDoors(createHandlers(parts), parts),
    sources,
    keeper,
    readObject: (sha256) => mender.read(sha256),
    get captureStopped() {
      return gate.stopped;
    },
    get ready() {
      return life.ready;
    },
    async start() {
      await watching;
      life.ready = true;
      keeper.start();
    },
    async [Symbol.asyncDispose]() {
      await keeper[Symbol.asyncDispose]();
      await ingest.close();
      gate[Symbol.dispose]();
      await observer[Symbol.asyncDispose]();
    },
  };
}

/** The application as doors see it: names or types in, refusals as AppErrors out. */
function createDoors(handlers: Handlers, parts: HandlerParts): Application {
  const { log, clients, model } = parts;
  const dispatcher = createDispatcher(handlers, log);
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
