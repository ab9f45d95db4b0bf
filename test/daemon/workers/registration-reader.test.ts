// The thread that reads model files for their registration: what it gives, and what it does to a file that takes too long or is none.

import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RegistrationRequest } from "../../../daemon/app/ports.ts";
import { openRegistrationReader } from "../../../daemon/workers/registration-reader.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { modelDocument } from "../../support/training.ts";

const directory = useTempDirectory("registration");
const MAX_BYTES = 1_000_000;

function request(path: string, metadataPath = ""): RegistrationRequest {
  const text = { createdBy: "", modelId: "", snapshotId: "", runId: "", experimentId: "", notes: "" };
  const json = { datasetVersions: "", parameters: "", metrics: "", config: "", environment: "" };
  return {
    ...{
      namespace: "strategy",
      name: "m",
      label: "v1",
      path,
      metadataPath,
      nowMicros: 1_700_000_000_000_000n,
      isLineageSkipped: false,
      actor: "test",
    },
    flags: { ...text, ...json, factors: ["a", "b", "c"] },
  };
}

test("gives the bytes, what they are, and what proves them", async () => {
  await using reader = openRegistrationReader({ deadlineMs: 20_000, maxArtifactBytes: MAX_BYTES });
  const path = join(directory(), "model.json");
  await writeFile(path, modelDocument({ stamp: 1, symbol: "X" }));
  const reading = await reader.read(request(path));
  if (reading.outcome !== "read") throw new Error(JSON.stringify(reading));
  expect(reading.files.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual(["model_file model.json", "metadata metadata.json"]);
  expect(Buffer.from(reading.files[0]?.bytes ?? []).toString()).toBe(modelDocument({ stamp: 1, symbol: "X" }));
  expect(reading.derived.map(({ kind }) => kind)).toEqual(["proof"]);
  expect(reading.version).toMatchObject({ featureDim: 3, factorCount: 3, servedSha256: reading.files[0]?.sha256 });
  expect(reading.registration).toMatchObject({ format: "xgboost_json", createdBy: "test", modelPath: path });
});

test("ends on a file that takes too long, and reads the next one", async () => {
  const entry = new URL("./threads/endless-registration.ts", import.meta.url);
  await using reader = openRegistrationReader({ deadlineMs: 200, maxArtifactBytes: MAX_BYTES, entry });
  const [first, second] = await Promise.all(["endless", "v2"].map((label) => reader.read({ ...request("/model.json"), label })));
  expect(first).toEqual({ outcome: "failed", reason: "reading the model file took longer than 0.2 s" });
  expect(second).toMatchObject({ outcome: "refused", reason: "v2" });
});

test("never waits at a pipe, and says what is no file", async () => {
  await using reader = openRegistrationReader({ deadlineMs: 20_000, maxArtifactBytes: MAX_BYTES });
  const folder = directory();
  const [pipe, model] = [join(folder, "pipe"), join(folder, "model.json")];
  execFileSync("mkfifo", [pipe]);
  await writeFile(model, modelDocument({ stamp: 3, symbol: "X" }));
  expect(await reader.read(request(pipe))).toMatchObject({
    outcome: "refused",
    code: "invalid_input",
    reason: `${pipe}: it is no regular file`,
  });
  expect(await reader.read(request(model, pipe))).toMatchObject({ outcome: "refused", reason: `${pipe}: it is no regular file` });
});
