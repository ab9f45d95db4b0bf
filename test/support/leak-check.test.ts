// What a test file forgets to close is found; what it closes is not.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { assertNothingLeaked, openResources } from "./leak-check.ts";
import { useTempDirectory } from "./temp-dir.ts";

const quickMs = 60;

describe("the leak check", () => {
  const directory = useTempDirectory("leaks");

  it("finds a server that still listens", async () => {
    const before = openResources();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    await expect(assertNothingLeaked(before, quickMs)).rejects.toThrow("TCPServerWrap");
    server.close();
    await assertNothingLeaked(before);
  });

  it("finds a child process that still runs", async () => {
    const before = openResources();
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(child, "spawn");
    await expect(assertNothingLeaked(before, quickMs)).rejects.toThrow("ProcessWrap");
    child.kill("SIGKILL");
    await once(child, "exit");
    await assertNothingLeaked(before);
  });

  it("finds timers and a directory watch", async () => {
    const before = openResources();
    // Several, because the test runner has a timer of its own that comes and goes.
    const timers = Array.from({ length: 5 }, () => setInterval(() => undefined, 60_000));
    const watcher = watch(directory());
    await expect(assertNothingLeaked(before, quickMs)).rejects.toThrow(/FSEventWrap.*Timeout|Timeout.*FSEventWrap/);
    for (const timer of timers) clearInterval(timer);
    watcher.close();
    await assertNothingLeaked(before);
  });
});
