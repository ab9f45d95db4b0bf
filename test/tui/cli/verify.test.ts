// `verify`: what it shows, how it ends, and what it refuses.

import { mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Output } from "../../../shared/contract/operations.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon } from "../../support/fake-daemon.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("verify");

type Item = Output<"store.verify">;

const counts = { objects: 120, bytes: 3 * 1024 * 1024, total: 120, damaged: 0, restored: 0, models: 8, failed: 0 };
const progress: Item = { part: "progress", ...counts, objects: 60 };
const lost: Item = {
  part: "finding",
  sha256: "ab".repeat(32),
  bytes: 10,
  damage: "other_bytes",
  detail: "its bytes have another digest",
  restored_from: "",
  needed_by: ["v5", "v4", "v3", "v2"].map((version) => ({ line: "alpha/BTC", version, path: "BTC_model.json", live: version === "v5" })),
  needed_total: 9,
};
const restored: Item = { ...lost, damage: "missing", detail: "its pack is not there", restored_from: "BTC_model.json in source alpha" };
const unchecked: Item = { ...lost, damage: "unchecked", detail: "permission denied", needed_by: [], needed_total: 0 };

function daemonWith(...items: readonly Item[]) {
  return openFakeDaemon(folder(), { "store.verify": () => items.values() });
}

describe("verify", () => {
  test("says what was looked at and ends with 0 when all is as it was", async () => {
    await using daemon = await daemonWith(progress, { part: "done", ...counts });
    const { code, stdout, stderr } = await runCommand(daemon.socketPath, ["verify"]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "120 objects, 3.0 MB: all as they were stored; 8 live models: all give the margins that were kept\n",
      stderr: "",
    });
  });

  test("shows each finding with those who need it, and ends with 1 even when all could be restored", async () => {
    await using daemon = await daemonWith(lost, restored, unchecked, { part: "done", ...counts, damaged: 3, restored: 1 });
    const { code, stdout } = await runCommand(daemon.socketPath, ["verify"]);
    expect(code).toBe(1);
    const gap = " ".repeat(27);
    expect(stdout.split("\n")).toEqual([
      "damaged      abababababab  BTC_model.json of alpha/BTC v5 (live), alpha/BTC v4, alpha/BTC v3 and 6 more: its bytes have another digest",
      `${gap}-> no copy was found; put the same file back and verify again`,
      "missing      abababababab  BTC_model.json of alpha/BTC v5 (live), alpha/BTC v4, alpha/BTC v3 and 6 more: its pack is not there",
      `${gap}-> restored from BTC_model.json in source alpha`,
      "not checked  abababababab  needed by no version: permission denied",
      "120 objects, 3.0 MB: 3 not as they were stored, 1 of them restored; 8 live models: all give the margins that were kept",
      "",
    ]);
    await using mended = await openFakeDaemon(`${folder()}/mended`, {
      "store.verify": () => [restored, { part: "done" as const, ...counts, damaged: 1, restored: 1 }].values(),
    });
    expect((await runCommand(mended.socketPath, ["verify"])).code).toBe(1);
  });

  test("on a terminal a line tells how far it is, and is gone afterwards", async () => {
    await using daemon = await daemonWith(progress, lost, { part: "done", ...counts, damaged: 1 });
    const { stderr } = await runCommand(daemon.socketPath, ["verify"], { isTerminal: true });
    expect(stderr).toBe("\r\u001b[Kverifying 60/120 objects, 3.0 MB, 8 live models\r\u001b[K");
  });

  test("--json is one document", async () => {
    await using daemon = await daemonWith(progress, lost, { part: "done", ...counts, damaged: 1 });
    const { code, stdout } = await runCommand(daemon.socketPath, ["verify", "--json"]);
    const { part: _part, ...finding } = lost;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      objects: 120,
      bytes: counts.bytes,
      restored: 0,
      items: [finding],
      total: 1,
      models: 8,
      margins: [],
    });
  });

  test("a live model that gives other margins is named, and is a failure of its own", async () => {
    const other: Item = { part: "margins", line: "alpha/BTC", version: "v5", detail: "row 3: 0.25, kept was 0.5" };
    await using daemon = await daemonWith(other, { part: "done", ...counts, failed: 1 });
    const { code, stdout } = await runCommand(daemon.socketPath, ["verify"]);
    expect({ code, lines: stdout.trimEnd().split("\n") }).toEqual({
      code: 1,
      lines: [
        "margins      alpha/BTC v5 (live): row 3: 0.25, kept was 0.5",
        "120 objects, 3.0 MB: all as they were stored; 8 live models: 1 without the margins that were kept",
      ],
    });
    const machine = await runCommand(daemon.socketPath, ["verify", "--json"]);
    const { part: _part, ...shown } = other;
    expect({ code: machine.code, document: JSON.parse(machine.stdout) as unknown }).toMatchObject({
      code: 1,
      document: { margins: [shown] },
    });
  });

  test("a source is passed on and named, also where a directory has the same name", async () => {
    await mkdir(path.join(folder(), "alpha"), { recursive: true });
    await using daemon = await daemonWith({ part: "done", ...counts, models: 0 });
    const { code, stdout } = await runCommand(daemon.socketPath, ["verify", "alpha"], { cwd: folder() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "120 objects of alpha, 3.0 MB: all as they were stored\n" });
    expect(daemon.called).toEqual([{ op: "store.verify", input: { source: "alpha" } }]);
  });

  test("the daemon's whole store is asked for without a source", async () => {
    await using daemon = await daemonWith({ part: "done", ...counts });
    await runCommand(daemon.socketPath, ["verify"]);
    expect(daemon.called).toEqual([{ op: "store.verify", input: {} }]);
  });

  test("a daemon that stops half-way is no success", async () => {
    await using daemon = await daemonWith(progress);
    const { code, stderr } = await runCommand(daemon.socketPath, ["verify"]);
    expect(code).toBe(1);
    expect(stderr).toContain("verify again");
  });
});
