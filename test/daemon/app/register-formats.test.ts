// What clients are given of registered files of other libraries: text as text, everything else as the bytes that it is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtureFolder } from "../../support/fixture-archive.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openRegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("formats");
const folder = fixtureFolder("registration/models");

test.for([
  ["lightgbm-4.7.0-regression.txt", "lightgbm_text", true],
  ["model.json", "json", true],
  ["risk.p0.pkl", "pickle", false],
  ["risk.joblib.gz", "joblib", false],
  ["catboost.cbm", "catboost_cbm", false],
  ["model.onnx", "onnx", false],
] as const)("%s", async ([name, format, isText]) => {
  await using stage = await openRegistryStage(directory());
  const bytes = readFileSync(join(folder, name));
  const reply = await stage.register("strategy/m", "v1", { path: join(folder, name) });
  expect(reply.registration.format).toBe(format);
  const asked = { source: "strategy", group_key: "m", version: "v1" };
  const answer = await stage.app.model(asked, stage.context);
  if (answer.outcome !== "found") throw new Error(JSON.stringify(answer));
  const { document, metadata } = await answer.parts();
  expect(document.equals(bytes)).toBe(true);
  expect(metadata.sha256).toBe(reply.registration.checksum_sha256);
  const payload = answer.payload();
  if (isText) expect((await payload).length).toBeGreaterThan(bytes.length);
  else await expect(payload).rejects.toMatchObject({ code: "wrong_state", message: expect.stringContaining("GetModelBytes") });
  expect(await stage.app.model({ ...asked, known_sha256: metadata.sha256 }, stage.context)).toMatchObject({ outcome: "not_modified" });
});
