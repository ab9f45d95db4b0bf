// `service install|uninstall|status`: what is written, what is left alone, and what systemd is told.

import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { installService, uninstallService, type InstallOptions } from "../../../tui/cli/service-install.ts";
import { marked, ownership, servicePlaces, socketUnitFor, unitFor } from "../../../tui/cli/service-files.ts";
import type { Ran, ServiceSystem } from "../../../tui/cli/service-system.ts";
import { buildBundle } from "../../support/build-bundle.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon } from "../../support/fake-daemon.ts";
import { statusOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

// A unit names the built program, and none is written before there is one.
beforeAll(() => buildBundle());

const folder = useTempDirectory("service");
const UNIT = "etc/systemd/system/model-managerd.service";
const ENV = "etc/model-manager/model-manager.env";
const at = (file: string): string => path.join(folder(), file);
const staged = (...args: string[]) => runCommand("", ["service", ...args, "--root", folder()]);

describe("staged installation", () => {
  test("writes the unit with this installation's program and the settings, and says what is left", async () => {
    const { code, stdout } = await staged("install");
    expect(code).toBe(0);
    const unit = await readFile(at(UNIT), "utf8");
    const start = /^ExecStart=(\S+) --enable-source-maps (\S+)$/m.exec(unit);
    expect(existsSync(start?.[1] ?? "")).toBe(true);
    expect(start?.[2]).toMatch(/\/dist\/model-managerd\.js$/);
    expect(unit.match(/^ExecStart=/gm)).toHaveLength(1);
    expect((await stat(at(ENV))).mode & 0o777).toBe(0o640);
    expect(stdout).toContain("systemctl daemon-reload\nsystemctl enable --now model-managerd.service");
  });

  test("a second time changes nothing, and keeps an operator's settings", async () => {
    await staged("install");
    await writeFile(at(ENV), "MODEL_MANAGER_GRPC_PORT=6000\n");
    const before = await stat(at(UNIT));
    const { code, stdout } = await staged("install");
    expect(code).toBe(0);
    expect(stdout).toContain("is as it should be");
    expect((await stat(at(UNIT))).ino).toBe(before.ino);
    expect(await readFile(at(ENV), "utf8")).toBe("MODEL_MANAGER_GRPC_PORT=6000\n");
  });

  test("writes over no unit of somebody else, nor over one that was changed, without --replace", async () => {
    await mkdir(path.dirname(at(UNIT)), { recursive: true });
    await writeFile(at(UNIT), "[Service]\nExecStart=/bin/true\n");
    const foreign = await staged("install");
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining("was not written by this program") as unknown });
    expect(await readFile(at(UNIT), "utf8")).toContain("/bin/true");
    expect((await staged("install", "--replace")).code).toBe(0);
    await writeFile(at(UNIT), (await readFile(at(UNIT), "utf8")).replace("RestartSec=1", "RestartSec=9"));
    expect(await staged("install")).toMatchObject({ code: 1, stderr: expect.stringContaining("changed by hand") as unknown });
  });

  test("with the socket unit, it listens where the settings say", async () => {
    await mkdir(path.dirname(at(ENV)), { recursive: true });
    await writeFile(at(ENV), "MODEL_MANAGER_GRPC_PORT=6001\n");
    const { stdout } = await staged("install", "--with-socket");
    expect(await readFile(at("etc/systemd/system/model-managerd.socket"), "utf8")).toMatch(/^ListenStream=127\.0\.0\.1:6001$/m);
    expect(stdout).toContain("systemctl enable --now model-managerd.socket model-managerd.service");
  });

  test("for a user, it goes to the user's own folder and needs no user of its own", async () => {
    const { code, stdout } = await staged("install", "--user");
    expect(code).toBe(0);
    const unit = await readFile(at("home/tester/.config/systemd/user/model-managerd.service"), "utf8");
    expect(unit).toMatch(/^WantedBy=default\.target$/m);
    expect(stdout).toContain("systemctl --user enable --now");
    expect(stdout).not.toContain("useradd");
    expect(stdout).toContain("loginctl enable-linger");
  });
});

describe("removal", () => {
  test("takes away exactly what was written", async () => {
    await staged("install", "--with-socket");
    const { code, stdout } = await staged("uninstall");
    expect(code).toBe(0);
    expect(existsSync(at(UNIT)) || existsSync(at(ENV)) || existsSync(at("etc/systemd/system/model-managerd.socket"))).toBe(false);
    expect(stdout).toContain("stay");
  });

  test("keeps settings that were changed", async () => {
    await staged("install");
    await writeFile(at(ENV), "MODEL_MANAGER_GRPC_PORT=6000\n");
    expect((await staged("uninstall")).stdout).toContain(`your settings stay in ${at(ENV)}`);
    expect(existsSync(at(ENV))).toBe(true);
  });

  test("touches nothing when a unit is not as it was written; --force removes it", async () => {
    await staged("install", "--with-socket");
    await writeFile(at(UNIT), `${await readFile(at(UNIT), "utf8")}# mine\n`);
    expect(await staged("uninstall")).toMatchObject({ code: 1, stderr: expect.stringContaining("Nothing was changed") as unknown });
    expect(existsSync(at("etc/systemd/system/model-managerd.socket"))).toBe(true);
    expect((await staged("uninstall", "--force")).code).toBe(0);
    expect(existsSync(at(UNIT))).toBe(false);
  });

  test("of nothing is no fault", async () => {
    expect(await staged("uninstall")).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to remove") as unknown });
  });
});

/** A system with systemd that writes down what it is told; `failing`: the command that fails. */
function createSystem(options: { readonly hasUser?: boolean; readonly failing?: string; readonly isRunning?: boolean } = {}) {
  const told: string[] = [];
  const system: ServiceSystem = {
    isBooted: true,
    isRoot: true,
    hasUser: () => Promise.resolve(options.hasUser ?? true),
    run(program, args): Promise<Ran> {
      const words = [program, ...args].join(" ");
      if (args.includes("is-active")) return Promise.resolve({ code: options.isRunning === true ? 0 : 3, text: "" });
      told.push(words);
      return Promise.resolve(words === options.failing ? { code: 1, text: "no" } : { code: 0, text: "" });
    },
  };
  return { system, told };
}

/** Places below the test's folder that count as the real system. */
function places(isUser = false) {
  const below = servicePlaces({ isUser, root: folder(), home: "/home/tester", env: {} });
  return { ...below, root: "" };
}

async function optionsFor(system: ServiceSystem, changes: Partial<InstallOptions> = {}): Promise<InstallOptions> {
  const packageRoot = at("package");
  for (const name of ["dist", "systemd/user"]) await mkdir(path.join(packageRoot, name), { recursive: true });
  await writeFile(path.join(packageRoot, "dist/model-managerd.js"), "");
  for (const name of ["model-managerd.service", "user/model-managerd.service"])
    await writeFile(path.join(packageRoot, "systemd", name), "[Service]\nExecStart=x\n");
  await writeFile(path.join(packageRoot, "systemd/model-manager.env.example"), "#A=1\n");
  return { places: places(), packageRoot, node: process.execPath, withSocket: false, replace: false, system, ...changes };
}

describe("where systemd runs", () => {
  test("the unit is enabled and started, after its user was made", async () => {
    const { system, told } = createSystem({ hasUser: false });
    const report = await installService(await optionsFor(system));
    expect(told).toEqual([
      "useradd --system --home-dir /var/lib/model-manager --shell /usr/sbin/nologin model-manager",
      "systemctl daemon-reload",
      "systemctl enable --now model-managerd.service",
    ]);
    expect(report).toMatchObject({ failed: false });
    // The test's folder is for this user alone: a service user could not read the program there.
    expect(report.left.join()).toMatch(/closed to the user model-manager/);
  });

  test("a command that fails is named with its words, and so are those that are left", async () => {
    const { system } = createSystem({ failing: "systemctl daemon-reload" });
    const { failed, left } = await installService(await optionsFor(system));
    expect(failed).toBe(true);
    expect(left.slice(0, 3)).toEqual([
      "failed: systemctl daemon-reload (no); then:",
      "systemctl daemon-reload",
      "systemctl enable --now model-managerd.service",
    ]);
  });

  test("a service that runs already is not restarted behind anybody's back", async () => {
    const { system, told } = createSystem({ isRunning: true });
    const { left } = await installService(await optionsFor(system, { places: places(true) }));
    expect(left[0]).toContain("systemctl --user restart model-managerd.service");
    expect(told.join()).not.toContain("restart");
  });

  test("removal stops the unit first and tells systemd afterwards", async () => {
    const { system, told } = createSystem();
    const given = await optionsFor(system);
    await installService(given);
    told.length = 0;
    const { done } = await uninstallService(given.places, "#A=1\n", system, false);
    expect(told).toEqual(["systemctl disable --now model-managerd.service", "systemctl daemon-reload"]);
    expect(done.join()).toContain("model-manager.env, which nobody had changed");
  });

  test("a package that was never built is not installed", async () => {
    const { system } = createSystem();
    const given = await optionsFor(system);
    await expect(installService({ ...given, packageRoot: at("other") })).rejects.toThrow(
      /dist\/model-managerd\.js is missing; run `npm run build`/,
    );
  });
});

describe("texts", () => {
  test("a path with blanks, quotes or per cent means itself in the unit", () => {
    const text = unitFor("ExecStart=a b\n", { node: "/opt/my node/bin/node", bundle: "/opt/100%/d.js" });
    expect(text).toBe(`ExecStart="/opt/my node/bin/node" --enable-source-maps /opt/100%%/d.js\n`);
  });

  test("the mark tells our own file from a changed one and from somebody else's", () => {
    const text = marked("a\nb\n");
    expect([ownership(text), ownership(text.replace("b", "c")), ownership(`${text}x\n`), ownership("a\n")]).toEqual([
      "ours",
      "changed",
      "foreign",
      "foreign",
    ]);
  });

  test.each([
    ["", "127.0.0.1:50061"],
    ["MODEL_MANAGER_GRPC_HOST=::1\nMODEL_MANAGER_GRPC_PORT=7\n", "[::1]:7"],
    ["#MODEL_MANAGER_GRPC_PORT=8\nMODEL_MANAGER_GRPC_HOST=localhost\n", "127.0.0.1:50061"],
  ])("with the settings %j the socket unit listens on %s", (settings, address) => {
    expect(socketUnitFor("ListenStream=x\n", settings)).toBe(`ListenStream=${address}\n`);
  });
});

describe("status", () => {
  test("says what is installed and what the daemon says, with exit code 0 when it answers and 3 when not", async () => {
    await staged("install");
    await using daemon = await openFakeDaemon(folder(), { status: () => statusOf() });
    const there = await runCommand(daemon.socketPath, ["service", "status", "--root", folder()]);
    expect(there).toMatchObject({ code: 0 });
    expect(there.stdout).toMatch(/model-managerd\.service: installed\n[^]*9\.9\.9, pid 4242/);
    const gone = await runCommand(at("none.sock"), ["service", "status", "--root", folder(), "--json"]);
    expect(gone.code).toBe(3);
    expect(JSON.parse(gone.stdout)).toMatchObject({ unit: { file: "installed", systemd: null }, daemon: { status: null } });
  });

  test("the system's units are root's", async () => {
    expect(await runCommand("", ["service", "install"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("sudo model-manager service install") as unknown,
    });
  });
});
