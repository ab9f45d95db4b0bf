// The composition root: opens every part in order, hands each what it needs, and closes them in reverse.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../shared/lib/clock.ts";
import { formatMicros } from "../shared/lib/clock.ts";
import { openApplication, type OpenApplication } from "./app/application.ts";
import { diskFaultOf } from "./app/disk-faults.ts";
import { loadDescription } from "./app/version-description.ts";
import type { CatalogStore, DiskObserver, Principal, Renderings, ServedModels } from "./app/ports.ts";
import { SCOPES } from "../shared/contract/operations.ts";
import type { Config } from "./config/load-config.ts";
import { programVersion } from "./config/program-version.ts";
import { openDiskObserver } from "./disk/observer.ts";
import { openObjectStore } from "./disk/object-store.ts";
import { resolveRoot } from "./disk/resolve-root.ts";
import { createEndForRecovery } from "./ops/end-for-recovery.ts";
import { watchEventLoop } from "./ops/event-loop.ts";
import { createRoomGauge } from "./ops/free-space.ts";
import { openLifeSigns, type LifeSigns } from "./ops/life-signs.ts";
import { listenDescriptors } from "./ops/listen-fds.ts";
import { createLogger, type Logger } from "./ops/logger.ts";
import { openServiceNotifier, type ServiceNotifier } from "./ops/notify-systemd.ts";
import { createOwnProcess } from "./ops/own-process.ts";
import { describeStatus } from "./ops/status-text.ts";
import { createSystemClock } from "./ops/system-clock.ts";
import { createTestClock } from "./ops/test-clock.ts";
import { watchReads } from "./ops/watch-reads.ts";
import { createLoadBreaker } from "./serving/load-breaker.ts";
import { createDocumentReader, createRenderings, type ReadObject } from "./serving/renderings.ts";
import { createServedModels } from "./serving/served-models.ts";
import { openCatalogStore } from "./storage/catalog-store.ts";
import { lockStateDirectory } from "./storage/state-lock.ts";
import { openGrpcServer } from "./transport/grpc/server.ts";
import { openHealthServer } from "./transport/http/server.ts";
import { openIpcServer } from "./transport/ipc/server.ts";
import { openGroupReader } from "./workers/group-reader.ts";
import { openModelDesk } from "./workers/model-desk.ts";
import { openRegistrationReader } from "./workers/registration-reader.ts";

/** Encoded answers kept in memory: a few hundred models of 1 MB. */
const PAYLOAD_CACHE_BYTES = 256 * 1024 * 1024;
/** Documents rendered for clients of other releases, kept in memory. */
const RENDERING_CACHE_BYTES = 64 * 1024 * 1024;
/** A reader that takes longer than this on one group is ended. */
const READ_DEADLINE_MS = 60_000;
/** Readers that answer nothing for this long have outlived their own deadline, the time to start included. */
const READS_STUCK_MS = 2 * READ_DEADLINE_MS;

/** Where the daemon listens, as the `ready` line says it. Null = switched off. */
export interface Addresses {
  readonly grpc: string | null;
  readonly http: string;
  readonly socket: string;
}

/** A daemon with its doors open. Disposing it closes them, finishes what is under way and frees the state directory. */
export interface Daemon extends AsyncDisposable {
  readonly addresses: Addresses;
  /** Lists the registered sources and registers the paths of the command line; resolves when all of them were scanned. */
  start(signal: AbortSignal): Promise<void>;
}

/** The daemon's log on standard error, with what the configuration has to say. */
export function openLog(config: Config, clock: Clock): Logger {
  const log = createLogger({ level: config.logLevel, clock });
  for (const warning of config.warnings) log.warn({}, warning);
  return log;
}

/** Opens a daemon. Rejects, with everything closed again, when the state directory, a port or the socket cannot be had. */
export async function openDaemon(config: Config, clock: Clock, log: Logger): Promise<Daemon> {
  await using opened = new AsyncDisposableStack();
  const startedAt = formatMicros(clock.nowMicros());
  opened.use(lockStateDirectory(config.stateDir));
  const onNotDurable = createEndForRecovery(log);
  const [store, objects] = await openBoth(
    opened,
    openCatalogStore("url" in config.catalog ? { ...config.catalog, log } : { ...config.catalog, log, onNotDurable }),
    openObjectStore(join(config.stateDir, "objects"), { onNotDurable }),
  );
  const groupReader = opened.use(openGroupReader({ deadlineMs: READ_DEADLINE_MS, maxArtifactBytes: config.maxArtifactBytes, log }));
  const reads = watchReads(groupReader, clock, READS_STUCK_MS);
  const desk = opened.use(openModelDesk({ deadlineMs: READ_DEADLINE_MS, log }));
  const registrations = opened.use(
    openRegistrationReader({ deadlineMs: READ_DEADLINE_MS, maxArtifactBytes: config.maxArtifactBytes, log }),
  );
  const loads = createLoadBreaker({ clock, log, counts: isOfDocument });
  const readObject: ReadObject = (sha256, served) => loads.load(served, () => application.readObject(sha256));
  const renderings = createRenderings({ desk, readObject, maxBytes: RENDERING_CACHE_BYTES });
  const models = serveFrom(store, renderings, readObject);
  const open: { addresses?: Addresses; observer?: DiskObserver; life?: LifeSigns } = {};
  const lifeFault = (): string => open.life?.fault ?? "";
  const application = opened.use(
    await openApplication({
      stored: await store.load(),
      ...{ store, objects, reader: reads.reader, registrations, models, renderings, loads, desk, clock, log, resolveRoot },
      strictVersions: config.strictVersions,
      process: createOwnProcess({ stateDir: config.stateDir, log: log.recent, lifeFault }),
      room: createRoomGauge(config.stateDir),
      openObserver: async (sink) => {
        const { watchDebounceMs: settleMs, watchIntervalMs: rescanMs, watchEnabled: watch } = config;
        return (open.observer = await openDiskObserver({ settleMs, rescanMs, watch, sink, log }));
      },
      about: () => ({
        ...(open.addresses ?? { grpc: null, http: null, socket: null }),
        ...{ daemon_version: programVersion(), pid: process.pid, started_at: startedAt, watching: config.watchEnabled },
      }),
    }),
  );
  const doors = await openDoors(opened, config, { application, clock, log, lifeFault });
  open.addresses = doors.addresses;
  const notifier = await openServiceNotifier(log);
  const checks = [
    { name: "database", ask: () => askStore(store) },
    // No source has this number: the watching thread answers at once that it found nothing.
    { name: "watcher", ask: () => open.observer?.rescan(0) ?? Promise.resolve() },
    { name: "readers", ask: reads.ask },
  ];
  open.life = opened.use(openLifeSigns({ checks, notifier, clock, log, describe: () => describe(application) }));
  return serve(application, doors, { opened: opened.move(), notifier, life: open.life }, { config, clock, log });
}

/** A database that is away is no dead part of this process, which goes on from memory and says so. */
async function askStore(store: CatalogStore): Promise<void> {
  const isAway = (): boolean => (store.availability?.fault ?? "") !== "";
  if (isAway()) return;
  try {
    // A change of nothing writes nothing, but it goes the way of all changes.
    await Promise.all([store.versionById(0), store.commit({})]);
  } catch (error) {
    if (!isAway()) throw error;
  }
}

/** Waits for two parts that open beside each other. When one cannot be had, the other is closed with the rest. */
async function openBoth<A extends AsyncDisposable, B extends AsyncDisposable>(
  opened: AsyncDisposableStack,
  one: Promise<A>,
  other: Promise<B>,
): Promise<readonly [A, B]> {
  const outcomes = await Promise.allSettled([one, other]);
  for (const outcome of outcomes) if (outcome.status === "fulfilled") opened.use(outcome.value);
  return [await one, await other];
}

/** What `openDaemon` has opened, as its owner gets it. */
function serve(
  application: OpenApplication,
  doors: Doors,
  { opened, notifier, life }: { readonly opened: AsyncDisposableStack; readonly notifier: ServiceNotifier; readonly life: LifeSigns },
  { config, clock, log }: { readonly config: Config; readonly clock: Clock; readonly log: Logger },
): Daemon {
  return {
    addresses: doors.addresses,
    async start(signal) {
      doors.setServing(true);
      const begun = clock.monotonicMs();
      await application.start();
      log.info({ ms: Math.round((clock.monotonicMs() - begun) * 10) / 10 }, "every source was listed");
      await life.ready();
      await registerPaths(application, config.register, signal);
    },
    async [Symbol.asyncDispose]() {
      notifier.stopping();
      await opened.disposeAsync();
    },
  };
}

/** A catalog that is away says nothing about a document. */
function isOfDocument(error: unknown): boolean {
  const fault = diskFaultOf(error);
  return fault !== "away" && fault !== "read_only" && fault !== "in_doubt";
}

/** Answers from memory; `readObject` is asked for what is not there yet, once the application is open. */
function serveFrom(store: CatalogStore, renderings: Renderings, readObject: ReadObject): ServedModels {
  return createServedModels({
    readDocument: createDocumentReader(readObject, renderings),
    loadDescription: (versionId) => loadDescription(store, versionId),
    maxBytes: PAYLOAD_CACHE_BYTES,
  });
}

interface Doors {
  readonly addresses: Addresses;
  setServing(serving: boolean): void;
}

/** What the doors open onto. */
interface Behind {
  readonly application: OpenApplication;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lifeFault: () => string;
}

/** Opens the socket, the HTTP port and, unless switched off, the gRPC port. */
async function openDoors(opened: AsyncDisposableStack, config: Config, behind: Behind): Promise<Doors> {
  const { application, clock, log, lifeFault } = behind;
  const { adminGroup, socketPath } = config;
  const socket = opened.use(await openIpcServer({ socketPath, application, log, adminGroup, version: programVersion() }));
  const loop = opened.use(watchEventLoop());
  // The longest task since the last question: what made the daemon slow to answer, if it was.
  const health = () => ({
    live: lifeFault() === "",
    ready: application.ready && lifeFault() === "",
    detail: {
      ready: application.ready,
      longest_task_ms: Math.round(loop.take()),
      ...(lifeFault() === "" ? {} : { silent: lifeFault() }),
      ...(application.captureStopped === "" ? {} : { capture: application.captureStopped }),
    },
  });
  const http = opened.use(await openHealthServer({ host: config.httpHost, port: config.httpPort, health, log }));
  const { grpcHost: host, grpcPort: port } = config;
  const descriptor = listenDescriptors().get("grpc");
  const grpc = config.grpcEnabled
    ? opened.use(await openGrpcServer({ host, port, descriptor, application, clock, log, protoPath: protoPath() }))
    : null;
  const addresses: Addresses = { grpc: grpc?.address ?? null, http: http.address, socket: socket.path };
  return { addresses, setServing: (serving: boolean) => grpc?.setServing(serving) };
}

/** The daemon acting on its own command line. */
const COMMAND_LINE: Principal = { name: "command line", door: "daemon", scopes: new Set(SCOPES) };

async function describe(application: OpenApplication): Promise<string> {
  const context = { principal: COMMAND_LINE, signal: new AbortController().signal };
  return describeStatus(await application.invoke("status", {}, context));
}

async function registerPaths(application: OpenApplication, paths: readonly string[], signal: AbortSignal): Promise<void> {
  const context = { principal: COMMAND_LINE, signal };
  const names: string[] = [];
  for (const path of paths) names.push((await application.invoke("source.add", { path }, context)).name);
  for (const name of names) {
    // The stream ends when the source has been scanned; its items are for people who watch.
    for await (const _progress of application.stream("source.progress", { name }, context)) continue;
  }
}

/** The proto file lies beside the sources as beside the bundle, one folder up. */
function protoPath(): string {
  return fileURLToPath(new URL("../proto/modelmanager/v1/model_manager.proto", import.meta.url));
}

/** The daemon's clock: the system's, which a test build may replace. */
export function createClock(): Clock {
  let clock = createSystemClock();
  FAILPOINT: clock = createTestClock(clock);
  return clock;
}

export { endNow } from "./ops/end-now.ts";
