// Who is remembered when there are more clients than the daemon remembers.

import { expect, test } from "vitest";
import type { Output } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openStage } from "./application-fixture.ts";

const temporary = useTempDirectory("clients");

test("all that watch, however many, and of the others the latest thousand", async () => {
  await using stage = await openStage(temporary());
  const list = async (): Promise<Output<"client.list">> => stage.app.invoke("client.list", {}, stage.context);
  for (let n = 0; n < 1100; n += 1) stage.app.clientSeen(`fetches ${n}`, "peer", false);
  expect((await list()).total).toBe(1000);
  const leave = Array.from({ length: 1100 }, (_, n) => stage.app.clientSeen(`watches ${n}`, "peer", true));
  const { items } = await list();
  expect(items.filter(({ watching }) => watching)).toHaveLength(1100);
  expect((await stage.app.invoke("status", {}, stage.context)).clients).toBe(1100);
  for (const left of leave) left();
  expect((await stage.app.invoke("status", {}, stage.context)).clients).toBe(0);
});
