// What systemd hears from the daemon, on a real datagram socket as systemd has one.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { openServiceNotifier } from "../../../daemon/ops/notify-systemd.ts";
import { libsystemd, openDatagrams } from "../../support/datagram-socket.ts";
import { describeNeeding } from "../../support/requirements.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { createMemoryLog } from "../transport/ipc/fake-application.ts";

const folder = useTempDirectory("notify");

describe("without systemd", () => {
  it("nothing is loaded, said or sent", async () => {
    const log = createMemoryLog();
    const notifier = await openServiceNotifier(log, { WATCHDOG_USEC: "1000000" });
    notifier.ready("serving");
    notifier.stopping();
    expect(notifier).toMatchObject({ listens: false, watchdogMs: undefined });
    expect(log.lines).toEqual([]);
  });
});

const program = `
import { openServiceNotifier } from ${JSON.stringify(fileURLToPath(new URL("../../../daemon/ops/notify-systemd.ts", import.meta.url)))};
const say = (fields, message) => console.log(message);
const notifier = await openServiceNotifier({ debug: say, info: say, warn: say, error: say });
notifier.status("scanning alpha");
notifier.extendTimeout(1500.4);
notifier.ready("serving\\nMAINPID=1");
notifier.watchdog();
console.log("watchdog every", notifier.watchdogMs);
notifier.stopping();
`;

/** Runs the program under these variables, and returns what it printed. */
async function run(env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
  await new Promise((resolve) => child.once("close", resolve));
  return out;
}

describeNeeding(libsystemd(), "with systemd", () => {
  it("systemd hears of status, readiness, watchdog and stop, and a status cannot smuggle in an assignment", async () => {
    const path = join(folder(), "notify");
    const datagrams = openDatagrams(path);
    const out = await run({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "3000001" });
    const heard = datagrams.take();
    datagrams.close();
    expect(heard).toEqual([
      "STATUS=scanning alpha",
      "EXTEND_TIMEOUT_USEC=1500400",
      "READY=1\nSTATUS=serving MAINPID=1",
      "WATCHDOG=1",
      "STOPPING=1\nSTATUS=stopping",
    ]);
    expect(out).toBe("watchdog every 1500\n");
  });

  it("a watchdog that is meant for another process is not ours", async () => {
    const path = join(folder(), "notify");
    const datagrams = openDatagrams(path);
    expect(await run({ NOTIFY_SOCKET: path, WATCHDOG_USEC: "3000000", WATCHDOG_PID: "1" })).toBe("watchdog every undefined\n");
    datagrams.close();
  });

  it("a systemd that does not listen is a line in the log, no fault", async () => {
    const out = await run({ NOTIFY_SOCKET: join(folder(), "nobody") });
    expect(out).toContain("systemd could not be notified");
    expect(out).toContain("watchdog every undefined");
  });
});
