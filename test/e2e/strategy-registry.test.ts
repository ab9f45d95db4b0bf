// The examples of the older per-strategy registry as commands: a week's update, comparing versions, an emergency rollback, and the audit.

import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ARTIFACT_FIXTURES } from "../support/alpha.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { openModelClient, WatchLog, type ModelClient } from "../support/model-client.ts";
import { openRegistryDaemon, type RegistryDaemon } from "../support/registry-daemon.ts";

const LINE = "strategy/alpha_baseline";

/** The versions before this week's, with their backtests. */
const EARLIER = [
  { version: "v20241220", model: "ADABTC_ret_60", sharpe: 0.85, ic: 0.045, drawdown: -0.22 },
  { version: "v20241227", model: "ADABTC_ret_240", sharpe: 1.22, ic: 0.072, drawdown: -0.15, live: "2024-12-27T09:00:00Z" },
  { version: "v20250103", model: "LTCBTC_ret_60", sharpe: 1.38, ic: 0.078, drawdown: -0.14, live: "2025-01-03T09:00:00Z" },
  { version: "v20250110", model: "LTCBTC_ret_240", sharpe: 1.45, ic: 0.082, drawdown: -0.12, live: "2025-01-10T09:00:00Z" },
] as const;

let registry: RegistryDaemon;
let models: ModelClient;
let watch: WatchLog;

const metricsOf = ({ sharpe, ic, drawdown }: { readonly sharpe: number; readonly ic: number; readonly drawdown: number }): string =>
  JSON.stringify({ valid_ic: ic, sharpe, max_drawdown: drawdown });

async function register(version: string, model: string, metrics: string, more: readonly string[] = []): Promise<string> {
  const file = `alpha_baseline_${version}.json`;
  await copyFile(join(ARTIFACT_FIXTURES, "alpha", `${model}_model.json`), join(registry.folder, file));
  return registry.must(["register", LINE, file, "--version", version, "--metrics", metrics, ...more]);
}

/** A day of paper trading before the promotion at `live`. */
async function tradeOnPaper(version: string, live: string): Promise<void> {
  await registry.at(new Date(Date.parse(live) - 24 * 3_600_000).toISOString());
  await registry.must(["paper", "start", LINE, version]);
  await registry.at(live);
}

beforeAll(async () => {
  buildBundle();
  registry = await openRegistryDaemon("strategy", "2024-12-20T08:00:00Z");
  for (const one of EARLIER) {
    await register(one.version, one.model, metricsOf(one));
    if ("live" in one) {
      await tradeOnPaper(one.version, one.live);
      await registry.must(["promote", LINE, one.version, "--yes"]);
    } else await registry.must(["fail", LINE, one.version, "--reason", "failed validation", "--yes"]);
  }
  models = openModelClient(registry.daemon.ready.grpc);
  watch = new WatchLog(models.watch({ model_name: "strategy", client_id: "signals-1" }));
  await watch.next("the snapshot's end", ({ kind }) => kind === "KIND_SNAPSHOT_END");
}, 120_000);
afterAll(async () => {
  watch.stop();
  models.close();
  await registry[Symbol.asyncDispose]();
});

const fetchVersion = (version: string) => models.getModel({ model_name: "strategy", group_key: "alpha_baseline", version });
const isLive = (version: string) => (change: { kind: string; version: string }) =>
  change.kind === "KIND_LIVE" && change.version === version;
const statusOf = (version: string): unknown =>
  registry.sql(`select status from model_registry where strategy_name = 'alpha_baseline' and version = '${version}'`)[0]?.["status"];

describe("example 1: a week's update", () => {
  const NEW = "v20250117";

  test("the candidate is registered with its metrics, run and notes, and is not live", async () => {
    await registry.at("2025-01-15T20:00:00Z");
    const metrics = metricsOf({ sharpe: 1.52, ic: 0.085, drawdown: -0.11 });
    const said = await register(NEW, "ETHBTC_ret_60", metrics, ["--run-id", "mlflow-8c1", "--experiment-id", "17", "--notes", "weekly"]);
    expect(said).toMatch(/registered +strategy\/alpha_baseline v20250117\nstatus +staged\n/);
    expect(registry.sql(`select * from model_registry where version = '${NEW}'`)).toMatchObject([
      {
        ...{
          strategy_name: "alpha_baseline",
          status: "inactive",
          mlflow_run_id: "mlflow-8c1",
          mlflow_experiment_id: "17",
          notes: "weekly",
        },
        ...{ model_path: join(registry.folder, `alpha_baseline_${NEW}.json`), activated_at: null, deactivated_at: null },
      },
    ]);
  });

  test("it is tried before anybody trades on it: stored bytes, model, a prediction", async () => {
    await registry.at("2025-01-15T20:30:00Z");
    expect(await registry.must(`validate ${LINE} ${NEW}`)).toMatch(/valid +yes/);
    expect(await registry.must(`model ${LINE} --version ${NEW}`)).toContain("12 features");
    const rows = join(registry.folder, "rows.csv");
    await writeFile(rows, `${Array.from({ length: 12 }, () => "0.0").join(",")}\n`);
    const predicted = await registry.must(`predict strategy alpha_baseline --version ${NEW} --rows rows.csv --json`);
    expect((JSON.parse(predicted) as { values: number[][] }).values).toHaveLength(1);
  });

  test("paper trading has a visible start, and the version can be fetched beside the live one", async () => {
    await registry.at("2025-01-16T09:00:00Z");
    await registry.must(["paper", "start", LINE, NEW, "--evidence", "paper account 7"]);
    expect(statusOf(NEW)).toBe("testing");
    expect(await registry.must(`versions ${LINE}`)).toMatch(/v20250117 +staged, testing .* since 2025-01-16 09:00:00Z/);
    const [testing, live] = [await fetchVersion(NEW), await fetchVersion("")];
    expect([testing.payload?.metadata.version, live.payload?.metadata.version]).toEqual([NEW, "v20250110"]);
    expect(testing.payload?.model_json).not.toBe(live.payload?.model_json);
  });

  test("a minute too early it is refused by its gate, and nothing changes", async () => {
    await registry.at("2025-01-17T08:59:00Z");
    const { code, stdout, stderr } = await registry.run(`promote ${LINE} ${NEW} --yes`);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toMatch(/paper_trade_hours +FAIL +23\.98/);
    expect(statusOf("v20250110")).toBe("active");
  });

  test("after the review it goes live, and the strategy hears of it by itself", async () => {
    await registry.at("2025-01-17T09:00:00Z");
    expect(await registry.must(`paper stop ${LINE} ${NEW}`)).toContain("24 h to 2025-01-17 09:00:00Z");
    const from = watch.changes.length;
    await registry.at("2025-01-17T09:05:00Z");
    expect(await registry.must(["promote", LINE, NEW, "--reason", "good week", "--yes"])).toContain(`v20250110 → ${NEW}`);
    await watch.next("the promotion", isLive(NEW), from);
    await registry.at("2025-01-17T09:11:00Z");
    expect(
      await models.reportLoaded({ client_id: "signals-1", model_name: "strategy", group_key: "alpha_baseline", version: NEW }),
    ).toMatchObject({
      current: true,
    });
  });

  test("exactly one version is active, and the one before says when it stopped", () => {
    const active = registry.sql("select version, substr(activated_at, 1, 19) as since from model_registry where status = 'active'");
    expect(active).toEqual([{ version: NEW, since: "2025-01-17 09:05:00" }]);
    const [before] = registry.sql("select deactivated_at from model_registry where version = 'v20250110'");
    expect(before?.["deactivated_at"]).toMatch(/^2025-01-17 09:05:00/);
  });
});

/** The clock of the test stands still, so what happens at one time is a microsecond apart. */
const minuteOf = (time: unknown): unknown => (typeof time === "string" ? time.slice(0, 16) : time);

describe("example 3: comparing versions", () => {
  test("rank lists all of them by a metric, with when each was live; those that never were say so", async () => {
    const { items } = JSON.parse(await registry.must(`rank ${LINE} --by sharpe --json`)) as { items: Record<string, unknown>[] };
    expect(
      items.map((row) => [row["version"], row["status"], row["value"], minuteOf(row["activated_at"]), minuteOf(row["deactivated_at"])]),
    ).toEqual([
      ["v20250117", "production", 1.52, "2025-01-17T09:05", null],
      ["v20250110", "archived", 1.45, "2025-01-10T09:00", "2025-01-17T09:05"],
      ["v20250103", "archived", 1.38, "2025-01-03T09:00", "2025-01-10T09:00"],
      ["v20241227", "archived", 1.22, "2024-12-27T09:00", "2025-01-03T09:00"],
      ["v20241220", "failed", 0.85, null, null],
    ]);
    const table = await registry.must(`rank ${LINE} --by sharpe --limit 2`);
    expect(table).toMatch(/RANK +VERSION +STATUS +SHARPE +MAX_DRAWDOWN +VALID_IC +ACTIVATED/);
    expect(table).not.toContain("v20250103");
  });

  test("the example's SQL gives the same from the view", () => {
    const query = `select version, status, performance_metrics->>'sharpe' as sharpe from model_registry
      where strategy_name = 'alpha_baseline' order by cast(performance_metrics->>'sharpe' as real) desc`;
    expect(registry.sql(query).map(({ version, status, sharpe }) => [version, status, sharpe])).toEqual([
      ["v20250117", "active", 1.52],
      ["v20250110", "inactive", 1.45],
      ["v20250103", "inactive", 1.38],
      ["v20241227", "inactive", 1.22],
      ["v20241220", "failed", 0.85],
    ]);
  });

  test("two versions stand beside each other with their differences", async () => {
    expect(await registry.must(`compare ${LINE} v20250110 v20250117`)).toMatch(/sharpe +1\.45 +1\.52 +\+0\.070000/);
  });
});

describe("the audit: what was live on January 15th?", () => {
  test.each([
    ["2025-01-15", "v20250110"],
    ["2025-01-15T00:00:00+02:00", "v20250110"],
    ["2025-01-17T09:04:59.999999Z", "v20250110"],
    ["2025-01-17T09:05:01Z", "v20250117"],
    ["2024-12-27T08:59:59Z", ""],
  ])("live --at %s", async (time, version) => {
    const { items } = JSON.parse(await registry.must(`live ${LINE} --at ${time} --json`)) as { items: { version: string }[] };
    expect(items[0]?.version ?? "").toBe(version);
  });

  test("it says who had loaded it by then, and what changed between two times", async () => {
    expect(await registry.must(`live ${LINE} --at 2025-01-17T09:12Z`)).toMatch(
      /v20250117 .* now .* promoted .* signals-1 v20250117 +good week/,
    );
    expect(await registry.must(`live --diff 2025-01-05T00:00Z 2025-01-16T00:00Z`)).toMatch(
      /strategy\/alpha_baseline +v20250103 +v20250110 +1\n/,
    );
  });

  test("one query on the view answers it, too", () => {
    const day = "2025-01-15 12:00:00";
    const query = `select version from model_registry where strategy_name = 'alpha_baseline'
      and activated_at <= '${day}' and (deactivated_at is null or deactivated_at > '${day}')`;
    expect(registry.sql(query)).toEqual([{ version: "v20250110" }]);
  });
});

describe("example 2: emergency rollback", () => {
  test("the current and the previous version are found as the example finds them", () => {
    expect(registry.sql("select version from model_registry where strategy_name = 'alpha_baseline' and status = 'active'")).toEqual([
      { version: "v20250117" },
    ]);
    const previous = `select version, deactivated_at from model_registry where strategy_name = 'alpha_baseline' and status = 'inactive'
      and deactivated_at is not null order by deactivated_at desc limit 1`;
    expect(registry.sql(previous)).toEqual([{ version: "v20250110", deactivated_at: "2025-01-17 09:05:00.000000" }]);
  });

  test("one command goes back, marks the bad version failed, and reaches the strategy without a poll", async () => {
    await registry.at("2025-01-17T10:32:00Z");
    const from = watch.changes.length;
    const said = await registry.must(["rollback", LINE, "--failed", "--reason", "losing money since 10:00", "--yes"]);
    expect(said).toBe(`${LINE}: v20250117 → v20250110 (rolled back, pinned; v20250117 is failed)\n`);
    expect(await watch.next("the rollback", isLive("v20250110"), from)).toMatchObject({ previous_version: "v20250117" });
    expect([statusOf("v20250110"), statusOf("v20250117")]).toEqual(["active", "failed"]);
    await registry.must(`refresh ${LINE}`);
    expect((await fetchVersion("")).payload?.metadata.version).toBe("v20250110");
  });

  test("the failed version stays out, the past stays as it was, and the chain proves it", async () => {
    expect((await registry.run(`promote ${LINE} v20250117 --yes`)).code).toBe(4);
    expect(await registry.must(`live ${LINE} --at 2025-01-17T10:00Z`)).toContain("v20250117");
    expect(await registry.must(`history ${LINE}`)).toMatch(/rolled_back +production +failed .* losing money since 10:00/);
    expect(await registry.must("history verify")).toContain("as it was written");
  });
});
