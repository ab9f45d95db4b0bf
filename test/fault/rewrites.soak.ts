// Trainers that rewrite the files of their groups in place, in chunks, truncating or over the old bytes: a watcher never gets a mixed or partial model.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon, type DaemonProcess } from "../support/daemon-process.ts";
import { openModelClient, WatchLog, type Change, type ModelClient } from "../support/model-client.ts";
import { createRandom, soakCount, soakSeed } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { manifestText, rewriteInPlace, stampsOf, TRAINING_SUFFIXES, trainingFiles, writeTraining } from "../support/training.ts";

const REWRITES = soakCount(2_000);
const LEAST_VERSIONS = soakCount(200);
const FEATURES = 8;
/** Of each kind of trainer. */
const TRAINERS_PER_KIND = 5;
const SETTLE_MS = 1_000;
/** A file of a model is written in so many pieces, with a pause after each. */
const CHUNKS = { least: 2, most: 6 };
const PAUSE_MS = 8;
/** A manifest says when a group is complete, so its trainer may stop in the middle for longer than the window; one training in so many does. */
const LONG_STOP = { oneIn: 8, ms: 1.5 * SETTLE_MS };
/** Until the next training: shorter than the window, so that nothing may be taken of this one; about as long, so that the next begins while this one is read; longer. */
const RESTS_MS = [
  { least: 0, most: 0.9 * SETTLE_MS },
  { least: SETTLE_MS, most: 1.08 * SETTLE_MS },
  { least: SETTLE_MS, most: 1.6 * SETTLE_MS },
] as const;
/** Quiet time inside a training from which the window cannot protect anybody any more: this machine cannot keep a trainer's pace. */
const LONGEST_GAP_MS = 0.8 * SETTLE_MS;

type Style = "truncate" | "overwrite";

interface Trainer {
  readonly key: string;
  readonly style: Style;
  readonly hasManifest: boolean;
  /** Its own randomness, so that what it does is the same however the trainers take turns. */
  readonly random: () => number;
  /** Stamps of its trainings, oldest first. */
  readonly stamps: number[];
  longestGapMs: number;
}

const temporary = useTempDirectory("rewrites");
let daemon: DaemonProcess | undefined;
let client: ModelClient | undefined;
beforeEach(() => buildBundle());
afterEach(async () => {
  client?.close();
  await daemon?.stop();
});

test(`${REWRITES} rewrites in place deliver whole models only`, { timeout: 1_200_000 }, async () => {
  const root = join(temporary(), "models");
  await mkdir(root);
  const trainers = makeTrainers();
  for (const trainer of trainers) await writeTraining(root, trainer.key, training(trainer, nextStamp(trainers, trainer)));
  daemon = await startDaemon({
    stateDir: join(temporary(), "state"),
    socketPath: join(temporary(), "d.sock"),
    register: [root],
    settleSeconds: SETTLE_MS / 1000,
    rescanSeconds: 1,
    isBundled: true,
  });
  client = openModelClient(daemon.ready.grpc);
  const watch = new WatchLog(client.watch({ model_name: "models", include_payload: true }));
  await watch.next("the end of the snapshot", ({ kind }) => kind === "KIND_SNAPSHOT_END");
  const snapshot = watch.changes.length;

  let left = REWRITES;
  const train = async (trainer: Trainer): Promise<void> => {
    while (left-- > 0) {
      await rewriteGroup(root, trainer, nextStamp(trainers, trainer));
      const { least, most } = RESTS_MS[Math.floor(trainer.random() * RESTS_MS.length)] ?? RESTS_MS[0];
      await sleep(least + trainer.random() * (most - least));
    }
  };
  await Promise.all(trainers.map(train));
  for (const trainer of trainers) await expectDelivered(watch, trainer, trainer.stamps.at(-1) ?? 0);
  watch.stop();

  const delivered = watch.changes.slice(snapshot).filter(({ kind }) => kind === "KIND_LIVE");
  report(trainers, delivered);
  for (const trainer of trainers) {
    if (!trainer.hasManifest) expect(trainer.longestGapMs, `longest gap of ${trainer.key}, ms`).toBeLessThan(LONGEST_GAP_MS);
  }
  expect(delivered.flatMap((change) => faultsOf(change, trainers))).toEqual([]);
  expect(delivered.length).toBeGreaterThanOrEqual(LEAST_VERSIONS);
});

function makeTrainers(): readonly Trainer[] {
  const trainers: Trainer[] = [];
  for (const style of ["truncate", "overwrite"] as const) {
    for (const hasManifest of [false, true]) {
      for (let n = 0; n < TRAINERS_PER_KIND; n += 1) {
        const key = `${style.toUpperCase()}${hasManifest ? "M" : ""}${n}_ret_60`;
        const random = createRandom(soakSeed() + trainers.length);
        trainers.push({ key, style, hasManifest, random, stamps: [], longestGapMs: 0 });
      }
    }
  }
  return trainers;
}

/** A stamp that no other training has, and always as long as the others: what is overwritten has the same size then. */
function nextStamp(trainers: readonly Trainer[], trainer: Trainer): number {
  const stamp = 100_000 + trainers.indexOf(trainer) * 10_000 + trainer.stamps.length;
  trainer.stamps.push(stamp);
  return stamp;
}

function training({ key }: Trainer, stamp: number) {
  return { stamp, symbol: key.slice(0, key.indexOf("_")), features: FEATURES, trees: 4, padBytes: 500_000 };
}

/** One training in place: all files in any order, each in pieces. */
async function rewriteGroup(root: string, trainer: Trainer, stamp: number): Promise<void> {
  const { key, style, hasManifest, random } = trainer;
  const files: Readonly<Record<string, Uint8Array>> = trainingFiles(training(trainer, stamp));
  const names = [...TRAINING_SUFFIXES.map((suffix) => ({ suffix: String(suffix), at: random() }))];
  if (hasManifest) names.push({ suffix: "_manifest.json", at: placeOfManifest(trainer) });
  names.sort((one, other) => one.at - other.at);
  const stopsAfter = hasManifest && random() * LONG_STOP.oneIn < 1 ? Math.floor(random() * (names.length - 1)) : -1;
  for (const [n, { suffix }] of names.entries()) {
    const bytes = files[suffix] ?? Buffer.from(manifestText(key, files));
    const chunks = CHUNKS.least + Math.floor(random() * (CHUNKS.most - CHUNKS.least + 1));
    const path = join(root, `${key}${suffix}`);
    const isNew = suffix === "_manifest.json" && trainer.stamps.length === 2;
    const begun = performance.now();
    await rewriteInPlace(path, bytes, isNew ? "truncate" : style, chunks, random() * PAUSE_MS);
    // The time for a whole file is an upper bound of the gaps between its pieces.
    trainer.longestGapMs = Math.max(trainer.longestGapMs, performance.now() - begun);
    if (n === stopsAfter) await sleep(LONG_STOP.ms);
  }
}

/**
 * Anywhere among the files, which are between 0 and 1. One that is written over the old bytes comes first or last: half of it is a whole
 * manifest, too, and in the middle it could name just the files that are new already and the old ones that are not.
 */
function placeOfManifest({ style, random }: Trainer): number {
  const place = random();
  return style === "truncate" ? place : Math.round(place) * 3 - 1;
}

/** Waits until the group's last training is live. */
async function expectDelivered(watch: WatchLog, { key }: Trainer, stamp: number): Promise<void> {
  const isIt = ({ kind, group_key, payload }: Change): boolean =>
    kind === "KIND_LIVE" && group_key === key && payload !== null && stampsOf(payload).has(stamp);
  await watch.next(`the last training of ${key}`, isIt);
}

/** What is wrong with a delivered model: nothing, when every part of it carries one and the same stamp of its own trainer. */
function faultsOf({ group_key: key, version, payload }: Change, trainers: readonly Trainer[]): readonly string[] {
  if (payload === null) return [`${key} ${version} came without its model`];
  const stamps = [...stampsOf(payload)];
  const [stamp] = stamps;
  if (stamps.length !== 1 || stamp === undefined) return [`${key} ${version} is mixed of ${stamps.join(", ")}`];
  if (trainers.find((trainer) => trainer.key === key)?.stamps.includes(stamp) !== true) return [`${key} ${version} has the stamp ${stamp}`];
  const { length } = payload.dim_factors;
  return length === FEATURES ? [] : [`${key} ${version} has ${length} of ${FEATURES} factors`];
}

function report(trainers: readonly Trainer[], delivered: readonly Change[]): void {
  const count = (style: Style, hasManifest: boolean): number => {
    const keys = new Set(
      trainers.filter((trainer) => trainer.style === style && trainer.hasManifest === hasManifest).map(({ key }) => key),
    );
    return delivered.filter(({ group_key: key }) => keys.has(key)).length;
  };
  const of = (style: Style): string => `${style} ${count(style, false)} and ${count(style, true)} with a manifest`;
  const gap = Math.max(...trainers.map(({ longestGapMs }) => longestGapMs));
  process.stderr.write(
    `${REWRITES} rewrites in place of ${trainers.length} groups: ${delivered.length} versions delivered (${of("truncate")}, ${of("overwrite")}), ` +
      `none mixed or partial unless named below; a file took at most ${gap.toFixed(0)} ms to write\n`,
  );
}
