// The operation `store.verify`: every stored object is read and hashed in a thread of its own, what is damaged is mended if it can be, and what is live must give its margins.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Catalog, SourceState } from "./catalog.ts";
import type { RequestContext } from "./doors.ts";
import { keptDigests } from "./kept-bytes.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { damageOf } from "./object-damage.ts";
import { createPace } from "./pace.ts";
import type { CatalogStore, Log, ObjectFinding, ObjectHolder, ObjectRecord, ObjectStore, ObjectUpkeep, VersionRecord } from "./ports.ts";
import type { Prover } from "./prove-version.ts";
import { requireSource } from "./sources.ts";

/** Objects and bytes that the thread is given at once: what it is doing when nobody wants to know any more. */
const OBJECTS_AT_ONCE = 256;
const BYTES_AT_ONCE = 32 * 1024 * 1024;
/** Progress is told this often, in ms. */
const TELL_MS = 200;
const MOST_NAMED = 100;
/** Stands for the path of what lies on no disk. */
const MADE_HERE = "what was made of its files";
const HOLDERS_AT_ONCE = 200;
const VERSIONS_AT_ONCE = 25;
const HEX_DIGITS = [..."0123456789abcdef"];
const PACK_PREFIXES = HEX_DIGITS.flatMap((first) => HEX_DIGITS.map((second) => first + second));

/** What `createVerifier` works with. */
export interface VerifyDependencies {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "objectsAfter" | "objectCount" | "objectsOf" | "holdersOf" | "versionsFrom">;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly mender: ObjectMender;
  readonly prover: Prover;
  readonly log: Log;
}

type Item = Output<"store.verify">;
type Finding = Extract<Item, { part: "finding" }>;
/** Handler of `store.verify`. */
export type Verify = (input: Input<"store.verify">, context: RequestContext) => AsyncIterable<Item>;

/** A verifier over the stores; one runs at a time. AppError `conflict` for a second one. */
export function createVerifier(deps: VerifyDependencies): Verify {
  let isRunning = false;
  return async function* verify({ source: name }, { signal, principal }) {
    const source = name === undefined ? undefined : requireSource(deps.catalog, name);
    if (isRunning) throw new AppError("conflict", "the store is being verified already; wait until that has ended");
    isRunning = true;
    try {
      deps.log.info({ principal: principal.name, ...(name === undefined ? {} : { source: name }) }, "verifying stored model files");
      yield* verifyAll(deps, source, signal);
    } finally {
      isRunning = false;
    }
  };
}

async function* verifyAll(deps: VerifyDependencies, source: SourceState | undefined, signal: AbortSignal): AsyncGenerator<Item> {
  const needed = source === undefined ? undefined : await neededBy(deps, source, signal);
  const total = needed?.length ?? (await countAll(deps, signal));
  const counts = { objects: 0, bytes: 0, total, damaged: 0, restored: 0, models: 0, failed: 0 };
  await using checker = deps.objects.openChecker();
  const restored = new Set<string>();
  let told = -Infinity;
  for await (const page of needed === undefined ? allObjects(deps) : placesOf(deps, needed)) {
    if (signal.aborted) return;
    // What was restored lies in a new pack, which may come later on.
    const batch = page.filter((object) => !restored.has(object.sha256));
    for (const found of await checker.check(batch)) {
      const finding = await settle(deps, found);
      if (finding === undefined) continue;
      counts.damaged++;
      if (finding.restored_from !== "") restored.add(finding.sha256);
      counts.restored = restored.size;
      yield finding;
    }
    counts.objects += batch.length;
    counts.bytes += batch.reduce((sum, object) => sum + object.size, 0);
    if (performance.now() - told < TELL_MS) continue;
    told = performance.now();
    yield { part: "progress", ...counts };
  }
  for (const { line, live } of liveLines(deps, source)) {
    if (signal.aborted) return;
    const detail = await marginsOf(deps, live);
    counts.models++;
    if (detail === "") continue;
    counts.failed++;
    yield { part: "margins", line, version: live.label, detail };
  }
  const isSound = counts.damaged + counts.failed === 0;
  deps.log[isSound ? "info" : "error"](counts, "stored model files were verified");
  yield { part: "done", ...counts };
}

/** Every stored object, a page at a time. */
async function* allObjects({ store }: VerifyDependencies): AsyncGenerator<readonly ObjectRecord[]> {
  let last: ObjectRecord | undefined;
  do {
    const page = cut(await store.objectsAfter(last, OBJECTS_AT_ONCE));
    last = page.at(-1);
    if (page.length > 0) yield page;
  } while (last !== undefined);
}

/** Digests of all that the versions of a source consist of. */
async function neededBy({ catalog, store }: VerifyDependencies, source: SourceState, signal: AbortSignal): Promise<readonly string[]> {
  const pace = createPace(signal, 0);
  const digests = new Set<string>();
  for (const { record, source: own } of [...catalog.lines.values()]) {
    if (own !== source) continue;
    let from = 1;
    for (;;) {
      const versions = await store.versionsFrom(record.id, from, VERSIONS_AT_ONCE);
      for (const version of versions) for (const digest of keptDigests(version)) digests.add(digest);
      const last = versions.at(-1);
      if (last === undefined || signal.aborted) break;
      from = last.number + 1;
    }
    await pace.breathe();
  }
  return [...digests];
}

/** Where the digests lie, a page at a time; those that are no longer kept lie nowhere. */
async function* placesOf({ store }: VerifyDependencies, digests: readonly string[]): AsyncGenerator<readonly ObjectRecord[]> {
  for (let at = 0; at < digests.length; at += OBJECTS_AT_ONCE) {
    let rest = await store.objectsOf(digests.slice(at, at + OBJECTS_AT_ONCE));
    while (rest.length > 0) {
      const page = cut(rest);
      yield page;
      rest = rest.slice(page.length);
    }
  }
}

/** What is live, with the name of its line. */
function liveLines({ catalog }: VerifyDependencies, source: SourceState | undefined): { line: string; live: VersionRecord }[] {
  return [...catalog.lines.values()].flatMap(({ record, live, source: own }) =>
    live === null || (source !== undefined && own !== source) ? [] : [{ line: lineName(record.namespace, record.name), live }],
  );
}

/** What speaks against a live version; also that nobody could look, because its bytes are damaged. */
async function marginsOf({ prover }: VerifyDependencies, live: VersionRecord): Promise<string> {
  try {
    return await prover.failureOf(live);
  } catch (error) {
    if (error instanceof AppError) return `it could not be looked at: ${error.message}`;
    throw error;
  }
}

/** Counted in pieces: the whole table in one go would hold up others. */
async function countAll({ store }: VerifyDependencies, signal: AbortSignal): Promise<number> {
  const pace = createPace(signal, 0);
  let total = 0;
  for (const prefix of PACK_PREFIXES) {
    total += await store.objectCount(prefix);
    await pace.breathe();
  }
  return total;
}

/** As many of the objects as the thread is given at once, at least one. */
function cut(objects: readonly ObjectRecord[]): readonly ObjectRecord[] {
  let bytes = 0;
  const end = objects.findIndex((object, index) => (bytes += object.size) > BYTES_AT_ONCE && index > 0);
  return end < 0 ? objects : objects.slice(0, end);
}

/** Looks again at where the object is now, and mends it; undefined when it is whole or was dropped meanwhile. */
async function settle(deps: VerifyDependencies, found: ObjectFinding): Promise<Finding | undefined> {
  const { sha256 } = found.object;
  const [place] = await deps.store.objectsOf([sha256]);
  if (place === undefined) return undefined;
  if (found.damage === "unchecked") return describe(deps, place, found, "");
  try {
    await deps.objects.read(place);
    return undefined;
  } catch (error) {
    const damage = damageOf(error);
    if (damage === undefined) return describe(deps, place, { ...found, damage: "unchecked" }, "");
    const mended = await deps.mender.mend(place, damage, true);
    return describe(deps, place, { ...found, damage }, mended.outcome === "restored" ? mended.from : "");
  }
}

async function describe(
  { catalog, store }: VerifyDependencies,
  { sha256, size }: ObjectRecord,
  { damage, detail }: Pick<ObjectFinding, "damage" | "detail">,
  restoredFrom: string,
): Promise<Finding> {
  const holders: ObjectHolder[] = [];
  let before: number | undefined;
  do {
    const page: readonly ObjectHolder[] = await store.holdersOf(sha256, HOLDERS_AT_ONCE, before);
    holders.push(...page);
    before = page.length < HOLDERS_AT_ONCE ? undefined : page.at(-1)?.versionId;
    await new Promise(setImmediate);
  } while (before !== undefined);
  const named = holders.flatMap(({ lineId, versionId, label, path }) => {
    const line = catalog.lines.get(lineId);
    if (line === undefined) return [];
    const { namespace, name } = line.record;
    return { line: lineName(namespace, name), version: label, path: path === "" ? MADE_HERE : path, live: line.live?.id === versionId };
  });
  return {
    part: "finding",
    sha256,
    bytes: size,
    damage,
    detail,
    restored_from: restoredFrom,
    needed_by: named.toSorted((a, b) => Number(b.live) - Number(a.live)).slice(0, MOST_NAMED),
    needed_total: named.length,
  };
}
