// A real Python client that was compiled from the old fields only.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Output } from "../../../../shared/contract/operations.ts";
import { oldClientNeeds, runOldClient } from "../../../support/python.ts";
import { describeNeeding } from "../../../support/requirements.ts";
import { useTempDirectory } from "../../../support/temp-dir.ts";
import { description, INFO } from "../../serving/sample.ts";
import { found, largeDocument } from "./answers.ts";
import { useDoor } from "./door.ts";

const python = oldClientNeeds();

type Group = Output<"group.list">["items"][number];

describeNeeding(python, "a Python client from before", () => {
  const openDoor = useDoor();
  const directory = useTempDirectory("old-client");
  const DOCUMENT = Buffer.from('{"learner":{"größe":"1"}}\n');

  test("gets a model of 2 MB, every old field and every factor", async () => {
    const { application, server } = await openDoor();
    const document = largeDocument(2 * 1024 * 1024);
    application.onModel = async (input) =>
      input.source === "alpha" && input.symbol === "ethbtc" && input.group_key === "g"
        ? found(document)
        : { outcome: "refused", message: "wrong request" };
    const run = await runOldClient(python, "get", server.address, "alpha", "ethbtc", "g");
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.lines[0]).toMatchObject({
      ok: true,
      model_json_bytes: document.length,
      metadata: {
        train_start_date: "2018-01-11",
        train_samples: 4230,
        train_time_sec: 0.337857723236084,
        scanned_at: "2026-01-05T09:30:00+00:00",
      },
      dim_factors: [{ kendall_tau: -0.1008646024676652 }, { kendall_tau: 0 }, { dim: 2, factor_name: "größe", kendall_tau: 0 }],
    });
  });

  test("gets ok=false with the reason and no payload", async () => {
    const { application, server } = await openDoor();
    application.onModel = async () => ({ outcome: "refused", message: "no such model" });
    const run = await runOldClient(python, "get", server.address, "alpha", "x");
    expect(run).toMatchObject({ exitCode: 2, lines: [{ ok: false, message: "no such model", has_payload: false }] });
  });

  /** A golden file that says what the sample holds, with its model document beside it. */
  async function writeGolden(change: object): Promise<readonly [string, string]> {
    const root = directory();
    await mkdir(join(root, "deep"));
    await writeFile(join(root, "deep/ETHBTC_ret_60_model.json"), DOCUMENT);
    const info = { ...INFO, train_window_start_ts: 0, train_window_end_ts: 0 };
    const group = {
      group_key: "ETHBTC_ret_60",
      symbol: "ETHBTC",
      return_name: "ret_60",
      feature_dim: 3,
      factors: description().factors,
      info_summary: info,
      ic_rows: [
        { factor_name: "mom_48", Kendall_tau: -0.1008646024676652 },
        { factor_name: "rsi_14", Kendall_tau: 0 },
      ],
      files: { model_json: [{ path: "deep/ETHBTC_ret_60_model.json" }] },
    };
    const text = JSON.stringify({ groups: { [group.group_key]: { ...group, ...change } } });
    // The times have more digits than a double.
    const exact = text.replace(
      '"train_window_start_ts":0,"train_window_end_ts":0',
      '"train_window_start_ts":1515646500000000001,"train_window_end_ts":1516927200000000003',
    );
    await writeFile(join(root, "golden.json"), exact);
    return [join(root, "golden.json"), root];
  }

  async function compare(change: object) {
    const { application, server } = await openDoor();
    const [golden, root] = await writeGolden(change);
    application.onModel = async () => found(DOCUMENT, { rootPath: root });
    const item: Partial<Group> = { group_key: "ETHBTC_ret_60", symbol: "ETHBTC", return_name: "ret_60", ready: true };
    const items = [
      {
        line: "",
        source: "",
        feature_dim: 3,
        factor_count: 3,
        version: "",
        sha256: "",
        pinned: false,
        policy: "follow",
        degraded: "",
        warnings: [],
        changed_at: "",
        ...item,
      },
    ] as Group[];
    application.answers["group.list"] = async () => ({ items, total: 1, next: null });
    return runOldClient(python, "golden", server.address, "alpha", golden, root);
  }

  test("finds that answers are as a golden file says", async () => {
    const run = await compare({});
    expect(run.lines.at(-1)).toEqual({ groups_compared: 2, failed: 0, listed: 1, listed_as_expected: true });
    expect(run.exitCode).toBe(0);
  });

  test.each([
    { return_name: "other" },
    { factors: ["mom_48"] },
    { ic_rows: [] },
    { feature_dim: 2 },
    { info_summary: { ...INFO, train_window_start_ts: 1, train_window_end_ts: 1 } },
  ])("finds that an answer is not as a golden file with %o says", async (change) => {
    const run = await compare(change);
    expect(run.exitCode).toBe(1);
    expect(run.lines[0]).toMatchObject({ ok: false });
  });
});
