// The application over a real store, with a disk, readers and objects that a test plays by hand.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { openApplication, type OpenApplication } from "../../../daemon/app/application.ts";
import type { RequestContext } from "../../../daemon/app/doors.ts";
import type {
  CatalogStore,
  DiskObserver,
  DiskSink,
  GroupReader,
  GroupReading,
  Log,
  ObjectRecord,
  ObjectStore,
  ObjectUpkeep,
  ObservedGroup,
  ReadFile,
  RegistrationReader,
  Renderings,
  ServedModels,
} from "../../../daemon/app/ports.ts";
import { createRecentLines } from "../../../daemon/ops/recent-lines.ts";
import { createLoadBreaker } from "../../../daemon/serving/load-breaker.ts";
import { createRenderings, type ReadObject } from "../../../daemon/serving/renderings.ts";
import { openCatalogStore } from "../../../daemon/storage/catalog-store.ts";
import { openCatalogWriter } from "../../../daemon/storage/catalog-writer.ts";
import { readRegistration } from "../../../daemon/workers/read-registration.ts";
import { SCOPES } from "../../../shared/contract/operations.ts";
import type { GroupDescription } from "../../../shared/domain/description.ts";
import type { Clock } from "../../../shared/lib/clock.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import { playedDesk, type PlayedAnswers } from "./played-desk.ts";

export const quietLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a test says lies in one file. */
export type Contents = Readonly<Partial<Record<"model_json" | "factors_txt" | "info_pkl" | "model_pkl", string>>>;

/** The application under test and the strings that move it. */
export interface Stage extends AsyncDisposable {
  readonly app: OpenApplication;
  readonly context: RequestContext;
  readonly clock: Clock & { micros: bigint };
  /** Listings that were answered, with the answer. */
  readonly dealt: { readonly groupKey: string; readonly outcome: "done" | "again" }[];
  /** Puts contents on the disk and waits until the application has dealt with them. */
  show(groupKey: string, contents: Contents, changes?: Partial<Extract<GroupReading, { outcome: "read" }>>): Promise<void>;
  showReading(groupKey: string, reading: GroupReading, settled?: boolean): Promise<void>;
  gone(groupKey: string): Promise<void>;
  /** Reads that begin from now on end only after this. */
  holdReads(until: Promise<void>): void;
  /** Makes every object write fail from now on. */
  breakObjects(error: Error | undefined): void;
  /** How much of the disk is free from now on, in percent. */
  free(percent: number): void;
}

/** What a stage is given instead of what it plays. */
export interface StageOptions {
  readonly objects?: ObjectStore & ObjectUpkeep;
  /** Made over the way to read an object through the application. */
  readonly models?: (readObject: ReadObject, store: CatalogStore, renderings: Renderings) => ServedModels;
  /** The clock by which loads that failed rest; the stage's own without it. */
  readonly monotonic?: Pick<Clock, "monotonicMs">;
  readonly log?: Log;
  /** What the model desk answers. */
  readonly desk?: PlayedAnswers;
  /** Puts something between the application and its catalog. */
  readonly wrapStore?: (store: CatalogStore) => CatalogStore;
  /** Root of the source `src`. */
  readonly root?: string;
}

interface Faults {
  object?: Error | undefined;
  held: Promise<void>;
  room: { readonly freeBytes: number; readonly totalBytes: number };
}

function openStore(stateDir: string): ReturnType<typeof openCatalogStore> {
  return openCatalogStore({ file: join(stateDir, "catalog.sqlite"), log: quietLog, startWriter: openCatalogWriter });
}

/** Opens a stage with the source `src` in an empty state directory (or the one given, for restarts). */
export async function openStage(stateDir: string, options: StageOptions = {}): Promise<Stage> {
  const clock = { micros: 1_700_000_000_000_000n, nowMicros: () => clock.micros++, monotonicMs: () => performance.now() };
  const opened = await openStore(stateDir);
  const store = options.wrapStore?.(opened) ?? opened;
  const readings = new Map<string, GroupReading>();
  const dealt: { groupKey: string; outcome: "done" | "again" }[] = [];
  let sink: DiskSink | undefined;
  const faults: Faults = { held: Promise.resolve(), room: { freeBytes: 50, totalBytes: 100 } };
  const observer = playedObserver(() => sink, dealt);
  const desk = playedDesk(options.desk);
  const loads = createLoadBreaker({ clock: options.monotonic ?? clock, counts: () => true, log: quietLog });
  const readObject: ReadObject = (digest, served) => loads.load(served, () => app.readObject(digest));
  const renderings = createRenderings({ desk, readObject, maxBytes: 1_000_000 });
  const app: OpenApplication = await openApplication({
    stored: await store.load(),
    ...{ store, desk, renderings, loads, clock, registrations: playedRegistrations, strictVersions: true },
    log: options.log ?? quietLog,
    models: options.models?.(readObject, store, renderings) ?? namedPayloads,
    objects: options.objects ?? playedObjects(() => faults.object),
    reader: playedReader(readings, () => faults.held),
    resolveRoot: (path) => Promise.resolve({ rootPath: path, device: "1", folderName: path.slice(path.lastIndexOf("/") + 1) }),
    openObserver: (given) => {
      sink = given;
      return Promise.resolve(observer);
    },
    process: { log: createRecentLines(), examine: () => Promise.resolve([]) },
    room: () => faults.room,
    about: () => ABOUT,
  });
  const abort = new AbortController();
  const context: RequestContext = { principal: { name: "test", door: "daemon", scopes: new Set(SCOPES) }, signal: abort.signal };
  await app.start();
  // After a restart it is there already.
  if ((await app.invoke("source.list", {}, context)).total === 0)
    await app.invoke("source.add", { path: options.root ?? "/models/src", name: "src" }, context);

  async function showReading(groupKey: string, reading: GroupReading, settled = true): Promise<void> {
    readings.set(groupKey, reading);
    const before = dealt.length;
    sink?.groupsChanged([observed(groupKey, settled, String(before))]);
    while (dealt.length === before) await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    ...{ app, context, clock, dealt, showReading },
    ...pull(faults),
    show: (groupKey, contents, changes) => showReading(groupKey, readingOf(groupKey, contents, changes)),
    async gone(groupKey) {
      const before = (await app.invoke("status", {}, context)).sequence;
      sink?.groupsGone(1, [groupKey]);
      while ((await app.invoke("status", {}, context)).sequence === before) await new Promise((resolve) => setImmediate(resolve));
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await app[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** A group of one file, as a listing shows it. */
function observed(groupKey: string, settled: boolean, stamp: string): ObservedGroup {
  const file = { path: `${groupKey}_model.json`, kind: "model_json", size: 1, mtimeNs: "0", stamp } as const;
  return { sourceId: 1, groupKey, settled, files: [file] };
}

/** The strings that make something go wrong. */
function pull(faults: Faults): Pick<Stage, "holdReads" | "breakObjects" | "free"> {
  return {
    holdReads: (until) => void (faults.held = until),
    breakObjects: (error) => void (faults.object = error),
    free: (percent) => void (faults.room = { freeBytes: percent, totalBytes: 100 }),
  };
}

/** A reading as the workers would give it for these contents. */
export function readingOf(
  groupKey: string,
  contents: Contents,
  changes: Partial<Extract<GroupReading, { outcome: "read" }>> = {},
): Extract<GroupReading, { outcome: "read" }> {
  const files = Object.entries(contents).map(([kind, text]): ReadFile => {
    const bytes = Buffer.from(text);
    return {
      kind: kind as ReadFile["kind"],
      path: `${groupKey}_${kind}`,
      size: bytes.length,
      mtimeNs: "1700000000000000000",
      sha256: sha256(text),
      bytes,
    };
  });
  const symbol = groupKey.split("_")[0] ?? "";
  const description: GroupDescription = {
    symbol,
    return_name: "ret",
    feature_dim: 1,
    factors: ["f"],
    dim_factors: [],
    ic_rows: [],
    info_summary: {},
    model_meta: null,
    curves: [],
    best_iteration: null,
    golden: "absent",
    warnings: [],
  };
  const ready = contents.model_json !== undefined;
  return {
    outcome: "read",
    files,
    faults: [],
    contradictions: [],
    contentDigest: sha256(JSON.stringify(contents)),
    ready,
    notReady: ready ? "" : "it has no model document",
    failure: "",
    derived: [],
    served: { sha256: contents.model_json === undefined ? "" : sha256(contents.model_json), bytes: 1 },
    summary: { symbol, returnName: "ret", featureDim: 1, factorCount: 1, trainStart: null, trainEnd: null, golden: "absent", warnings: [] },
    descriptionText: stringifyExact(description),
    ...changes,
  };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** An observer that reports an empty listing at once and notes what it is answered. */
function playedObserver(sink: () => DiskSink | undefined, dealt: { groupKey: string; outcome: "done" | "again" }[]): DiskObserver {
  return {
    add(source) {
      sink()?.scanned(source.id, { groups: 0, pending: 0 });
      return Promise.resolve();
    },
    remove: () => Promise.resolve(),
    dealt: (group, outcome) => void dealt.push({ groupKey: group.groupKey, outcome }),
    rescan: () => Promise.resolve({ groups: 0, changed: 0 }),
    forget: () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A reader that gives the readings that were put there. */
function playedReader(readings: ReadonlyMap<string, GroupReading>, held: () => Promise<void>): GroupReader {
  return {
    version: 1,
    async read(_root, group) {
      await held();
      return readings.get(group.groupKey) ?? { outcome: "unstable" };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The work of the thread that reads model files, done at once; real files, of at most 1 MB. */
const playedRegistrations: RegistrationReader = {
  read: async (request) => readRegistration(request, { maxArtifactBytes: 1_000_000 }).reading,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Payloads that say which version they stand for. */
const namedPayloads: ServedModels = {
  documentAtHand: () => undefined,
  atHand: (served) => (served.label === "v1" ? Buffer.from(`${served.groupKey}@v1`) : undefined),
  payload: (served) => Promise.resolve(Buffer.from(`${served.groupKey}@${served.label}`)),
  parts: () => Promise.reject(new Error("not used")),
  prime: () => undefined,
};

const ABOUT = { daemon_version: "t", pid: 1, started_at: "", grpc: null, http: null, socket: null, watching: true };

/** Objects in memory, without packs to look after; `fault` makes writes fail while it gives an error. */
export function playedObjects(fault: () => Error | undefined): ObjectStore & ObjectUpkeep {
  const kept = new Map<string, Uint8Array>();
  return {
    async *listPacks() {
      // There are none.
    },
    packBytes: () => Promise.resolve(undefined),
    removePack: () => Promise.resolve(true),
    openChecker: () => ({ check: () => Promise.resolve([]), [Symbol.asyncDispose]: () => Promise.resolve() }),
    findBytes: () => Promise.resolve(undefined),
    put(objects) {
      const error = fault();
      if (error !== undefined) return Promise.reject(error);
      for (const object of objects) kept.set(object.sha256, object.bytes);
      return Promise.resolve(
        objects.map((object): ObjectRecord => ({ sha256: object.sha256, size: object.bytes.length, pack: "p", offset: 0 })),
      );
    },
    read: (object) => Promise.resolve(Buffer.from(kept.get(object.sha256) ?? [])),
  };
}
