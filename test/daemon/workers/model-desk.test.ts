// The model desk in its real thread: what it answers, what it refuses, and a question that never ends.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Log, ModelDesk } from "../../../daemon/app/ports.ts";
import { openModelDesk } from "../../../daemon/workers/model-desk.ts";
import { ARTIFACT_FIXTURES } from "../../support/alpha.ts";

const KEY = "ETCBTC_bin_60";
const file = (name: string): Buffer => readFileSync(join(ARTIFACT_FIXTURES, "beta", name));
const document = (): Buffer => file(`${KEY}_model.json`);
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let desk: ModelDesk | undefined;
afterEach(async () => {
  await desk?.[Symbol.asyncDispose]();
  desk = undefined;
});

function open(entry?: URL, deadlineMs = 60_000): ModelDesk {
  desk = openModelDesk({ deadlineMs, log: silent, ...(entry === undefined ? {} : { entry }) });
  return desk;
}

describe("the model desk", () => {
  it("answers each kind of question about a real model", async () => {
    const { ask } = open();
    const rows = [Array.from({ length: 12 }, () => null), Array.from({ length: 12 }, (_, i) => i / 10)];
    expect(await ask("predict", { document: document(), rows, kind: "margin" }, KEY)).toMatchObject({
      outcome: "done",
      value: { outputs: 1 },
    });
    expect(await ask("prove", { document: document(), golden: null, proof: null }, KEY)).toEqual({
      outcome: "done",
      value: { failure: "" },
    });
    const view = await ask(
      "describe",
      { document: document(), pickle: file(`${KEY}_model.pkl`), golden: null, proof: null, importance: 2 },
      KEY,
    );
    expect(view).toMatchObject({ outcome: "done", value: { objective: "binary:logistic", pickle: { protocol: 4 }, proof_rows: 0 } });
    expect(view.outcome === "done" && view.value.importance.length).toBe(2);
    const inspected = await ask("inspect", { name: `${KEY}_factors.txt`, bytes: file(`${KEY}_factors.txt`) }, KEY);
    expect(inspected.outcome === "done" && JSON.parse(inspected.value.text)).toMatchObject({ format: "factors_txt" });
    expect(await ask("structure", { bytes: document(), form: undefined }, KEY)).toEqual({
      outcome: "done",
      value: { format: "xgboost_json" },
    });
    const cut = { bytes: document().subarray(0, 200), form: undefined };
    expect(await ask("structure", cut, KEY)).toMatchObject({ outcome: "refused" });
  });

  it("gives a made document with its digest, and the given one where the release reads it", async () => {
    const { ask } = open();
    const older = await ask("render", { document: document(), release: "1.7.6" }, KEY);
    if (older.outcome !== "done") throw new Error(older.reason);
    expect(older.value).toMatchObject({ release: "1.7.6", isAsWritten: false });
    expect(createHash("sha256").update(older.value.bytes).digest("hex")).toBe(older.value.sha256);
    const own = await ask("render", { document: document(), release: "2.1" }, KEY);
    expect(own.outcome === "done" && own.value.isAsWritten && Buffer.from(own.value.bytes).equals(document())).toBe(true);
    const ubj = await ask("convert", { document: document(), format: "ubj", release: undefined }, KEY);
    expect(ubj.outcome === "done" && ubj.value.bytes[0]).toBe("{".charCodeAt(0));
  });

  it("refuses in words what the bytes or the input do not allow", async () => {
    const { ask } = open();
    const cut = await ask("predict", { document: document().subarray(0, 500), rows: [], kind: "margin" }, KEY);
    expect(cut).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/^the model document cannot be read: /) as unknown });
    const narrow = await ask("predict", { document: document(), rows: [[1]], kind: "margin" }, KEY);
    expect(narrow).toEqual({ outcome: "refused", reason: "row 0 has 1 values, but the model has 12 features" });
    expect(await ask("render", { document: document(), release: "new" }, KEY)).toMatchObject({ outcome: "refused" });
    const golden = Buffer.from('{"rows": [[1]], "margins": [1]}');
    expect(await ask("prove", { document: document(), golden, proof: null }, KEY)).toMatchObject({
      value: { failure: expect.stringContaining("the golden rows have 1 values") as unknown },
    });
  });

  it("gives up on a question that never ends, and goes on with the next ones", async () => {
    const { ask } = open(new URL("./threads/endless-desk.ts", import.meta.url), 1500);
    const first = ask("prove", { document: document(), golden: null, proof: null }, KEY);
    const next = ask("inspect", { name: "x", bytes: document() }, KEY);
    expect(await first).toEqual({ outcome: "failed", reason: "the model's work took longer than 1.5 s" });
    expect(await next).toEqual({ outcome: "done", value: { text: "{}" } });
  });
});
