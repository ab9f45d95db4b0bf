// The HTTP port with real requests: what it answers, and what it does with an address it cannot have.

import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { openHealthServer, type Health, type HealthServer } from "../../../../daemon/transport/http/server.ts";
import { createMemoryLog } from "../ipc/fake-application.ts";

const ready: Health = { live: true, ready: true, detail: { sources: 2, sequence: 9_007_199_254_740_993n } };
const open = (health: () => Health = () => ready): Promise<HealthServer> => openHealthServer({ host: "127.0.0.1", port: 0, health });
const get = (server: HealthServer, path: string, method = "GET") =>
  fetch(`http://${server.address}${path}`, { method, headers: { connection: "close" } });

/** Writes bytes and returns all that comes back until the end. */
function exchange(server: HealthServer, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(server.address.split(":")[1]), "127.0.0.1", () => socket.write(bytes));
    socket
      .setEncoding("utf8")
      .on("data", (chunk: string) => (text += chunk))
      .on("close", () => resolve(text))
      .on("error", reject);
  });
}

describe("the health port", () => {
  it("says that the process is alive", async () => {
    await using server = await open(() => ({ live: true, ready: false, detail: {} }));
    const response = await get(server, "/healthz?x=1");
    expect([response.status, await response.json()]).toEqual([200, { status: "ok" }]);
    expect(response.headers.get("content-type")).toContain("application/json");
  });

  it("is not healthy when only a restart can help", async () => {
    await using server = await open(() => ({ live: false, ready: true, detail: {} }));
    expect((await get(server, "/healthz")).status).toBe(503);
  });

  it("is ready exactly when the daemon says so, with its facts, at each request anew", async () => {
    let health: Health = { live: true, ready: false, detail: { waiting: ["the first scan of alpha"] } };
    await using server = await open(() => health);
    const before = await get(server, "/readyz");
    expect([before.status, await before.json()]).toEqual([503, { status: "not ready", waiting: ["the first scan of alpha"] }]);
    health = ready;
    const after = await get(server, "/readyz");
    expect([after.status, await after.text()]).toEqual([200, '{"status":"ready","sources":2,"sequence":9007199254740993}\n']);
  });

  it("answers HEAD like GET, without the body", async () => {
    await using server = await open();
    const response = await get(server, "/readyz", "HEAD");
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(response.headers.get("content-length")).toBe(String((await (await get(server, "/readyz")).text()).length));
  });

  it("answers other paths with 404 and other methods with 405", async () => {
    await using server = await open();
    for (const path of ["/", "/metrics", "/healthz/", "/constructor", "/__proto__"]) {
      const response = await get(server, path);
      expect([path, response.status, Object.keys((await response.json()) as object)]).toEqual([path, 404, ["detail"]]);
    }
    const response = await get(server, "/healthz", "POST");
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("survives bytes that are no HTTP and headers without end", async () => {
    await using server = await open();
    expect(await exchange(server, "\u0000\u0001\r\n\r\n")).toContain("400 Bad Request");
    expect(await exchange(server, `GET /healthz HTTP/1.1\r\nx: ${"y".repeat(100_000)}`)).toContain("400");
    expect((await get(server, "/healthz")).status).toBe(200);
  });

  it("answers a health check that fails by a bug with 500 and keeps the reason in the log", async () => {
    const log = createMemoryLog();
    const health = (): Health => {
      throw new Error("secret");
    };
    await using server = await openHealthServer({ host: "127.0.0.1", port: 0, health, log });
    const response = await get(server, "/readyz");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(log.lines.map(({ level }) => level)).toEqual(["error"]);
  });

  it("refuses a busy port and names the variable to set", async () => {
    await using server = await open();
    const port = Number(server.address.split(":")[1]);
    await expect(openHealthServer({ host: "127.0.0.1", port, health: () => ready })).rejects.toThrow(
      /127\.0\.0\.1:\d+: the port is in use; set MODEL_MANAGER_HTTP_PORT/,
    );
  });

  it("refuses an address of another machine and names the variable to set", async () => {
    await expect(openHealthServer({ host: "192.0.2.1", port: 0, health: () => ready })).rejects.toThrow(/MODEL_MANAGER_HTTP_HOST/);
  });

  it("stops although a client keeps its connection open", async () => {
    const server = await open();
    const idle = exchange(server, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    await get(server, "/healthz");
    await server[Symbol.asyncDispose]();
    expect(await idle).toContain("200 OK");
  });
});
