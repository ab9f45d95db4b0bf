// The composition root: opens every part in order, hands each what it needs, and closes them in reverse.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../shared/lib/clock.ts";
import { formatMicros } from "../shared/lib/clock.ts";
import { AppError } from "../shared/contract/errors.ts";
import { openApplication, type OpenApplication } from "./app/application.ts";
import { loadDescription } from "./app/line-queries.ts";
import type { CatalogStore, ObjectStore, Principal, ServedModels } from "./app/ports.ts";
import { SCOPES } from "../shared/contract/operations.ts";
import type { Config } from "./config/load-config.ts";
import { programVersion } from "./config/program-version.ts";
import { openDiskObserver } from "./disk/observer.ts";
import { openObjectStore } from "./disk/object-store.ts";
import { resolveRoot } from "./disk/resolve-root.ts";
import { watchEventLoop } from "./ops/event-loop.ts";
import { createLogger, type Logger } from "./ops/logger.ts";
import { openServiceNotifier } from "./ops/notify-systemd.ts";
import { createServedModels } from "./serving/served-models.ts";
import { openCatalogStore } from "./storage/catalog-store.ts";
import { lockStateDirectory } from "./storage/state-lock.ts";
import { openGrpcServer } from "./transport/grpc/server.ts";
import { openHealthServer } from "./transport/http/server.ts";
import { openIpcServer } from "./transport/ipc/server.ts";
import { openGroupReader } from "./workers/group-reader.ts";

/** Encoded answers kept in memory: a few hundred models of 1 MB. */
const PAYLOAD_CACHE_BYTES = 256 * 1024 * 1024;
/** A reader that takes longer than this on one group is ended. */
const READ_DEADLINE_MS = 60_000;

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
  const store = opened.use(await openCatalogStore({ file: join(config.stateDir, "catalog.sqlite"), log }));
  const objects = opened.use(await openObjectStore(join(config.stateDir, "objects")));
  const reader = opened.use(openGroupReader({ deadlineMs: READ_DEADLINE_MS, maxArtifactBytes: config.maxArtifactBytes, log }));
  const models = serveFrom(store, objects);
  const open: { addresses?: Addresses } = {};
  const application = opened.use(
    await openApplication({
      stored: await store.load(),
      ...{ store, objects, reader, models, clock, log, resolveRoot },
      openObserver: (sink) =>
        openDiskObserver({ settleMs: config.watchDebounceMs, rescanMs: config.watchIntervalMs, watch: config.watchEnabled, sink, log }),
      about: () => ({
        ...(open.addresses ?? { grpc: null, http: null, socket: null }),
        ...{ daemon_version: programVersion(), pid: process.pid, started_at: startedAt, watching: config.watchEnabled },
      }),
    }),
  );
  const doors = await openDoors(opened, config, application, clock, log);
  open.addresses = doors.addresses;
  const notifier = await openServiceNotifier(log);
  const life = opened.move();
  return {
    addresses: doors.addresses,
    async start(signal) {
      doors.setServing(true);
      const begun = clock.monotonicMs();
      await application.start();
      log.info({ ms: Math.round((clock.monotonicMs() - begun) * 10) / 10 }, "every source was listed");
      notifier.ready("serving");
      await registerPaths(application, config.register, signal);
    },
    async [Symbol.asyncDispose]() {
      notifier.stopping();
      await life.disposeAsync();
    },
  };
}

function serveFrom(store: CatalogStore, objects: ObjectStore): ServedModels {
  return createServedModels({
    readObject: async (sha256) => {
      const [place] = await store.objectsOf([sha256]);
      if (place === undefined) throw new AppError("unavailable", "the bytes of this version are no longer kept");
      return objects.read(place);
    },
    loadDescription: (versionId) => loadDescription(store, versionId),
    maxBytes: PAYLOAD_CACHE_BYTES,
  });
}

/** Opens the socket, the HTTP port and, unless switched off, the gRPC port. */
async function openDoors(opened: AsyncDisposableStack, config: Config, application: OpenApplication, clock: Clock, log: Logger) {
  const { adminGroup, socketPath } = config;
  const socket = opened.use(await openIpcServer({ socketPath, application, log, adminGroup, version: programVersion() }));
  const loop = opened.use(watchEventLoop());
  // The longest task since the last question: what made the daemon slow to answer, if it was.
  const health = () => ({
    live: true,
    ready: application.ready,
    detail: { ready: application.ready, longest_task_ms: Math.round(loop.take()) },
  });
  const http = opened.use(await openHealthServer({ host: config.httpHost, port: config.httpPort, health, log }));
  const grpc = config.grpcEnabled
    ? opened.use(await openGrpcServer({ host: config.grpcHost, port: config.grpcPort, application, clock, log, protoPath: protoPath() }))
    : null;
  const addresses: Addresses = { grpc: grpc?.address ?? null, http: http.address, socket: socket.path };
  return { addresses, setServing: (serving: boolean) => grpc?.setServing(serving) };
}

/** The daemon acting on its own command line. */
const COMMAND_LINE: Principal = { name: "command line", door: "daemon", scopes: new Set(SCOPES) };

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

export { createSystemClock } from "./ops/system-clock.ts";
