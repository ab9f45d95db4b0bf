// Which function answers which operation: one line each, so that a forgotten one does not compile.

import type { Output } from "../../shared/contract/operations.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import { createAudit } from "./audit.ts";
import type { CaptureGate } from "./capture-gate.ts";
import type { Catalog } from "./catalog.ts";
import { listGroups, listLive, listSources, streamEvents } from "./catalog-queries.ts";
import type { Clients } from "./clients.ts";
import type { Committer } from "./commit.ts";
import type { Handlers } from "./doors.ts";
import { createLifecycle } from "./lifecycle.ts";
import { createLineQueries } from "./line-queries.ts";
import { watchLive } from "./live-watch.ts";
import { streamModel, type ModelReader } from "./model-reader.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { createMoves } from "./moves.ts";
import { createModelQueries } from "./model-queries.ts";
import { streamLog } from "./log-stream.ts";
import type {
  CatalogStore,
  GroupReader,
  LineLoads,
  Log,
  ModelDesk,
  ObjectStore,
  ObjectUpkeep,
  OwnProcess,
  RegistrationReader,
  Renderings,
  ServedModels,
} from "./ports.ts";
import type { Prover } from "./prove-version.ts";
import { createRefresh } from "./refresh-lines.ts";
import { createRegistrar } from "./registrar.ts";
import { examine } from "./self-examination.ts";
import type { Sources } from "./sources.ts";
import { storeFiles } from "./store-files.ts";
import { createVerifier } from "./verify-objects.ts";
import type { Wake } from "./wake.ts";

/** The parts of the application that handlers are made of. */
export interface HandlerParts {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly reader: GroupReader;
  readonly models: ServedModels;
  readonly renderings: Renderings;
  readonly loads: LineLoads;
  readonly registrations: RegistrationReader;
  readonly model: ModelReader;
  readonly desk: ModelDesk;
  readonly clock: Clock;
  readonly log: Log;
  readonly wake: Wake;
  readonly committer: Committer;
  readonly gate: CaptureGate;
  readonly mender: ObjectMender;
  readonly prover: Prover;
  readonly sources: Sources;
  readonly clients: Clients;
  readonly process: OwnProcess;
  readonly about: () => Pick<Output<"status">, "daemon_version" | "pid" | "started_at" | "grpc" | "http" | "socket" | "watching">;
  /** Drift of datasets blocks, where a question does not say. */
  readonly strictVersions: boolean;
  /** True once every source was listed after the start. */
  readonly isReady: () => boolean;
}

/** The handlers of all operations. */
export function createHandlers(parts: HandlerParts): Handlers {
  const { catalog, sources, clients, model } = parts;
  const lines = createLineQueries(parts);
  const moves = createMoves({ ...parts, storeFiles: (draft) => storeFiles(parts, draft) });
  const queries = createModelQueries(parts);
  return {
    status: () => Promise.resolve(statusOf(parts)),
    "source.add": sources.add,
    "source.list": () => Promise.resolve(listSources(catalog)),
    "source.remove": sources.remove,
    "source.progress": sources.progress,
    refresh: createRefresh(parts),
    "group.list": (input) => Promise.resolve().then(() => listGroups(catalog, input)),
    "line.show": lines.show,
    "line.ic": lines.ic,
    "line.curve": lines.curve,
    "line.factors": lines.factors,
    "line.model": queries.describe,
    "line.versions": lines.versions,
    "line.history": lines.history,
    "line.activate": moves.activate,
    "line.resume": moves.resume,
    "model.get": (input) => streamModel(model, input),
    "model.predict": queries.predict,
    "model.render": queries.render,
    "model.convert": queries.convert,
    "artifact.inspect": queries.inspect,
    "live.list": (input) => Promise.resolve().then(() => listLive(catalog, input)),
    "live.watch": (input, context) => withoutPayload(watchLive(parts, input, context)),
    "client.list": clients.list,
    "client.report": clients.report,
    "event.stream": (input, context) => streamEvents(parts, input, context),
    "log.stream": (input, context) => streamLog(parts.process.log, input, context),
    doctor: () => examine(parts),
    "store.verify": createVerifier(parts),
    ...createLifecycle(parts),
    ...createRegistrar(parts),
    ...createAudit(parts),
  };
}

async function* withoutPayload(changes: ReturnType<typeof watchLive>): AsyncIterable<Output<"live.watch">> {
  for await (const { payload: _payload, ...change } of changes) yield change;
}

function statusOf({ catalog, clients, gate, about, isReady }: HandlerParts): Output<"status"> {
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
  return {
    ...about(),
    ...counts,
    ready: isReady(),
    sequence: catalog.lastSequence,
    lines_live: live,
    clients: clients.watching,
    capture_stopped: gate.stopped,
  };
}
