// `logs` and `doctor` against made-up daemons and a made-up journalctl.

import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../../daemon/config/settings.ts";
import type { CheckView, LogLineView } from "../../../shared/contract/service-operations.ts";
import { checkNode, DEFAULT_PORTS } from "../../../tui/cli/doctor-checks.ts";
import { journalOf, readJournal } from "../../../tui/cli/journal.ts";
import type { CliHost } from "../../../tui/cli/host.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon } from "../../support/fake-daemon.ts";
import { statusOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("logs-doctor");

const lineOf = (sequence: number, message = `line ${sequence}`): LogLineView => ({
  sequence,
  time: "2026-01-05T09:30:00.000000Z",
  level: sequence === 3 ? "error" : "info",
  message,
  fields: { source: "alpha" },
});

describe("logs", () => {
  test("shows the daemon's lines with time, level, message and fields; -n says how many", async () => {
    await using daemon = await openFakeDaemon(folder(), { "log.stream": () => [lineOf(2), lineOf(3)].values() });
    const { code, stdout } = await runCommand(daemon.socketPath, ["logs", "-n", "2"]);
    expect(code).toBe(0);
    expect(stdout).toBe("2026-01-05 09:30:00Z  info   line 2  source=alpha\n2026-01-05 09:30:00Z  error  line 3  source=alpha\n");
    expect(daemon.called).toEqual([{ op: "log.stream", input: { last: 2, follow: false } }]);
  });

  test("--json prints a document a line; --follow goes on until it is stopped", async () => {
    const stop = new AbortController();
    await using daemon = await openFakeDaemon(folder(), {
      async *"log.stream"(_input, signal) {
        yield lineOf(1);
        // Long enough for the line to be printed.
        setTimeout(() => stop.abort(), 500);
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    });
    const { code, stdout } = await runCommand(daemon.socketPath, ["logs", "--follow", "--json"], { signal: stop.signal });
    expect(code).toBe(130);
    expect(
      stdout
        .split("\n")
        .slice(0, 1)
        .map((text) => JSON.parse(text) as unknown),
    ).toEqual([lineOf(1)]);
  });

  test("says how many lines were lost in between", async () => {
    await using daemon = await openFakeDaemon(folder(), { "log.stream": () => [lineOf(1), lineOf(40)].values() });
    expect((await runCommand(daemon.socketPath, ["logs"])).stderr).toContain("38 lines came faster");
  });

  test("names hold no escape sequences, and a wrong number is a usage error", async () => {
    await using daemon = await openFakeDaemon(folder(), { "log.stream": () => [lineOf(1, "a\u001b[2Jb")].values() });
    expect((await runCommand(daemon.socketPath, ["logs"])).stdout).not.toContain("\u001b");
    expect((await runCommand(daemon.socketPath, ["logs", "-n", "x"])).code).toBe(2);
  });
});

describe("the journal", () => {
  test.each([
    ["0::/system.slice/model-managerd.service\n", { isUser: false }],
    ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/model-managerd.service\n", { isUser: true }],
    ["0::/user.slice/user-1000.slice/session-3.scope\n", undefined],
    ["0::/system.slice/other.service\n", undefined],
    ["", undefined],
  ])("of a process in %j", (cgroup, journal) => {
    expect(journalOf(cgroup)).toEqual(journal);
  });

  /** A journalctl that prints its arguments as a log line, then what the test says. */
  async function hostWith(script: string): Promise<CliHost> {
    const bin = path.join(folder(), "bin");
    await mkdir(bin);
    await writeFile(
      path.join(bin, "journalctl"),
      `#!/bin/sh\nprintf '{"level":"info","time":"t","args":"%s","msg":"called"}\\n' "$*"\n${script}\n`,
    );
    await chmod(path.join(bin, "journalctl"), 0o755);
    const output = { isTerminal: false, columns: undefined, write: () => Promise.resolve() };
    return {
      ...{
        env: { PATH: `${bin}:/usr/bin:/bin` },
        cwd: "/",
        home: "/",
        uid: 1,
        stdout: output,
        stderr: output,
        canAsk: false,
        packageRoot: "/",
      },
      ...{ ask: () => Promise.resolve(undefined), readInput: () => Promise.resolve(""), signal: new AbortController().signal },
    };
  }

  test("is read by journalctl; lines that are not of our logger are shown as they are", async () => {
    const host = await hostWith("echo 'Started model-manager.'");
    const lines = [];
    for await (const line of readJournal(host, { isUser: false }, { last: 7, follow: false })) lines.push(line);
    expect(lines[0]).toMatchObject({
      message: "called",
      fields: { args: expect.stringContaining("--unit model-managerd.service --lines 7") as unknown },
    });
    expect(lines[1]).toEqual({ time: "", level: "", message: "Started model-manager.", fields: {} });
  });

  test("that may not be read is an error in journalctl's words", async () => {
    const host = await hostWith("echo 'No permission' >&2; exit 1");
    const read = async (): Promise<void> => {
      for await (const _line of readJournal(host, { isUser: true }, { last: 1, follow: false })) continue;
    };
    await expect(read()).rejects.toThrow("journalctl: No permission");
  });
});

describe("doctor", () => {
  const check = (state: CheckView["state"]): CheckView => ({
    name: "state directory",
    state,
    detail: "found",
    mend: state === "ok" ? "" : "do this",
  });
  const doctorWith = (state: CheckView["state"]) =>
    openFakeDaemon(folder(), { status: () => statusOf(), doctor: () => ({ items: [check(state)], total: 1 }) });

  test("joins its own checks with the daemon's; nothing that fails is exit code 0", async () => {
    await using daemon = await doctorWith("warn");
    const { code, stdout } = await runCommand(daemon.socketPath, ["doctor"]);
    expect(stdout).toMatch(/^ok {4}node/m);
    expect(stdout).toMatch(/^ok {4}socket +\S+daemon\.sock, mode \d+, owner \d+; you are tester/m);
    expect(stdout).toMatch(/^warn {2}state directory +found\n +-> do this$/m);
    expect(code).toBe(0);
  });

  test("one failing check is exit code 1", async () => {
    await using daemon = await doctorWith("fail");
    const { code, stdout } = await runCommand(daemon.socketPath, ["doctor", "--json"]);
    const { items, total } = JSON.parse(stdout) as { items: CheckView[]; total: number };
    expect({ code, total }).toEqual({ code: 1, total: items.length });
    expect(items).toContainEqual(check("fail"));
  });

  test("whoever is no admin is told so, and sees the rest", async () => {
    const refuse = (): never => {
      throw Object.assign(new Error("doctor needs model:admin"), { code: "forbidden" });
    };
    await using daemon = await openFakeDaemon(folder(), { status: () => statusOf(), doctor: refuse });
    const { code, stdout } = await runCommand(daemon.socketPath, ["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^info {2}inside/m);
  });

  test("without a daemon, it fails, and says whether the ports could be had", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stdout } = await runCommand(path.join(folder(), "none.sock"), ["doctor"], {
      env: { MODEL_MANAGER_GRPC_PORT: String(port) },
    });
    holder.close();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^fail {2}daemon/m);
    expect(stdout).toMatch(new RegExp(`^fail {2}port ${port} +not to be had \\(EADDRINUSE\\)`, "m"));
    expect(stdout).toContain(`ss -ltnp 'sport = :${port}'`);
  });

  test("an old Node fails with the command that mends it; the ports are those of the settings", () => {
    expect(checkNode("v24.6.1")).toMatchObject({ state: "fail", mend: expect.stringContaining("npm ci") as unknown });
    expect(checkNode("v24.7.0").state).toBe("ok");
    expect(DEFAULT_PORTS).toEqual({
      [SETTINGS.grpcPort.variable]: SETTINGS.grpcPort.default,
      [SETTINGS.httpPort.variable]: SETTINGS.httpPort.default,
    });
  });
});
