// Current versions of datasets, and whether a model may be used with them.

import { expect, test } from "vitest";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openRegistryStage, type RegistryStage } from "./registry-stage.ts";

const directory = useTempDirectory("datasets");
const LINE = "strategy/momentum";

function set(stage: RegistryStage, name: string, version: string) {
  return stage.app.invoke("dataset.set", { name, version, reason: "nightly load" }, stage.context);
}

function check(stage: RegistryStage, strict?: boolean) {
  return stage.app.invoke("compat.check", { line: LINE, ...(strict === undefined ? {} : { strict }) }, stage.context);
}

test("are what was set last, also after a restart, and every one of them stays an event", async () => {
  const place = directory();
  {
    await using stage = await openRegistryStage(place);
    expect(await set(stage, "crsp", "v1")).toMatchObject({ previous_version: "" });
    expect(await set(stage, "crsp", "v2")).toMatchObject({ previous_version: "v1" });
    const same = await set(stage, "crsp", "v2");
    expect(same).toMatchObject({ previous_version: "v2", version: "v2" });
  }
  await using stage = await openRegistryStage(place);
  const { items, total } = await stage.app.invoke("dataset.list", {}, stage.context);
  expect(total).toBe(1);
  expect(items).toMatchObject([{ name: "crsp", version: "v2", actor: "test" }]);
  const changes: string[] = [];
  for await (const event of stage.app.stream("event.stream", { after: 0, follow: false }, stage.context) as AsyncIterable<{
    readonly kind: string;
    readonly group_key: string;
    readonly version: string;
    readonly previous_version: string;
    readonly reason: string;
  }>)
    if (event.kind === "dataset_changed") changes.push(`${event.group_key} ${event.previous_version}>${event.version} ${event.reason}`);
  expect(changes).toEqual(["crsp >v1 nightly load", "crsp v1>v2 nightly load"]);
  await expect(set(stage, " crsp", "v1")).rejects.toMatchObject({ code: "invalid_input" });
});

test("are compared with those of a model: exact, drift, missing, every difference named", async () => {
  await using stage = await openRegistryStage(directory());
  await stage.register(LINE, "v1", { dataset_versions: '{"crsp": "v1", "fed": "v1", "zeta": "v1"}' });
  for (const name of ["crsp", "fed", "zeta", "unused"]) await set(stage, name, "v1");
  expect(await check(stage)).toMatchObject({ compatible: true, level: "exact", strict: true, warnings: [], version: "v1" });
  await set(stage, "fed", "v2");
  await set(stage, "zeta", "v3");
  const warnings = ["fed: model trained on v1, current is v2", "zeta: model trained on v1, current is v3"];
  expect(await check(stage)).toMatchObject({ compatible: false, level: "drift", warnings });
  expect(await check(stage, false)).toMatchObject({ compatible: true, level: "drift", strict: false, warnings });
  await stage.register("strategy/other", "v1", { dataset_versions: '{"nobody": "v1", "fed": "v1"}', skip_lineage_check: true });
  const missing = await stage.app.invoke("compat.check", { line: "strategy/other", version: "v1", strict: false }, stage.context);
  expect(missing).toMatchObject({ compatible: false, level: "missing" });
  expect(missing.warnings).toHaveLength(2);
});
