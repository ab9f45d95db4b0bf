// What pickles of many releases say around their booster, against what Python put in.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PickleEnvelope } from "../../../../daemon/artifacts/xgboost/pickle-envelope.ts";
import { readXgboost } from "../../../../daemon/artifacts/xgboost/read-xgboost.ts";
import type { ExactJson } from "../../../../shared/lib/exact-json.ts";
import { ARTIFACT_FIXTURES } from "../../../support/alpha.ts";
import { fixtureReleases, releaseCases, type ReleaseCase } from "./release-cases.ts";

function envelope(bytes: Uint8Array): PickleEnvelope {
  const read = readXgboost(bytes);
  if (!read.ok) throw new Error(read.reason);
  if (read.envelope === null) throw new Error("no pickle");
  return read.envelope;
}

/** Tagged JSON in the form that the manifests have. */
function asManifest(value: ExactJson): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asManifest);
  const { $: tag, v } = value as { readonly $?: ExactJson; readonly v?: ExactJson };
  if (tag === "float") return Number.isFinite(Number(v)) ? Number(v) : { $float: v };
  if (tag === "global") return { $global: v };
  if (tag === "tuple") return { $tuple: asManifest(v ?? null) };
  if (tag === "dict")
    return Object.fromEntries((v as ExactJson[]).map((entry) => entry as [string, ExactJson]).map(([key, one]) => [key, asManifest(one)]));
  return value;
}

/** The parameters in a state of the manifest: no fitted attributes, no private ones; the entries of `kwargs` count as well. */
function parametersOf(state: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const fitted = new Set(["best_iteration", "best_ntree_limit", "best_score", "kwargs"]);
  const own = Object.entries(state).filter(([name]) => !name.startsWith("_") && !name.endsWith("_") && !fitted.has(name));
  return Object.fromEntries([...own, ...Object.entries((state["kwargs"] ?? {}) as Record<string, unknown>)]);
}

const estimators = (release: string): readonly ReleaseCase[] =>
  releaseCases(release).filter((entry) => entry.name.startsWith("skl_") && entry.files.includes("sklearn.p4.pkl"));

describe.each(fixtureReleases())("scikit-learn estimators of release %s", (release) => {
  it("have the parameters that Python gave them", () => {
    const entries = estimators(release);
    expect(entries.length).toBeGreaterThanOrEqual(6);
    for (const entry of entries) {
      const state = entry.manifest.state["sklearn.p4.pkl"];
      const { parameters, className, warnings } = envelope(entry.read("sklearn.p4.pkl"));
      expect(className).toBe(state?.$object);
      expect(Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => [name, asManifest(value)])), entry.name).toEqual(
        parametersOf(state?.state ?? {}),
      );
      expect(warnings).toEqual([]);
    }
  });

  it("have the curves of their evaluation sets", () => {
    for (const entry of estimators(release)) {
      const { curves } = envelope(entry.read("sklearn.p4.pkl"));
      const told = entry.manifest.state["sklearn.p4.pkl"]?.state["evals_result_"] as Record<string, Record<string, number[]>> | undefined;
      const expected = Object.entries(told ?? {}).flatMap(([dataset, metrics]) =>
        Object.entries(metrics).map(([metric, values]) => ({ dataset, metric, values })),
      );
      expect(curves, entry.name).toEqual(expected);
    }
    const stopped = envelope(
      releaseCases(release)
        .find(({ name }) => name === "skl_regressor_es")
        ?.read("sklearn.p4.pkl") ?? Buffer.of(),
    );
    expect(stopped.curves.map(({ dataset }) => dataset)).toEqual(["validation_0", "validation_1"]);
  });

  it("tell the best round, in whatever place the release keeps it", () => {
    for (const entry of releaseCases(release)) {
      // Python writes -1 for a model without rounds.
      const told = entry.manifest.best_iteration ?? -1;
      const best = told < 0 ? null : told;
      for (const file of entry.files.filter((name) => /^(booster|sklearn)\.p\d\.pkl$/.test(name) && entry.name !== "unfitted"))
        expect(envelope(entry.read(file)).bestIteration, `${entry.name} ${file}`).toBe(best);
    }
  });

  it("tell their classes where the release keeps them, and an objective of the client's own by name", () => {
    for (const entry of estimators(release)) {
      const state = entry.manifest.state["sklearn.p4.pkl"]?.state ?? {};
      const { classes, clientObjective } = envelope(entry.read("sklearn.p4.pkl"));
      const kept = state["classes_"] as { readonly values: readonly unknown[] } | undefined;
      expect(classes, entry.name).toEqual(kept?.values ?? null);
      expect(clientObjective, entry.name).toBe(entry.name === "skl_callable" ? "cases.squared_error" : null);
    }
  });

  it("that were never fitted are refused by name", () => {
    const unfitted = releaseCases(release).find(({ name }) => name === "unfitted");
    expect(readXgboost(unfitted?.read("sklearn.p4.pkl") ?? Buffer.of())).toEqual({
      ok: false,
      offset: 0,
      reason: "the xgboost.sklearn.XGBRegressor in the pickle was never fitted: it holds no booster, so there is no model to read",
    });
  });
});

describe("a plain Booster", () => {
  it("has no parameters, no curves and no classes, but its names and calls", () => {
    const plain = envelope(readFileSync(join(ARTIFACT_FIXTURES, "beta", "TRXBTC_ret_240_model.pkl")));
    expect(plain).toMatchObject({ className: "xgboost.core.Booster", parameters: null, curves: [], classes: null, clientObjective: null });
    expect(plain.facts.globals.map(({ module, name }) => `${module} ${name}`)).toEqual(["xgboost.core Booster"]);
  });
});

describe("fixture groups", () => {
  const golden = JSON.parse(readFileSync(join(ARTIFACT_FIXTURES, "beta", "golden.json"), "utf8")) as {
    readonly groups: Readonly<Record<string, { readonly model_pkl?: GoldenPickle }>>;
  };
  interface GoldenPickle {
    readonly num_features: number;
    readonly num_trees: number;
    readonly objective: string;
    readonly evals_result_?: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
    readonly best_iteration?: number;
  }

  it.each(["ETCBTC_bin_60", "ETCBTC_cls3_60", "TRXBTC_es_30", "TRXBTC_old_720", "XRPUSDT_pandas3_240", "ETCBTC_ret_240", "TRXBTC_ret_240"])(
    "%s: trees, objective, curves and best round",
    (group) => {
      const expected = golden.groups[group]?.model_pkl;
      const read = readXgboost(readFileSync(join(ARTIFACT_FIXTURES, "beta", `${group}_model.pkl`)));
      if (!read.ok || expected === undefined || read.model.booster.kind !== "trees") throw new Error(read.ok ? "no trees" : read.reason);
      expect(read.model.numFeature).toBe(expected.num_features);
      expect(read.model.booster.trees).toHaveLength(expected.num_trees);
      expect(read.model.objective.name).toBe(expected.objective);
      const curves = Object.entries(expected.evals_result_ ?? {}).flatMap(([dataset, metrics]) =>
        Object.entries(metrics).map(([metric, values]) => ({ dataset, metric, values })),
      );
      expect(read.envelope?.curves).toEqual(curves);
      expect(read.envelope?.bestIteration).toBe(expected.best_iteration ?? null);
    },
  );
});
