// Whatever happens, and wherever the process ends, no version that must be kept loses its bytes, and nothing else stays for good.

import { cp } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { CatalogStore, ObjectStore, ObjectUpkeep } from "../../../daemon/app/ports.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { checkKept, contentsOf, openKeepStage, type KeepStageOptions } from "./keep-stage.ts";

const directory = useTempDirectory("keep-order");
const GROUPS = ["BTC_ret", "ETH_ret"] as const;

/** Catalog and packs as after so many versions of the first group, none of them dropped yet; the first pack is large and mostly unneeded. */
async function prepare(path: string, versions: number): Promise<void> {
  await using stage = await openKeepStage(path);
  await stage.show(GROUPS[0], { model_json: "x".repeat(200_000), factors_txt: "kept on" });
  for (let number = 2; number < versions; number++) await stage.show(GROUPS[0], contentsOf(number));
  await stage.show(GROUPS[0], { model_json: "{}", factors_txt: "kept on" });
}

/** A process that ends after so many steps of writing: none of the later ones happens, and no reading either. */
function endingAfter(steps: number): Pick<KeepStageOptions, "wrap" | "wrapStore"> & { readonly hasEnded: () => boolean } {
  let left = steps;
  let ended = false;
  const step =
    <A extends readonly unknown[], T>(work: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      if (left-- <= 0) {
        ended = true;
        throw new Error("the process has ended");
      }
      return work(...given);
    };
  return {
    hasEnded: () => ended,
    wrap: (objects): ObjectStore & ObjectUpkeep => ({
      read: (object) => (ended ? Promise.reject(new Error("the process has ended")) : objects.read(object)),
      listPacks: () => objects.listPacks(),
      packBytes: (pack) => objects.packBytes(pack),
      openChecker: () => objects.openChecker(),
      findBytes: (...given) => objects.findBytes(...given),
      put: step((given) => objects.put(given)),
      removePack: step((pack) => objects.removePack(pack)),
    }),
    wrapStore: (store): CatalogStore => ({ ...store, commit: step((change) => store.commit(change)) }),
  };
}

it(
  "a process that ends between any two steps of upkeep loses nothing, and the next one finishes the work",
  { timeout: 120_000 },
  async () => {
    const template = join(directory(), "template");
    await prepare(template, 56);
    let steps = 0;
    for (;;) {
      const path = join(directory(), String(steps));
      await cp(template, path, { recursive: true });
      const end = endingAfter(steps);
      {
        await using stage = await openKeepStage(path, end);
        await stage.app.keeper.sweep(true).catch(() => undefined);
      }
      await using stage = await openKeepStage(path);
      await stage.app.keeper.sweep(true);
      expect(await checkKept(stage, path, [GROUPS[0]])).toBe(50);
      if (!end.hasEnded()) break;
      steps++;
    }
    // One commit for the dropped digests; four packs removed; for the one written anew a put, a commit and its removal.
    expect(steps).toBe(1 + 4 + 3);
  },
);

const group = fc.constantFrom(...GROUPS);
const operation = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("show" as const), group, number: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("activate" as const), group, number: fc.integer({ min: 1, max: 70 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("resume" as const), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("gate" as const), isGated: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("follow" as const, "sweep" as const, "restart" as const) }) },
);

it("after any captures, moves, restarts and upkeep, what must be kept is there and nothing else", { timeout: 300_000 }, async () => {
  const template = join(directory(), "template");
  await prepare(template, 52);
  let run = 0;
  const property = fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (operations) => {
    const path = join(directory(), String(run++));
    await cp(template, path, { recursive: true });
    let stage = await openKeepStage(path);
    const { app, context } = { app: () => stage.app, context: stage.context };
    const refusable = (work: Promise<unknown>) => work.catch((error: unknown) => expect(error).toHaveProperty("code"));
    for (const step of operations) {
      if (step.kind === "show") await stage.show(step.group, contentsOf(step.number));
      if (step.kind === "activate")
        await refusable(app().invoke("line.activate", { line: `src/${step.group}`, version: `v${step.number}` }, context));
      if (step.kind === "resume") await refusable(app().invoke("line.resume", { line: `src/${step.group}` }, context));
      if (step.kind === "gate") {
        const policy = step.isGated ? "gated" : "follow";
        await app().invoke("source.add", { path: stage.root, name: "src", policy, replace: true }, context);
      }
      if (step.kind === "follow") await app().keeper.follow(true);
      if (step.kind === "sweep") await app().keeper.sweep(true);
      if (step.kind === "restart") {
        await stage[Symbol.asyncDispose]();
        stage = await openKeepStage(path);
      }
    }
    await app().keeper.sweep(true);
    const shown = new Set(operations.flatMap((step) => (step.kind === "show" ? step.group : [])));
    await checkKept(
      stage,
      path,
      GROUPS.filter((name) => name === GROUPS[0] || shown.has(name)),
    );
    await stage[Symbol.asyncDispose]();
  });
  await fc.assert(property, { numRuns: 10, seed: 20_260_105 });
});
