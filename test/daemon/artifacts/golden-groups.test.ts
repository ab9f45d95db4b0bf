// Real groups of alpha and beta: every fact equals what the reference libraries say.

import { describe, expect, it } from "vitest";
import { describeGroup } from "../../../daemon/artifacts/describe-group.ts";
import { describeValue } from "../../../daemon/artifacts/pickle/describe.ts";
import { checkGolden } from "../../../daemon/artifacts/predict/check-golden.ts";
import { parseProof } from "../../../daemon/artifacts/predict/proof.ts";
import { readXgboost } from "../../../daemon/artifacts/xgboost/read-xgboost.ts";
import { readPickle } from "../../../daemon/artifacts/pickle/read-pickle.ts";
import { fixtureGroups, goldenGroups, type GoldenGroup } from "./fixture-groups.ts";

/** JSON with integers beyond 2^53 as the doubles that JSON.parse made of them in the golden file. */
function asParsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => (typeof member === "bigint" ? Number(member) : member)));
}

interface Tagged {
  readonly $: string;
  readonly v?: unknown;
  readonly [key: string]: unknown;
}

/** Our tagged form brought to the tags of golden.json's `info_description`. */
function asGolden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asGolden);
  if (typeof value !== "object" || value === null) return value;
  const tagged = value as Tagged;
  switch (tagged.$) {
    case "dict":
      return Object.fromEntries((tagged.v as [string, unknown][]).map(([key, member]) => [key, asGolden(member)]));
    case "tuple":
      return { $tuple: asGolden(tagged.v) };
    case "int":
    case "float":
      return Number(tagged.v);
    case "npscalar":
      return { $numpy: tagged["dtype"] === "<i8" ? "int64" : "float64", value: asGolden(tagged.v) };
    case "date":
      return { $date: tagged.v };
    case "datetime":
      return { $datetime: tagged.v };
    case "Timestamp": {
      const perSecond = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n }[tagged["unit"] as "s"];
      const text = new Date(Number((BigInt(tagged.v as string) * 1000n) / perSecond)).toISOString().slice(0, 19);
      return { $Timestamp: tagged["tz"] === null ? text : `${text}+00:00` };
    }
    case "DataFrame": {
      const columns = Object.keys(tagged["data"] as object);
      const dtypes = (tagged["dtypes"] as string[]).map((dtype) => dtype.replace("str[python]", "str"));
      return {
        $DataFrame: {
          columns: tagged["data"],
          index: tagged["index"],
          dtypes: Object.fromEntries(columns.map((column, i) => [column, dtypes[i]])),
        },
      };
    }
    default:
      throw new Error(`no golden form of ${tagged.$}`);
  }
}

function expectGroup(key: string, golden: GoldenGroup, findings: ReturnType<typeof describeGroup>): void {
  const { description } = findings;
  expect(description.symbol).toBe(golden.symbol);
  expect(description.return_name).toBe(golden.return_name);
  expect(description.feature_dim).toBe(golden.feature_dim);
  expect(description.factors).toEqual(golden.factors);
  expect(asParsed(description.info_summary)).toEqual(golden.info_summary);
  expect(description.ic_rows.map(({ symbol, factor_name, return_name }) => ({ symbol, factor_name, return_name }))).toEqual(
    golden.ic_rows.map(({ symbol, factor_name, return_name }) => ({ symbol, factor_name, return_name })),
  );
  // The golden taus went through pandas' fast CSV parser, which is off by up to one unit in the last place.
  description.ic_rows.forEach((row, i) =>
    expect(Math.abs((row.kendall_tau ?? NaN) - (golden.ic_rows[i]?.Kendall_tau ?? NaN))).toBeLessThan(1e-16),
  );
  const curves: Record<string, Record<string, unknown>> = {};
  for (const curve of description.curves) (curves[curve.dataset] ??= {})[curve.metric] = curve.values;
  expect(curves).toEqual(golden.evals_result ?? {});
  for (const field of ["feature_dim", "objective", "num_trees", "num_parallel_tree", "version"] as const) {
    expect(description.model_meta?.[field]).toEqual(golden.model_meta[field]);
  }
  expect(findings.contradictions.length > 0, key).toBe(golden.warn_dim_mismatch);
  expect(findings.faults).toEqual([]);
}

describe.each(["alpha", "beta"] as const)("the groups of %s", (folder) => {
  const groups = fixtureGroups(folder);
  const golden = goldenGroups(folder);
  it("are those of the golden file", () => {
    expect([...groups.keys()].toSorted()).toEqual(Object.keys(golden).toSorted());
  });

  it.each(Object.keys(golden))("%s is described as the reference libraries see it", (key) => {
    const expected = golden[key];
    if (expected === undefined) throw new Error("no golden group");
    const findings = describeGroup(key, groups.get(key) ?? []);
    // Of a group that has only a pickle the old services knew nothing; its own golden facts are looked at below.
    if (key !== "ETCBTC_ret_240") expectGroup(key, expected, findings);
    expect(findings).toMatchObject({ ready: true, failure: "" });
    expect(findings.description.warnings.join()).not.toContain("cannot be proved");
    expect(parseProof(findings.proof ?? Buffer.alloc(0))).toMatchObject({
      ok: true,
      proof: { features: findings.description.feature_dim },
    });
  });

  it.each(Object.keys(golden).filter((key) => golden[key]?.info_description !== undefined))(
    "the info pickle of %s holds every value of the reference",
    (key) => {
      const file = groups.get(key)?.find((candidate) => candidate.kind === "info_pkl");
      const read = readPickle(file?.bytes ?? new Uint8Array());
      if (!read.ok) throw new Error(read.reason);
      const described = describeValue(read.value);
      expect(described.truncated).toBe(false);
      expect(asGolden(asParsed(described.json))).toEqual(golden[key]?.info_description);
      expect(read.facts.globals.map((fact) => `${fact.module} ${fact.name}`).toSorted()).toEqual(golden[key]?.info_globals?.toSorted());
      expect(read.facts.unknownCallsTotal).toBe(0);
    },
  );
});

describe("special groups of beta", () => {
  const groups = fixtureGroups("beta");
  const describeKey = (key: string): ReturnType<typeof describeGroup> => describeGroup(key, groups.get(key) ?? []);

  it("nanosecond timestamps keep every digit", () => {
    expect(describeKey("TRXBTC_ret_60").description.info_summary).toMatchObject({
      train_window_start_ts: 1515646500000000000n,
      train_window_end_ts: 1516923900000000000n,
    });
  });

  it("a group with only a model pickle is ready, with the document, the curves and the margins of its pickle", () => {
    const golden = goldenGroups("beta")["ETCBTC_ret_240"];
    const { description, document, faults } = describeKey("ETCBTC_ret_240");
    expect(faults).toEqual([]);
    expect(description).toMatchObject({ symbol: "ETCBTC", return_name: "ret_240", feature_dim: 12 });
    expect(description.model_meta).toMatchObject({ objective: "reg:squarederror", num_trees: 15, booster: "gbtree" });
    const curves: Record<string, Record<string, unknown>> = {};
    for (const curve of description.curves) (curves[curve.dataset] ??= {})[curve.metric] = curve.values;
    expect(curves).toEqual(golden?.model_pkl?.evals_result_);
    const read = readXgboost(document?.converted ?? Buffer.alloc(0));
    if (!read.ok || golden?.probe === undefined) throw new Error("there is no model, or nothing to compare it with");
    const rows = golden.probe.x.map((row) => [...row]);
    expect(checkGolden({ rows, margins: golden.probe.margin }, read.model)).toEqual({ ok: true, rows: rows.length });
  });

  it("early stopping is told by its best round", () => {
    expect(describeKey("TRXBTC_es_30").description.best_iteration).toBe(5);
    expect(describeKey("ETCBTC_bin_60").description.best_iteration).toBeNull();
  });

  it("a longer factor list is a contradiction that names both numbers, and the surplus has no position", () => {
    const { contradictions, description, ready } = describeKey("LTCBTC_dim_720");
    expect(contradictions).toEqual(["LTCBTC_dim_720: the model takes 12 features, the factor list names 14"]);
    expect(description.dim_factors).toHaveLength(12);
    expect(ready).toBe(true);
  });

  it("a tau comes from the IC table by the factor's name", () => {
    const { dim_factors, ic_rows } = describeKey("TRXBTC_ret_60").description;
    expect(
      dim_factors.every(
        ({ factor_name, kendall_tau }) => kendall_tau === ic_rows.find((row) => row.factor_name === factor_name)?.kendall_tau,
      ),
    ).toBe(true);
    expect(dim_factors.map(({ dim }) => dim)).toEqual(dim_factors.map((_, i) => i));
  });
});
