// ListSymbols and ReportLoaded, and how refusals travel.

import { describe, expect, test } from "vitest";
import { AppError, ERROR_CODES } from "../../../../shared/contract/errors.ts";
import type { Output } from "../../../../shared/contract/operations.ts";
import { statusOf as wireStatusOf } from "../../../../daemon/transport/grpc/status.ts";
import { useDoor } from "./door.ts";
import { statusOf } from "./wire-client.ts";

const openDoor = useDoor();

type Group = Output<"group.list">["items"][number];

function group(fields: Partial<Group>): Group {
  return {
    source: "alpha",
    group_key: "A_r",
    line: "alpha/A_r",
    symbol: "A",
    return_name: "r",
    feature_dim: 4,
    factor_count: 4,
    ready: true,
    version: "v2",
    sha256: "ab",
    pinned: false,
    policy: "follow",
    degraded: "",
    train_start_date: null,
    train_end_date: null,
    warnings: [],
    changed_at: "2026-01-05T09:30:00.000000Z",
    ...fields,
  };
}

describe("ListSymbols", () => {
  test("joins all pages in order", async () => {
    const { application, client } = await openDoor();
    const asked: unknown[] = [];
    const pages = [["a", "b"], ["c", "d"], ["e"]];
    application.answers["group.list"] = async (input) => {
      asked.push([input.source, input.after]);
      const index = pages.findIndex((page) => page[0] !== undefined && page[0] > (input.after ?? ""));
      const keys = pages[index] ?? [];
      return {
        items: keys.map((group_key) => group({ group_key })),
        total: 5,
        next: index + 1 < pages.length ? (keys.at(-1) ?? null) : null,
      };
    };
    const answer = await client.unary("ListSymbols", { model_name: "alpha" });
    expect(answer).toMatchObject({ ok: true, message: "ok" });
    expect((answer["symbols"] as Group[]).map((symbol) => symbol.group_key)).toEqual(["a", "b", "c", "d", "e"]);
    expect(asked).toEqual([
      ["alpha", undefined],
      ["alpha", "b"],
      ["alpha", "d"],
    ]);
  });

  test("carries every field, of groups that are ready and of those that are not", async () => {
    const { application, client } = await openDoor();
    const items = [
      group({}),
      group({ symbol: "\udc00", ready: false, version: "", sha256: "", degraded: "model file is truncated", feature_dim: 0 }),
    ];
    application.answers["group.list"] = async () => ({ items, total: 2, next: null });
    expect((await client.unary("ListSymbols", { model_name: "alpha" }))["symbols"]).toEqual([
      { symbol: "A", group_key: "A_r", return_name: "r", feature_dim: 4, grpc_ready: true, version: "v2", sha256: "ab" },
      { symbol: "\ufffd", group_key: "A_r", return_name: "r", degraded: "model file is truncated" },
    ]);
  });

  test("a source without groups is ok, without symbols", async () => {
    const { application, client } = await openDoor();
    application.answers["group.list"] = async () => ({ items: [], total: 0, next: null });
    expect(await client.unary("ListSymbols", { model_name: "alpha" })).toEqual({ ok: true, message: "ok" });
  });

  test("an unknown source is ok=false with the reason, status OK, and no symbols", async () => {
    const { application, client } = await openDoor();
    application.answers["group.list"] = () => Promise.reject(new AppError("not_found", 'no source "x"'));
    expect(await client.unary("ListSymbols", { model_name: "x" })).toEqual({ message: 'no source "x"' });
  });

  test("a failure on a later page is ok=false with the constant text, and no symbols", async () => {
    const { application, client } = await openDoor();
    application.answers["group.list"] = async (input) => {
      if (input.after !== undefined) throw new Error("secret");
      return { items: [group({})], total: 2, next: "A_r" };
    };
    expect(await client.unary("ListSymbols", { model_name: "x" })).toEqual({ message: "internal error: the daemon's log has the details" });
  });
});

describe("ReportLoaded", () => {
  test("hands on what was reported and answers what is live", async () => {
    const { application, client } = await openDoor();
    const asked: unknown[] = [];
    application.answers["client.report"] = async (input) => {
      asked.push(input);
      return { current: true, live_version: "v3" };
    };
    const report = { client_id: "me", group_key: "A_r", version: "v3", sha256: "ab" };
    expect(await client.unary("ReportLoaded", { model_name: "alpha", ...report })).toEqual({ current: true, live_version: "v3" });
    expect(asked).toEqual([{ source: "alpha", ...report }]);
  });

  test("a report without a name comes from the peer's address", async () => {
    const { application, client } = await openDoor();
    let name = "";
    application.answers["client.report"] = async (input) => {
      name = input.client_id;
      return { current: false, live_version: "v4" };
    };
    expect(await client.unary("ReportLoaded", { model_name: "alpha" })).toEqual({ live_version: "v4" });
    expect(name).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test("a refusal is a status with the reason, whatever characters it holds", async () => {
    const { application, client } = await openDoor();
    application.answers["client.report"] = () => Promise.reject(new AppError("not_found", 'no line "größe 100% \ud800"\n'));
    expect(await statusOf(client.unary("ReportLoaded", {}))).toEqual({ code: 5, details: 'no line "größe 100% \ufffd"\n' });
    application.answers["client.report"] = () => Promise.reject(new AppError("not_found", "é".repeat(100_000)));
    const long = await statusOf(client.unary("ReportLoaded", {}));
    expect(long.code).toBe(5);
    expect(long.details).toMatch(/^é+…$/);
  });

  test("a bug is INTERNAL, logged once, its text not sent", async () => {
    const { application, client, log } = await openDoor();
    application.answers["client.report"] = () => Promise.reject(new Error("secret"));
    expect(await statusOf(client.unary("ReportLoaded", {}))).toEqual({
      code: 13,
      details: "internal error; the daemon's log has the details",
    });
    expect(log.filter((line) => line.level === "error")).toHaveLength(1);
  });
});

test("every refusal has its own status, and none is OK or UNKNOWN", () => {
  const codes = Object.fromEntries(ERROR_CODES.map((code) => [code, wireStatusOf(new AppError(code, "why")).code]));
  expect(codes).toEqual({
    invalid_input: 3,
    unauthenticated: 16,
    forbidden: 7,
    not_found: 5,
    conflict: 10,
    wrong_state: 9,
    gate_refused: 9,
    overloaded: 8,
    unavailable: 14,
    cancelled: 1,
    timeout: 4,
    internal: 13,
  });
});
