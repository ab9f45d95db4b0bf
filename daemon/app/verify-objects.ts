// The operation `store.verify`: every stored object is read and hashed in a thread of its own; what is damaged is mended if it can be.

import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { Catalog } from "./catalog.ts";
import type { RequestContext } from "./doors.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { damageOf } from "./object-damage.ts";
import { createPace } from "./pace.ts";
import type { CatalogStore, Log, ObjectFinding, ObjectHolder, ObjectRecord, ObjectStore, ObjectUpkeep } from "./ports.ts";

/** Objects and bytes that the thread is given at once: what it is doing when nobody wants to know any more. */
const OBJECTS_AT_ONCE = 256;
const BYTES_AT_ONCE = 32 * 1024 * 1024;
/** Progress is told this often, in ms. */
const TELL_MS = 200;
const MOST_NAMED = 100;
const HOLDERS_AT_ONCE = 200;
const HEX_DIGITS = [..."0123456789abcdef"];
const PACK_PREFIXES = HEX_DIGITS.flatMap((first) => HEX_DIGITS.map((second) => first + second));

/** What `createVerifier` works with. */
export interface VerifyDependencies {
  readonly catalog: Catalog;
  readonly store: Pick<CatalogStore, "objectsAfter" | "objectCount" | "objectsOf" | "holdersOf">;
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly mender: ObjectMender;
  readonly log: Log;
}

type Item = Output<"store.verify">;
type Finding = Extract<Item, { part: "finding" }>;
/** Handler of `store.verify`. */
export type Verify = (input: object, context: RequestContext) => AsyncIterable<Item>;

/** A verifier over the stores; one runs at a time. AppError `conflict` for a second one. */
export function createVerifier(deps: VerifyDependencies): Verify {
  let isRunning = false;
  return async function* verify(_input, { signal, principal }) {
    if (isRunning) throw new AppError("conflict", "the store is being verified already; wait until that has ended");
    isRunning = true;
    try {
      deps.log.info({ principal: principal.name }, "verifying every stored model file");
      yield* verifyAll(deps, signal);
    } finally {
      isRunning = false;
    }
  };
}

async function* verifyAll(deps: VerifyDependencies, signal: AbortSignal): AsyncGenerator<Item> {
  const counts = { objects: 0, bytes: 0, total: await countAll(deps, signal), damaged: 0, restored: 0 };
  await using checker = deps.objects.openChecker();
  const restored = new Set<string>();
  let last: ObjectRecord | undefined;
  let told = -Infinity;
  while (!signal.aborted) {
    const page = cut(await deps.store.objectsAfter(last, OBJECTS_AT_ONCE));
    last = page.at(-1);
    if (last === undefined) break;
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
  if (signal.aborted) return;
  deps.log[counts.damaged === 0 ? "info" : "error"](counts, "every stored model file was verified");
  yield { part: "done", ...counts };
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
    return { line: lineName(namespace, name), version: label, path, live: line.live?.id === versionId };
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
