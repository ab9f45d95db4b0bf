// A trainer for tests: writes the five files of a group, every one of them carrying the training's stamp.

import { createHash } from "node:crypto";
import { open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writePickle } from "./pickle-writer.ts";

/** Kinds of files a training writes, by suffix. */
export const TRAINING_SUFFIXES = ["_factors.txt", "_ic.csv", "_info.pkl", "_model.pkl", "_model.json"] as const;
export type TrainingSuffix = (typeof TRAINING_SUFFIXES)[number];

/** What a test wants of one training. */
export interface Training {
  /** Carried by every file: factor names, tau, train_samples, a model attribute, the pickle. */
  readonly stamp: number;
  readonly symbol: string;
  readonly features?: number;
  readonly trees?: number;
  /** Grows the model document to about this many bytes. */
  readonly padBytes?: number;
}

/** The bytes of the five files. */
export function trainingFiles(training: Training): Readonly<Record<TrainingSuffix, Buffer>> {
  const { stamp, symbol } = training;
  const features = training.features ?? 3;
  const names = Array.from({ length: features }, (_, i) => `f${i}_s${stamp}`);
  const tau = stamp / 1_000_000;
  const info = writePickle({
    dict: {
      symbol,
      return_name: `ret_s${stamp}`,
      selected_factors: names,
      train_window: { tuple: [1_700_000_000_000 + stamp, 1_700_100_000_000 + stamp] },
      train_start_date: "2024-01-01",
      train_end_date: "2024-06-01",
      train_samples: stamp,
      train_time: 1.5,
      config: { dict: { stamp } },
      evals_result: { dict: { train: { dict: { rmse: [0.5, 0.4, 0.3] } }, valid: { dict: { rmse: [0.6, 0.5, 0.55] } } } },
    },
  });
  return {
    "_factors.txt": Buffer.from(`${names.join("\n")}\n`),
    "_ic.csv": Buffer.from(
      `symbol,factor_name,return_name,Kendall_tau\n${names.map((name) => `${symbol},${name},ret_s${stamp},${tau}`).join("\n")}\n`,
    ),
    "_info.pkl": info,
    "_model.pkl": writePickle({ dict: { stamp } }),
    "_model.json": Buffer.from(modelDocument(training)),
  };
}

/** The text of a small but valid gbtree document whose attributes carry the stamp. */
export function modelDocument(training: Training): string {
  const features = training.features ?? 3;
  const trees = Array.from({ length: training.trees ?? 2 }, (_, id) => stump(id, id % features, features, training.stamp));
  const attributes: Record<string, string> = { stamp: String(training.stamp) };
  if (training.padBytes !== undefined) attributes["pad"] = "x".repeat(training.padBytes);
  return JSON.stringify({
    learner: {
      attributes,
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: "1", num_trees: String(trees.length) },
          iteration_indptr: Array.from({ length: trees.length + 1 }, (_, i) => i),
          tree_info: trees.map(() => 0),
          trees,
        },
        name: "gbtree",
      },
      learner_model_param: { base_score: "5E-1", boost_from_average: "1", num_class: "0", num_feature: String(features), num_target: "1" },
      objective: { name: "reg:squarederror", reg_loss_param: { scale_pos_weight: "1" } },
    },
    version: [2, 1, 4],
  });
}

function stump(id: number, feature: number, features: number, stamp: number): object {
  return {
    base_weights: [0, -0.1, 0.1],
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: [0, 0, 0],
    id,
    left_children: [1, -1, -1],
    loss_changes: [1, 0, 0],
    parents: [2147483647, 0, 0],
    right_children: [2, -1, -1],
    split_conditions: [0.5, -0.1, stamp / 1000],
    split_indices: [feature, 0, 0],
    split_type: [0, 0, 0],
    sum_hessian: [10, 5, 5],
    tree_param: { num_deleted: "0", num_feature: String(features), num_nodes: "3", size_leaf_vector: "1" },
  };
}

/** Writes one file as careful trainers do: a temporary name, then a rename. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
}

/** Writes all five files of a training by rename, one after the other. */
export async function writeTraining(directory: string, groupKey: string, training: Training): Promise<void> {
  const files = trainingFiles(training);
  for (const suffix of TRAINING_SUFFIXES) await replaceFile(join(directory, `${groupKey}${suffix}`), files[suffix]);
}

/** Rewrites a file in place in several chunks: truncating first, or over the old bytes. */
export async function rewriteInPlace(
  path: string,
  bytes: Uint8Array,
  style: "truncate" | "overwrite",
  chunks: number,
  pauseMs: number,
): Promise<void> {
  const file = await open(path, style === "truncate" ? "w" : "r+");
  try {
    const size = Math.ceil(bytes.length / chunks);
    for (let at = 0; at < bytes.length; at += size) {
      await file.write(bytes, at, Math.min(size, bytes.length - at), at);
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    if (style === "overwrite") await file.truncate(bytes.length);
  } finally {
    await file.close();
  }
}

/** The text of a manifest over the files of a group. */
export function manifestText(groupKey: string, files: Readonly<Partial<Record<TrainingSuffix, Uint8Array>>>): string {
  const digests = Object.entries(files).map(([suffix, bytes]) => [
    `${groupKey}${suffix}`,
    createHash("sha256").update(bytes).digest("hex"),
  ]);
  return JSON.stringify({ files: Object.fromEntries(digests) });
}

/** The stamps found in the parts of one GetModel payload; a single one when nothing is mixed. */
export function stampsOf(payload: {
  readonly model_json: string;
  readonly metadata: { readonly train_samples: string | number | bigint; readonly return_name: string };
  readonly dim_factors: readonly { readonly factor_name: string; readonly kendall_tau: number }[];
}): Set<number> {
  const stamps = new Set<number>([Number(payload.metadata.train_samples), Number(payload.metadata.return_name.replace("ret_s", ""))]);
  stamps.add(Number(/"stamp":"(\d+)"/.exec(payload.model_json)?.[1] ?? Number.NaN));
  for (const factor of payload.dim_factors) {
    stamps.add(Number(factor.factor_name.replace(/^.*_s/, "")));
    stamps.add(Math.round(factor.kendall_tau * 1_000_000));
  }
  return stamps;
}
