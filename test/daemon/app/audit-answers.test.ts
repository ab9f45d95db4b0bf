// The audit through the application's door: what was live when, comparisons, what became of a move, and words for wrong questions.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { readingOf } from "./application-fixture.ts";
import { openKeepStage, type KeepStage } from "./keep-stage.ts";
import { train } from "./lifecycle-stage.ts";

const temporary = useTempDirectory("audit-answers");
const LINE = "src/BTC_60";
let stage: KeepStage;
beforeEach(async () => {
  stage = await openKeepStage(temporary());
});
afterEach(() => stage[Symbol.asyncDispose]());

const ask = (name: Parameters<KeepStage["app"]["call"]>[0], input: object) => stage.app.call(name, input, stage.context);

describe("what was live at a time", () => {
  test("names the version with its move, the time that it lasted, and what each client had said by then", async () => {
    await train(stage, 1);
    const first = (await stage.app.invoke("live.list", {}, stage.context)).items[0];
    await ask("client.report", { client_id: "hft-1", source: "src", group_key: "BTC_60", version: "v1" });
    await train(stage, 2);
    const second = (await stage.app.invoke("live.list", {}, stage.context)).items[0];
    await ask("client.report", { client_id: "hft-1", source: "src", group_key: "BTC_60", version: "v2" });
    const clients = [{ client_id: "hft-1", version: "v1" }];
    const before = {
      line: LINE,
      version: "v1",
      since: first?.since,
      until: second?.since,
      sequence: first?.activation,
      sha256: first?.sha256,
    };
    // The moment at which the first version leaves, a microsecond before the second is live, belongs to the first.
    const since = second?.since ?? "";
    const moment = `${since.slice(0, -7)}${String(Number(since.slice(-7, -1)) - 1).padStart(6, "0")}Z`;
    expect(await ask("live.at", { at: moment })).toMatchObject({ at: moment, total: 1, next: null, items: [{ ...before, clients }] });
    expect(await ask("live.at", { target: LINE, at: since })).toMatchObject({
      items: [{ version: "v2", since, until: null, action: "captured", reason: "captured", clients }],
    });
    expect(await ask("live.at", { target: "src", at: "2999-01-01" })).toMatchObject({
      items: [{ version: "v2", clients: [{ client_id: "hft-1", version: "v2" }] }],
    });
    const nothing = {
      line: LINE,
      version: "",
      sha256: "",
      since: null,
      until: null,
      sequence: 0,
      action: null,
      reason: "",
      actor: "",
      clients: [],
    };
    expect(await ask("live.at", { target: LINE, at: "2001-02-03" })).toMatchObject({ at: "2001-02-03T00:00:00.000000Z", items: [nothing] });
    expect(await ask("live.at", { at: "2001-02-03T04:05" })).toMatchObject({ items: [], total: 0 });
    expect(await ask("live.diff", { from: "2001-01-01", to: "2999-01-01" })).toMatchObject({
      items: [{ line: LINE, before: "", after: "v2", changes: 2 }],
      total: 1,
    });
    expect(await ask("live.diff", { from: first?.since, to: first?.since })).toMatchObject({ items: [], total: 0 });
  });

  test("is still told of a source that was removed, as withdrawn, with the reason", async () => {
    await train(stage, 1);
    await ask("source.remove", { name: "src", reason: "moved away" });
    expect(await ask("live.at", { target: LINE, at: "2999-01-01" })).toMatchObject({
      items: [{ version: "", sha256: "", action: "withdrawn", reason: "the source was removed: moved away", until: null }],
    });
    expect(await ask("live.at", { target: "src", at: "2999-01-01" })).toMatchObject({ items: [], total: 0 });
    expect(await ask("line.list", { namespace: "src" })).toMatchObject({
      items: [{ line: LINE, version: "", live_since: null, versions: 1 }],
    });
  });

  test("is refused for what is no time, no line, or the wrong way round, in words that help", async () => {
    const example = "write it as 2026-01-05T09:30Z (UTC without a zone) or as 2026-01-05, which is the start of that day";
    await expect(ask("live.at", { at: "yesterday" })).rejects.toMatchObject({
      code: "invalid_input",
      message: `at: "yesterday" is no time; ${example}`,
    });
    await expect(ask("live.diff", { from: "2026-01-05", to: "2026-02-30" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(ask("live.diff", { from: "2026-01-06", to: "2026-01-05" })).rejects.toMatchObject({
      code: "invalid_input",
      message: "from (2026-01-06T00:00:00.000000Z) is later than to (2026-01-05T00:00:00.000000Z); give the earlier time first",
    });
    for (const operation of ["live.at", "version.list"])
      await expect(ask(operation, { at: "2026-01-05", target: "nowhere" })).rejects.toMatchObject({ code: "not_found" });
    await expect(ask("live.at", { at: "2026-01-05", target: "src/none" })).rejects.toMatchObject({ code: "not_found" });
    await expect(ask("version.list", { after: "x" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});

describe("two versions beside each other", () => {
  const series = (shift: number): string =>
    `date,ic,ret\n${Array.from({ length: 20 }, (_, day) => `2026-01-${String(day + 1).padStart(2, "0")},${0.02 + ((day * 7) % 5) / 100 + shift + (day % 3) / 1000},${day % 4 === 0 ? "" : shift * day}`).join("\n")}\n`;

  test("show their metrics, factors, and their series on the dates that both have", async () => {
    const described = (factors: readonly string[], metrics: object) => ({
      descriptionText: stringifyExact({
        ...{ symbol: "BTC", return_name: "ret", feature_dim: 1, dim_factors: [], ic_rows: [], curves: [] },
        ...{ info_summary: { config: { metrics } }, model_meta: null, best_iteration: null, golden: "absent", warnings: [] },
        factors: [...factors],
      }),
    });
    await train(stage, 1, { series: series(0), changes: described(["mom", "vol", "size"], { hit_rate: 0.5, turnover: 2 }) });
    await train(stage, 2, { series: series(0.01), changes: described(["mom", "amihud", "vol"], { hit_rate: 0.75, drawdown: 0.1 }) });
    const answer = await stage.app.invoke("version.compare", { line: LINE, version: "v1", other_version: "v2" }, stage.context);
    expect(answer).toMatchObject({
      first: { line: LINE, version: "v1", status: "archived" },
      second: { line: LINE, version: "v2", status: "production" },
      factors_added: ["amihud"],
      factors_removed: ["size"],
      paired_note: "",
    });
    expect(answer.metrics).toEqual(
      expect.arrayContaining([
        { name: "drawdown", first: null, second: 0.1, difference: null },
        { name: "hit_rate", first: 0.5, second: 0.75, difference: 0.25 },
        { name: "turnover", first: 2, second: null, difference: null },
      ]),
    );
    const [ic, ret] = answer.paired;
    expect(ic).toMatchObject({ column: "ic", dates: 20, confidence: 0.95 });
    expect(ic?.mean_difference).toBeCloseTo(0.01, 12);
    expect(ret).toMatchObject({ column: "ret", dates: 15 });
    expect(ret?.low).toBeLessThan(ret?.mean_difference ?? 0);
    expect(ret?.high).toBeGreaterThan(ret?.mean_difference ?? 0);
  });

  test("say why nothing is paired, and which version is not there", async () => {
    await train(stage, 1, { series: series(0) });
    await train(stage, 2);
    const compare = (version: string, other: string) => ask("version.compare", { line: LINE, version, other_version: other });
    expect(await compare("v1", "v2")).toMatchObject({ paired: [], paired_note: "v2 came without a dated series" });
    await expect(compare("v1", "v9")).rejects.toMatchObject({ code: "not_found" });
  });
});

test("what became of a move is found by the id that came with it; another id finds nothing", async () => {
  await train(stage, 1);
  await train(stage, 2);
  const nothing = { found: false, line: "", version: "", action: "", sequence: 0, at: "" };
  expect(await ask("move.outcome", { request_id: "r-1" })).toEqual(nothing);
  await ask("line.rollback", { line: LINE, reason: "v2 trades too much", request_id: "r-1" });
  const { items } = await stage.app.invoke("line.history", { line: LINE }, stage.context);
  const { sequence, at } = items[0] ?? {};
  expect(await ask("move.outcome", { request_id: "r-1" })).toEqual({
    ...{ found: true, line: LINE, version: "v1", action: "rolled_back" },
    ...{ sequence, at },
  });
  expect(await ask("move.outcome", { request_id: "r-2" })).toEqual(nothing);
  expect(await ask("history.verify", {})).toMatchObject({ valid: true, moves: 5, hash: items[0]?.hash });
});

test("lists of versions are those of the application, with their gates on one line", async () => {
  await stage.show("ETH_60", { model_json: "e1" });
  await stage.showReading("BTC_60", readingOf("BTC_60", { model_json: "b1" }));
  const all = await stage.app.invoke("version.list", {}, stage.context);
  expect(all.items.map(({ line, version, bytes_kept: kept }) => [line, version, kept])).toEqual([
    ["src/BTC_60", "v1", true],
    ["src/ETH_60", "v1", true],
  ]);
  expect(await ask("version.list", { target: LINE, status: "staged" })).toEqual({ items: [], total: 0, next: null });
});
