// Where the system refuses to watch more folders, the source says so, changes are found by the timed listing, and events return with the means.

import { execFileSync } from "node:child_process";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SourceView } from "../../../shared/contract/views.ts";
import { connectDaemon } from "../../../tui/client/connect.ts";
import type { DaemonClient } from "../../../tui/client/daemon-client.ts";
import { startDaemon, type DaemonProcess } from "../../support/daemon-process.ts";
import { describeNeeding, requireProgram } from "../../support/requirements.ts";
import { openTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { write } from "./disk-fixture.ts";

/** Limits of a user namespace count for its processes only. */
const needs = [
  requireProgram("unshare", ["-Ur", "sh", "-c", "echo 100 > /proc/sys/user/max_inotify_watches"]),
  requireProgram("nsenter", ["--version"]),
];
const FOLDERS = 12;

interface Limited extends AsyncDisposable {
  readonly root: string;
  readonly client: DaemonClient;
  source(): Promise<SourceView>;
  hasGroups(...keys: string[]): Promise<boolean>;
  setLimit(value: number): void;
}

/** A daemon in a namespace with this limit, on a directory with one group in each of twelve folders. */
async function openLimited(limit: "max_inotify_watches" | "max_inotify_instances", value: number): Promise<Limited> {
  const temp = await openTempDirectory("limits");
  const root = join(temp.path, "models");
  for (let folder = 0; folder < FOLDERS; folder++) write(root, `f${folder}/G${folder}_model.json`, "{}");
  const daemon: DaemonProcess = await startDaemon({
    stateDir: join(temp.path, "state"),
    socketPath: join(temp.path, "d.sock"),
    register: [root],
    settleSeconds: 0.05,
    rescanSeconds: 0.3,
    launcher: ["unshare", "-Ur", "sh", "-c", `echo ${value} > /proc/sys/user/${limit}; exec "$@"`, "sh"],
  });
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "test" });
  const source = async (): Promise<SourceView> => {
    const [only] = (await client.call("source.list", {})).items;
    if (only === undefined) throw new Error("the source is not listed");
    return only;
  };
  return {
    root,
    client,
    source,
    hasGroups: async (...keys) => {
      const { items } = await client.call("group.list", { source: "models", limit: 1000 });
      return keys.every((key) => items.some(({ group_key }) => group_key === key));
    },
    setLimit: (to) => {
      const setting = ["sh", "-c", `echo ${to} > /proc/sys/user/${limit}`];
      execFileSync("nsenter", ["-t", String(daemon.ready.pid), "-U", "--preserve-credentials", ...setting]);
    },
    [Symbol.asyncDispose]: async () => {
      client.close();
      await daemon.stop();
      await temp[Symbol.asyncDispose]();
    },
  };
}

describeNeeding(needs, "limits of watching", () => {
  test("too few watches are a stated condition of the source, and every change is found all the same", { timeout: 60_000 }, async () => {
    await using limited = await openLimited("max_inotify_watches", 4);
    const { root, source, hasGroups } = limited;
    await waitFor("the warning", async () => (await source()).warnings.join().includes("limit of watched folders is reached"));
    expect((await source()).degraded).toBe("");
    for (let folder = 0; folder < FOLDERS; folder++) write(root, `f${folder}/new${folder}_model.json`, "{}");
    write(root, "made/later/L_model.json", "{}");
    await unlink(join(root, "f11/G11_model.json"));
    const made = Array.from({ length: FOLDERS }, (_, folder) => `new${folder}`);
    await waitFor("the new groups", () => hasGroups(...made, "L"));
    await waitFor("the one that is gone", async () => !(await hasGroups("G11")));
  });

  test(
    "a system without a free watcher is a stated condition too, and once there is one the condition ends",
    { timeout: 60_000 },
    async () => {
      await using limited = await openLimited("max_inotify_instances", 0);
      const { root, source, hasGroups } = limited;
      await waitFor("the warning", async () => (await source()).warnings.join().includes("limit of watchers is reached"));
      write(root, "f3/A_model.json", "{}");
      await waitFor("the new group", () => hasGroups("A"));
      limited.setLimit(10);
      await waitFor("the watch", async () => (await source()).warnings.length === 0, { deadlineMs: 30_000 });
      write(root, "f4/B_model.json", "{}");
      await waitFor("the next group", () => hasGroups("B"));
    },
  );
});
