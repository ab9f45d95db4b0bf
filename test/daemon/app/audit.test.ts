// Who did what: every command leaves one line in the log and, when it changed something, its principal in the history; looking leaves nothing.

import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDispatcher } from "../../../daemon/app/dispatch.ts";
import type { Handlers } from "../../../daemon/app/doors.ts";
import type { Principal } from "../../../daemon/app/ports.ts";
import { AppError } from "../../../shared/contract/errors.ts";
import { OPERATIONS, SCOPES, type CallName } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { openStage } from "./application-fixture.ts";

const temporary = useTempDirectory("audit");
const signal = new AbortController().signal;
const admin: Principal = { name: "socket:ann(1000)", door: "socket", pid: 4711, scopes: new Set(SCOPES) };
const reader: Principal = { name: "grpc:127.0.0.1:5000", door: "grpc", scopes: new Set(["model:read"]) };

interface Line {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

function open(answer: () => Promise<unknown>) {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  const log = { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
  const handlers = new Proxy({}, { get: () => answer }) as Handlers;
  return { lines, dispatcher: createDispatcher(handlers, log) };
}

const inputs: Partial<Record<CallName, object>> = {
  "source.add": { path: "/models", hidden: "x".repeat(100_000) },
  "source.remove": { name: "alpha", reason: "gone" },
  refresh: {},
  "line.activate": { line: "alpha/A", version: "v1", reason: "v2 trades too much" },
  "line.resume": { line: "alpha/A" },
  "client.report": { client_id: "c", source: "alpha", group_key: "A", version: "v1" },
  "registry.register": { line: "strategy/m", version: "v1", path: "/models/m.json", metrics: `{"ic": ${"0".repeat(100_000)}}` },
  "dataset.set": { name: "crsp", version: "v1" },
  "line.promote": { line: "registry/risk_model", version: "v1.0.0", reason: "paper was good" },
  "line.rollback": { line: "registry/risk_model", reason: "it loses money" },
  "version.archive": { line: "registry/risk_model", version: "v1.0.0" },
  "version.restage": { line: "registry/risk_model", version: "v1.0.0" },
  "version.fail": { line: "registry/risk_model", version: "v1.0.0" },
  "paper.start": { line: "registry/risk_model", version: "v1.0.0" },
  "paper.stop": { line: "registry/risk_model", version: "v1.0.0" },
  "policy.set": { target: "registry", policy: "{}" },
};

test.each(Object.entries(inputs))("%s is logged with its principal, its process and what was asked", async (name, input) => {
  const { lines, dispatcher } = open(() => Promise.resolve({}));
  await dispatcher.call(name, input, { principal: admin, signal });
  expect(lines).toMatchObject([
    { level: "info", message: `${name} was done`, fields: { principal: "socket:ann(1000)", door: "socket", pid: 4711 } },
  ]);
  // What is long is cut.
  const { hidden: _hidden, metrics: _metrics, ...asked } = input as { hidden?: string; metrics?: string };
  expect(lines[0]?.fields).toMatchObject({ input: asked });
  expect(JSON.stringify(lines).length).toBeLessThan(1000);
});

test("no command is forgotten here", () => {
  const commands = Object.entries(OPERATIONS).flatMap(([name, { kind }]) => (kind === "command" ? [name] : []));
  expect(commands.filter((name) => !(name in inputs))).toEqual([]);
});

test("a command that was refused is logged with the reason, by whoever it was tried", async () => {
  const { lines, dispatcher } = open(() => Promise.reject(new AppError("conflict", "it is taken")));
  await expect(dispatcher.call("line.activate", inputs["line.activate"], { principal: reader, signal })).rejects.toThrow(
    "needs model:admin",
  );
  await expect(dispatcher.call("line.activate", inputs["line.activate"], { principal: admin, signal })).rejects.toThrow("it is taken");
  await expect(dispatcher.call("line.activate", { line: 7 }, { principal: admin, signal })).rejects.toThrow("version");
  expect(lines.map(({ level, message }) => `${level} ${message}`)).toEqual(
    Array.from({ length: 3 }, () => "info line.activate was refused"),
  );
  expect(lines.map(({ fields }) => fields)).toMatchObject([
    { principal: "grpc:127.0.0.1:5000", door: "grpc", refused: "forbidden" },
    { principal: "socket:ann(1000)", refused: "conflict", why: "it is taken" },
    { refused: "invalid_input" },
  ]);
});

test("a handler that gives up when its caller goes is no fault; one that fails then is", async () => {
  const abort = new AbortController();
  const { lines, dispatcher } = open(() => sleep(60_000, undefined, { signal: abort.signal }));
  const asked = dispatcher.call("status", {}, { principal: reader, signal: abort.signal });
  abort.abort(new Error("the client went away"));
  await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  expect(lines).toEqual([]);
  const failing = open(() => Promise.reject(new TypeError("a bug")));
  await expect(failing.dispatcher.call("status", {}, { principal: reader, signal: abort.signal })).rejects.toMatchObject({
    code: "internal",
  });
  expect(failing.lines).toMatchObject([{ level: "error" }]);
});

test("looking leaves no line", async () => {
  const { lines, dispatcher } = open(() => Promise.resolve({}));
  await dispatcher.call("status", {}, { principal: reader, signal });
  await dispatcher.call("live.list", {}, { principal: reader, signal });
  expect(lines).toEqual([]);
});

test("what was changed keeps its principal in the events and in the history", async () => {
  await using stage = await openStage(temporary());
  const context = { principal: admin, signal };
  await stage.show("BTC", { model_json: "a1" });
  await stage.show("BTC", { model_json: "a2" });
  await stage.app.call("line.activate", { line: "src/BTC", version: "v1" }, context);
  await stage.app.call("client.report", { client_id: "c", source: "src", group_key: "BTC", version: "v1" }, { principal: reader, signal });
  await stage.app.call("source.add", { path: "/models/more" }, context);
  await stage.app.call("source.remove", { name: "src" }, context);
  const events: { kind: string; actor: string }[] = [];
  for await (const event of stage.app.stream("event.stream", { after: 0 }, context)) events.push(event as { kind: string; actor: string });
  const actors = (kind: string): string[] => events.filter((event) => event.kind === kind).map(({ actor }) => actor);
  expect(actors("line_pinned")).toEqual([admin.name]);
  expect(actors("version_live").at(-1)).toBe(admin.name);
  expect(actors("client_loaded")).toEqual([reader.name]);
  expect(actors("source_added").at(-1)).toBe(admin.name);
  expect(actors("source_removed")).toEqual([admin.name]);
  expect(actors("line_withdrawn")).toEqual([admin.name]);
});
