// A gated line with real packs, a played trainer and short ways to ask what became of its versions.

import { createHash } from "node:crypto";
import type { GroupReading } from "../../../daemon/app/ports.ts";
import type { Output } from "../../../shared/contract/operations.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import { openStage, readingOf, type Stage, type StageOptions } from "./application-fixture.ts";
import { contentsOf, digestOf, openKeepStage, type KeepStage, type KeepStageOptions } from "./keep-stage.ts";

export const GROUP = "BTC_60";
export const LINE = `src/${GROUP}`;

const HOUR = 3_600_000_000n;

/** Metrics that pass every default gate but that of paper trading. */
export const GOOD = { ic: 0.05, sharpe: 1.2 };

/** What a training brings besides its model. */
export interface Training {
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Text of the series file. */
  readonly series?: string;
  readonly changes?: Partial<Extract<GroupReading, { outcome: "read" }>>;
}

/** The source `src` with policy gated. */
export async function openGatedStage(stateDir: string, options: StageOptions = {}): Promise<Stage> {
  const stage = await openStage(stateDir, options);
  await setPolicy(stage, "gated");
  return stage;
}

/** The same over real packs, for tests that damage them. */
export async function openPackedStage(stateDir: string, options: KeepStageOptions = {}): Promise<KeepStage> {
  const stage = await openKeepStage(stateDir, options);
  await setPolicy(stage, "gated");
  return stage;
}

/** Registers the source anew with another policy. */
export async function setPolicy(stage: Stage, policy: "gated" | "follow"): Promise<void> {
  const { items } = await stage.app.invoke("source.list", {}, stage.context);
  await stage.app.invoke("source.add", { path: items[0]?.root_path ?? "", name: "src", policy, replace: true }, stage.context);
}

/** Puts the n-th training of the group on the disk. */
export async function train(stage: Stage, number: number, training: Training = {}): Promise<void> {
  const { metrics = GOOD, series, changes = {} } = training;
  const reading = readingOf(GROUP, contentsOf(number), {
    descriptionText: stringifyExact({
      ...{ symbol: "BTC", return_name: "ret", feature_dim: 1, factors: ["f"], dim_factors: [], ic_rows: [], curves: [] },
      ...{ info_summary: { config: { metrics } }, model_meta: null, best_iteration: null, golden: "absent", warnings: [] },
    }),
    ...changes,
  });
  const bytes = Buffer.from(series ?? "");
  const file = { kind: "series", path: `${GROUP}_series.csv`, size: bytes.length, mtimeNs: "0", sha256: digestOf(bytes), bytes } as const;
  const contentDigest = createHash("sha256").update(reading.contentDigest).update(bytes).digest("hex");
  await stage.showReading(GROUP, series === undefined ? reading : { ...reading, files: [...reading.files, file], contentDigest });
}

/** So many hours of paper trading, begun and ended. */
export async function tryOnPaper(stage: Stage, version: string, hours = 24): Promise<void> {
  await stage.app.invoke("paper.start", { line: LINE, version }, stage.context);
  pass(stage, hours);
  await stage.app.invoke("paper.stop", { line: LINE, version }, stage.context);
}

/** Lets the daemon's clock go on, or back. */
export function pass(stage: Stage, hours: number): void {
  stage.clock.micros += BigInt(hours) * HOUR;
}

/** Trains, tries on paper and promotes each of the numbers. */
export async function promoteEach(stage: Stage, ...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await train(stage, number);
    await tryOnPaper(stage, `v${number}`);
    await promote(stage, `v${number}`);
  }
}

/** Promotes a version of the line. */
export function promote(stage: Stage, version: string, more: object = {}): Promise<Output<"line.promote">> {
  return stage.app.invoke("line.promote", { line: LINE, version, ...more }, stage.context);
}

/** Rolls the line back. */
export function rollback(stage: Stage, more: object = {}): Promise<Output<"line.rollback">> {
  return stage.app.invoke("line.rollback", { line: LINE, ...more }, stage.context);
}

/** `v1: archived`, oldest first. */
export async function statuses(stage: Stage): Promise<string[]> {
  const { items } = await stage.app.invoke("line.versions", { line: LINE, limit: 1000 }, stage.context);
  return items.map(({ version, status }) => `${version}: ${status}`).toReversed();
}

/** What is live, and whether it is pinned. */
export async function live(stage: Stage): Promise<{ readonly version: string; readonly pinned: boolean }> {
  const { version, pinned } = (await stage.app.invoke("line.show", { line: LINE }, stage.context)).group;
  return { version, pinned };
}

/** The history of the line, newest first. */
export async function history(stage: Stage): Promise<Output<"line.history">["items"]> {
  return (await stage.app.invoke("line.history", { line: LINE, limit: 1000 }, stage.context)).items;
}

/** The newest events, oldest first. */
export async function events(stage: Stage, after = 0): Promise<Output<"event.stream">[]> {
  const found: Output<"event.stream">[] = [];
  for await (const item of stage.app.stream("event.stream", { after }, stage.context)) found.push(item as Output<"event.stream">);
  return found;
}
