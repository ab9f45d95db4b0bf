// The observer's worker thread: carries out the main thread's commands on the watched sources.

import { parentPort, workerData } from "node:worker_threads";
import { BurstMeter } from "./burst-meter.ts";
import { REAL_FS } from "./fs-calls.ts";
import { Outbox } from "./outbox.ts";
import type { Command, KnownGroup, ListingCounts, ObserverSettings } from "./observer-messages.ts";
import { WatchedSource } from "./watched-source.ts";

/** A timer this late (ms) means that the thread was blocked, and the kernel may have dropped events meanwhile. */
const LAG_MS = 500;
const TICK_MS = 250;
const NOTHING: ListingCounts = { groups: 0, changed: 0 };

if (parentPort === null) throw new Error("observer-thread.ts runs only as a worker thread");
const port = parentPort;
const settings = workerData as ObserverSettings;
const outbox = new Outbox((parcel) => port.postMessage(parcel));
const sources = new Map<number, WatchedSource>();
const burstMeter = new BurstMeter(listAllSoon);
/** Known groups that came ahead of their source. */
const ahead = new Map<number, KnownGroup[]>();

async function add(command: Extract<Command, { kind: "add" }>): Promise<ListingCounts> {
  const { sourceId, rootPath, rootDevice } = command;
  const known = ahead.get(sourceId) ?? [];
  ahead.delete(sourceId);
  await remove(sourceId);
  const send = outbox.send.bind(outbox);
  const source = new WatchedSource({ sourceId, rootPath, rootDevice, known, settings, fs: REAL_FS, burstMeter, send });
  sources.set(sourceId, source);
  await source.list();
  return NOTHING;
}

async function remove(sourceId: number): Promise<void> {
  const source = sources.get(sourceId);
  if (source === undefined) return;
  sources.delete(sourceId);
  outbox.withdraw(sourceId);
  await source.close();
}

function reply(request: number, work: Promise<ListingCounts>): void {
  // A failure here is a bug: it ends the thread, and the main thread starts it again.
  void work.then((counts) => outbox.send({ kind: "reply", request, counts }));
}

const HANDLERS: { readonly [K in Command["kind"]]: (command: Extract<Command, { kind: K }>) => void } = {
  known: ({ sourceId, groups }) => {
    const before = ahead.get(sourceId);
    if (before === undefined) ahead.set(sourceId, [...groups]);
    else before.push(...groups);
  },
  add: (command) => reply(command.request, add(command)),
  remove: ({ request, sourceId }) => {
    ahead.delete(sourceId);
    reply(
      request,
      remove(sourceId).then(() => NOTHING),
    );
  },
  rescan: ({ request, sourceId, groupKey }) => reply(request, sources.get(sourceId)?.rescan(groupKey) ?? Promise.resolve(NOTHING)),
  dealt: ({ answers }) => {
    for (const answer of answers) sources.get(answer.group.sourceId)?.dealt(answer);
  },
  forget: ({ sourceId, groupKey }) => sources.get(sourceId)?.forget(groupKey),
  taken: () => outbox.taken(),
};

function handle<K extends Command["kind"]>(command: Extract<Command, { kind: K }>): void {
  const handler: (command: Extract<Command, { kind: K }>) => void = HANDLERS[command.kind];
  handler(command);
}

/** Events may have been lost, of whatever source. */
function listAllSoon(): void {
  for (const source of sources.values()) source.listSoon();
}

let expectedTick = performance.now() + TICK_MS;
setInterval(() => {
  const late = performance.now() - expectedTick;
  expectedTick = performance.now() + TICK_MS;
  burstMeter.nextPeriod();
  if (late > LAG_MS) listAllSoon();
}, TICK_MS);

port.on("message", (command: Command) => handle(command));
