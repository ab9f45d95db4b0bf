// The category values of a training frame keep their types and digits, from JSON or UBJSON to either of them.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { writeModelJson, writeModelUbjson } from "../../../../../daemon/artifacts/xgboost/write/write-model.ts";
import { modelFrom } from "../../predict/fixture-models.ts";

/** Texts and integers of 8, 16, 32 and 64 bits, with and without sign; frame_categories.py and XGBoost 3.4.1 made them. */
const json = readFileSync(new URL("../../../../fixtures/frame-categories/frame-categories.json", import.meta.url));
const ubjson = readFileSync(new URL("../../../../fixtures/frame-categories/frame-categories.ubj", import.meta.url));

it.each([
  ["JSON", json],
  ["UBJSON", ubjson],
])("a model read from %s is written as XGBoost wrote it", (_form, document) => {
  const model = modelFrom(document);
  expect(Buffer.from(writeModelJson(model, model.version)).toString("utf8")).toBe(json.toString("utf8"));
  expect(Buffer.from(writeModelUbjson(model, model.version)).equals(ubjson)).toBe(true);
});
