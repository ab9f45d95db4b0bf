// What systemd hears from the daemon, on a real datagram socket as systemd has one.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import koffi from "koffi";
import { describe, expect, it } from "vitest";
import { openServiceNotifier } from "../../../daemon/ops/notify-systemd.ts";
import { describeNeeding, type Requirement } from "../../support/requirements.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { createMemoryLog } from "../transport/ipc/fake-application.ts";

const folder = useTempDirectory("notify");

describe("without systemd", () => {
  it("nothing is loaded, said or sent", async () => {
    const log = createMemoryLog();
    const notifier = await openServiceNotifier(log, { WATCHDOG_USEC: "1000000" });
    notifier.ready("serving");
    notifier.stopping();
    expect(notifier.watchdogMs).toBeUndefined();
    expect(log.lines).toEqual([]);
  });
});

function libsystemd(): Requirement {
  const need = { name: "libsystemd", command: "" };
  try {
    koffi.load("libsystemd.so.0");
    return { ...need, available: true, reason: "" };
  } catch (error) {
    return { ...need, available: false, reason: String(error) };
  }
}

/** Binds a datagram socket, as systemd does; Node itself cannot. Returns a function that takes what has arrived. */
function openDatagrams(path: string): { take(): string[]; close(): void } {
  const libc = koffi.load("libc.so.6");
  const socket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number;
  const bind = libc.func("int bind(int, const uint8_t *, uint32_t)") as (descriptor: number, address: Buffer, length: number) => number;
  const recv = libc.func("intptr_t recv(int, _Out_ uint8_t *, uintptr_t, int)") as (
    descriptor: number,
    bytes: Buffer,
    length: number,
    flags: number,
  ) => number;
  const close = libc.func("int close(int)") as (descriptor: number) => number;
  // AF_UNIX 1, SOCK_DGRAM 2; struct sockaddr_un: 16 bits of family, then the path.
  const descriptor = socket(1, 2, 0);
  const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(path), Buffer.from([0])]);
  expect(bind(descriptor, address, address.length)).toBe(0);
  const bytes = Buffer.alloc(4096);
  return {
    take() {
      const texts: string[] = [];
      for (;;) {
        // MSG_DONTWAIT 0x40
        const length = recv(descriptor, bytes, bytes.length, 0x40);
        if (length <= 0) return texts;
        texts.push(bytes.toString("utf8", 0, length));
      }
    },
    close: () => void close(descriptor),
  };
}

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
