// The committed fixture groups as the reader would hand them to describeGroup, and their golden facts.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import type { GroupFile } from "../../../daemon/artifacts/group-parts.ts";
import { recogniseFile } from "../../../shared/domain/artifact-kinds.ts";
import { ARTIFACT_FIXTURES } from "../../support/alpha.ts";

/** The files of every group below a fixture folder, by group key. */
export function fixtureGroups(folder: "alpha" | "beta" | "broken"): ReadonlyMap<string, readonly GroupFile[]> {
  const root = join(ARTIFACT_FIXTURES, folder);
  const groups = new Map<string, GroupFile[]>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const file = recogniseFile(basename(path));
    if (!entry.isFile() || file === undefined || file.kind === "manifest" || entry.name === "golden.json") continue;
    const list = groups.get(file.groupKey) ?? [];
    list.push({ kind: file.kind, path: relative(root, path), bytes: readFileSync(path), unreadable: "" });
    groups.set(file.groupKey, list);
  }
  return groups;
}

/** One row of golden.json's IC table. */
export interface GoldenIcRow {
  readonly symbol: string;
  readonly factor_name: string;
  readonly return_name: string;
  readonly Kendall_tau: number | null;
}

/** The facts of golden.json that are compared. */
export interface GoldenGroup {
  readonly symbol: string;
  readonly return_name: string;
  readonly feature_dim: number;
  readonly factors: readonly string[];
  readonly ic_rows: readonly GoldenIcRow[];
  readonly info_summary: Readonly<Record<string, unknown>>;
  readonly info_description?: Readonly<Record<string, unknown>>;
  readonly info_globals?: readonly string[];
  readonly model_meta: Readonly<Record<string, unknown>>;
  readonly evals_result: unknown;
  /** What the reference library read from the model pickle. */
  readonly model_pkl?: { readonly evals_result_: unknown };
  /** Rows and the margins that the reference library gave for them; null = missing. */
  readonly probe?: { readonly x: readonly (readonly (number | null)[])[]; readonly margin: readonly (number | readonly number[])[] };
  readonly warn_dim_mismatch: boolean;
}

/** golden.json of a fixture folder, by group key. */
export function goldenGroups(folder: "alpha" | "beta"): Readonly<Record<string, GoldenGroup>> {
  const parsed = JSON.parse(readFileSync(join(ARTIFACT_FIXTURES, folder, "golden.json"), "utf8")) as {
    readonly groups: Readonly<Record<string, GoldenGroup>>;
  };
  return parsed.groups;
}

/** Bytes of one file of the broken fixtures. */
export function brokenFile(name: string): Buffer {
  return readFileSync(join(ARTIFACT_FIXTURES, "broken", name));
}

/** The document of an alpha model. */
export function alphaModel(): Buffer {
  return readFileSync(join(ARTIFACT_FIXTURES, "alpha", "ETHBTC_ret_60_model.json"));
}
