// What clients are given of a model: what proves it, what is made of it, and what is said about it.

import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { MadeDocument, MadeObject } from "../../../daemon/app/ports.ts";
import type { Stage } from "./application-fixture.ts";
import { openModelStage } from "./model-stage.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const directory = useTempDirectory("models");
const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
const GROUP = "BTC_ret";
const LINE = `src/${GROUP}`;

function derived(kind: MadeObject["kind"], text: string): MadeObject {
  return { kind, bytes: Buffer.from(text), size: text.length, sha256: digestOf(text) };
}

function made(text: string, changes: Partial<MadeDocument> = {}): MadeDocument {
  return { bytes: Buffer.from(text), sha256: digestOf(text), release: "1.7.6", notes: [], isAsWritten: false, ...changes };
}

async function get(stage: Stage, fields: { xgboost_version?: string; known_sha256?: string } = {}): Promise<unknown> {
  const answer = await stage.app.model({ source: "src", symbol: "BTC", ...fields }, stage.context);
  if (answer.outcome !== "found") return answer;
  const { metadata, document } = await answer.parts();
  return { text: document.toString(), sha256: metadata.sha256, rendered_for: metadata.rendered_for, path: metadata.model_json_path };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("margins that are not those that were promised", () => {
  test("never replace a good version: the new one is kept as failed, and the line says why", async () => {
    await using stage = await openModelStage(directory(), {});
    await stage.show(GROUP, { model_json: "{1}" });
    await stage.show(GROUP, { model_json: "{2}" }, { failure: "golden row 3: 0.5, not 0.25", derived: [derived("proof", "p")] });
    expect(await get(stage)).toMatchObject({ text: "{1}" });
    const { items } = await stage.app.invoke("line.versions", { line: LINE }, stage.context);
    expect(items.map(({ version, status, reason }) => ({ version, status, reason }))).toEqual([
      { version: "v2", status: "failed", reason: "golden row 3: 0.5, not 0.25" },
      { version: "v1", status: "production", reason: "captured" },
    ]);
    const { items: groups } = await stage.app.invoke("group.list", { source: "src" }, stage.context);
    expect(groups[0]?.degraded).toBe("golden row 3: 0.5, not 0.25");
  });

  test("are refused at an activation, and nothing changes", async () => {
    const asked: unknown[] = [];
    await using stage = await openModelStage(directory(), {
      prove: ({ document, golden, proof }) => {
        asked.push([document, golden, proof].map((bytes) => bytes && Buffer.from(bytes).toString()));
        return { outcome: "done", value: { failure: "kept row 0: 1.5, not 2" } };
      },
    });
    await stage.show(GROUP, { model_json: "{1}" }, { derived: [derived("proof", "rows")] });
    await stage.show(GROUP, { model_json: "{2}" });
    const activate = stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    await expect(activate).rejects.toMatchObject({ code: "wrong_state", message: "v1 must not go live: kept row 0: 1.5, not 2" });
    expect(asked).toEqual([["{1}", null, "rows"]]);
    expect(await get(stage)).toMatchObject({ text: "{2}" });
  });

  test("keep a version that comes back from going live, when the rows that were kept with it are others than those of now", async () => {
    await using stage = await openModelStage(directory(), { prove: () => ({ outcome: "done", value: { failure: "kept row 0 differs" } }) });
    await stage.show(GROUP, { model_json: "{1}" }, { derived: [derived("proof", "old rows")] });
    await stage.show(GROUP, { model_json: "{2}" });
    await stage.show(GROUP, { model_json: "{1}" }, { derived: [derived("proof", "new rows")] });
    expect(await get(stage)).toMatchObject({ text: "{2}" });
    const { items } = await stage.app.invoke("group.list", { source: "src" }, stage.context);
    expect(items[0]).toMatchObject({ version: "v2", degraded: "kept row 0 differs" });
  });

  test("are not looked for where nobody can look, and then nothing goes live", async () => {
    await using stage = await openModelStage(directory(), { prove: () => ({ outcome: "failed", reason: "it took too long" }) });
    await stage.show(GROUP, { model_json: "{1}" }, { derived: [derived("proof", "rows")] });
    await stage.show(GROUP, { model_json: "{2}" });
    const activate = stage.app.invoke("line.activate", { line: LINE, version: "v1" }, stage.context);
    await expect(activate).rejects.toMatchObject({ code: "unavailable" });
    expect(await get(stage)).toMatchObject({ text: "{2}" });
  });
});

describe("a group that has only a pickle", () => {
  const reading = {
    ready: true,
    notReady: "",
    derived: [derived("converted_json", "{made}")],
    served: { sha256: digestOf("{made}"), bytes: 6 },
  };

  test("is served with the document that was made of it, and is still after a restart", async () => {
    {
      await using stage = await openModelStage(directory(), {});
      await stage.show(GROUP, { model_pkl: "pickle" }, reading);
      const answer = { text: "{made}", sha256: digestOf("{made}"), rendered_for: "", path: `${GROUP}_model_pkl` };
      expect(await get(stage)).toEqual(answer);
    }
    await using stage = await openModelStage(directory(), {});
    const { live } = await stage.app.invoke("line.show", { line: LINE }, stage.context);
    expect(live).toMatchObject({ version: "v1", ready: true, sha256: digestOf("{made}") });
    expect(live?.files.map(({ kind }) => kind)).toEqual(["model_pkl"]);
    expect(await stage.app.model({ source: "src", symbol: "BTC" }, stage.context)).toMatchObject({ outcome: "found" });
  });
});

describe("a client of another XGBoost release", () => {
  test("gets the document that was made for it, with its own digest, once", async () => {
    let rendered = 0;
    await using stage = await openModelStage(directory(), {
      render: ({ document, release }) => {
        rendered++;
        return { outcome: "done", value: made(`${Buffer.from(document).toString()} for ${release}`) };
      },
    });
    await stage.show(GROUP, { model_json: "{1}" });
    const text = "{1} for 1.7.6";
    for (let i = 0; i < 2; i++)
      expect(await get(stage, { xgboost_version: "1.7.6" })).toMatchObject({ text, sha256: digestOf(text), rendered_for: "1.7.6" });
    expect(rendered).toBe(1);
    expect(await get(stage, { xgboost_version: "1.7.6", known_sha256: digestOf(text) })).toEqual({
      outcome: "not_modified",
      sha256: digestOf(text),
    });
    // What it has of another rendering is not what it would get.
    expect(await get(stage, { xgboost_version: "1.7.6", known_sha256: digestOf("{1}") })).toMatchObject({ text });
    expect(await get(stage)).toMatchObject({ text: "{1}", rendered_for: "" });
  });

  test("gets the document as written where its release reads that", async () => {
    await using stage = await openModelStage(directory(), {
      render: ({ document }) => ({ outcome: "done", value: made(Buffer.from(document).toString(), { isAsWritten: true }) }),
    });
    await stage.show(GROUP, { model_json: "{1}" });
    expect(await get(stage, { xgboost_version: "3.4.1" })).toMatchObject({ text: "{1}", sha256: digestOf("{1}"), rendered_for: "" });
  });

  test("is refused with the reason where no document would give it the same margins", async () => {
    await using stage = await openModelStage(directory(), { render: () => ({ outcome: "refused", reason: "vector leaves need 2.0" }) });
    await stage.show(GROUP, { model_json: "{1}" });
    expect(await get(stage, { xgboost_version: "1.7.6" })).toMatchObject({
      outcome: "refused",
      message: "not rendered for XGBoost 1.7.6: vector leaves need 2.0",
    });
  });

  test("that watches gets each change rendered, and a change that cannot be rendered without its model", async () => {
    await using stage = await openModelStage(directory(), {
      render: ({ document, release }) => {
        const text = Buffer.from(document).toString();
        return text === "{2}" ? { outcome: "refused", reason: "no" } : { outcome: "done", value: made(`${text} for ${release}`) };
      },
    });
    await stage.show(GROUP, { model_json: "{1}" });
    const abort = new AbortController();
    const watch = stage.app.watchLive({ include_payload: true, xgboost_version: "1.7.6" }, { ...stage.context, signal: abort.signal });
    const changes = watch[Symbol.asyncIterator]();
    const nextLive = async (): Promise<Buffer | undefined> => {
      for (let next = await changes.next(); next.done !== true; next = await changes.next())
        if (next.value.kind === "live") return next.value.payload?.();
      throw new Error("the watch ended");
    };
    expect((await nextLive())?.includes("{1} for 1.7.6")).toBe(true);
    const second = nextLive().then(
      () => "a model",
      (error: unknown) => String(error),
    );
    await stage.show(GROUP, { model_json: "{2}" });
    expect(await second).toContain("not rendered for XGBoost 1.7.6: no");
    abort.abort();
  });
});

describe("questions about a model", () => {
  test("go to the desk with the bytes of the version that is meant", async () => {
    await using stage = await openModelStage(directory(), {
      predict: ({ document, rows, kind }) => ({
        outcome: "done",
        value: { outputs: 1, values: rows.map((row) => [row.length + (kind === "margin" ? 0.5 : 0) + document.length]) },
      }),
      convert: ({ format, release }) => ({ outcome: "done", value: made("x".repeat(200_000), { release: release ?? format }) }),
      inspect: ({ name }) => ({ outcome: "done", value: { text: JSON.stringify({ facts: { name }, value: 1, rejected: null }) } }),
    });
    await stage.show(GROUP, { model_json: "{1}", factors_txt: "a" });
    await stage.show(GROUP, { model_json: "{long}", factors_txt: "a" });
    const { app, context } = stage;
    expect(await app.invoke("model.predict", { line: LINE, rows: [[1, null]], kind: "margin" }, context)).toEqual({
      ...{ line: LINE, version: "v2", sha256: digestOf("{long}"), kind: "margin", rows: 1, outputs: 1 },
      values: [[8.5]],
    });
    expect(await app.invoke("model.predict", { line: LINE, version: "v1", rows: [[1]] }, context)).toMatchObject({ values: [[4]] });
    expect(await app.invoke("artifact.inspect", { line: LINE, kind: "factors_txt" }, context)).toMatchObject({
      path: `${GROUP}_factors_txt`,
      facts: { name: `${GROUP}_factors_txt` },
    });
    const parts = await all(app.stream("model.convert", { line: LINE, format: "ubj" }, context) as AsyncIterable<{ base64?: string }>);
    expect(parts[0]).toMatchObject({ part: "head", format: "ubj", release: "ubj", total_bytes: 200_000 });
    expect(Buffer.concat(parts.slice(1).map(({ base64 = "" }) => Buffer.from(base64, "base64")))).toHaveLength(200_000);
  });

  test("are refused in words where there is no model", async () => {
    await using stage = await openModelStage(directory(), {});
    await stage.show(GROUP, { factors_txt: "a" });
    const { app, context } = stage;
    await expect(app.invoke("line.model", { line: LINE }, context)).rejects.toMatchObject({
      code: "wrong_state",
      message: `${LINE} v1 has no usable model`,
    });
    await expect(app.invoke("artifact.inspect", { line: LINE, kind: "info_pkl" }, context)).rejects.toMatchObject({ code: "not_found" });
    await expect(app.invoke("model.predict", { line: "src/none", rows: [] }, context)).rejects.toMatchObject({ code: "not_found" });
  });
});
