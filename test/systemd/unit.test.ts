// The unit and its example of settings: accepted by systemd, and equal to what the daemon knows.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../daemon/config/load-config.ts";
import { SETTING_LIST } from "../../daemon/config/settings.ts";
import { describeNeeding, systemdAnalyze } from "../support/requirements.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { STEADY_HEAP } from "../support/steady-heap.ts";

const read = (name: string): string => readFileSync(new URL(`../../systemd/${name}`, import.meta.url), "utf8");
const unit = read("model-managerd.service");
const userUnit = read("user/model-managerd.service");
/** Variables of the older services that keep their names and have no flag. */
const KEPT_NAMES = ["STRICT_VERSION_MODE"];
const surroundings = { uid: 1000, home: "/home/ann", cwd: "/" };

describe("the example of settings", () => {
  const lines = read("model-manager.env.example")
    .split("\n")
    .flatMap((line) => /^#([A-Z_]+)=(.*)$/.exec(line) ?? []);
  const example = new Map(
    read("model-manager.env.example")
      .split("\n")
      .flatMap((line) => {
        const match = /^#([A-Z_]+)=(.*)$/.exec(line);
        return match?.[1] === undefined ? [] : [[match[1], match[2] ?? ""] as const];
      }),
  );

  it("has every variable of the daemon once, and no other", () => {
    expect(lines.length).toBe(example.size * 3);
    expect([...example.keys()].toSorted()).toEqual([...SETTING_LIST.map(([, row]) => row.variable), ...KEPT_NAMES].toSorted());
  });

  it("shows the defaults: with every line taken in, nothing changes", () => {
    expect(loadConfig([], Object.fromEntries(example), surroundings)).toEqual(loadConfig([], {}, surroundings));
  });

  it("sets nothing as it is", () => {
    expect(
      read("model-manager.env.example")
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#")),
    ).toEqual([]);
  });
});

describe("the unit", () => {
  it.each(["MemoryDenyWriteExecute", "PrivateUsers", "IPAddressDeny"])("does not set %s, which would break the daemon", (name) => {
    expect(unit).not.toMatch(new RegExp(`^${name}=`, "m"));
  });

  it("gives the socket's folder to all, since the daemon decides who may do what", () => {
    expect(unit).toMatch(/^RuntimeDirectory=model-manager$/m);
    expect(unit).toMatch(/^RuntimeDirectoryMode=0755$/m);
  });

  it.each([unit, userUnit])("starts the program by the Node that npm installs", (text) => {
    expect(text).toMatch(/^ExecStart=\S+\/node_modules\/\.bin\/node .*\/dist\/model-managerd\.js$/m);
    // What is measured is what is installed.
    expect(text).toContain(`\nEnvironment=NODE_OPTIONS=${STEADY_HEAP.NODE_OPTIONS}\n`);
  });
});

describe("the watchdog", () => {
  it.each([unit, userUnit])("has a time to answer in that is longer than a slow look at the parts", (text) => {
    expect(Number(/^WatchdogSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(30);
  });
});

describe("the drop-in example", () => {
  it("sets nothing as it is", () => {
    const lines = read("drop-in.conf.example").split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("#") && !/^\[(Unit|Service)\]$/.test(line))).toEqual([]);
  });
});

describe("the user unit", () => {
  it.each(["User", "Group", "ProtectSystem", "PrivateTmp", "ProtectHome", "PrivateUsers", "MemoryDenyWriteExecute"])(
    "does not set %s, which maps users or needs root",
    (name) => {
      expect(userUnit).not.toMatch(new RegExp(`^${name}=`, "m"));
    },
  );
});

describeNeeding(systemdAnalyze(), "systemd-analyze", () => {
  const folder = useTempDirectory("unit");
  /** A copy that starts a program which is there: `verify` looks for it. */
  const place = (text = unit): string => {
    const path = join(folder(), "model-managerd.service");
    writeFileSync(path, text.replace(/^ExecStart=.*$/m, `ExecStart=${process.execPath}`));
    return path;
  };
  const verify = (...args: readonly string[]) => {
    const env = { ...process.env, XDG_RUNTIME_DIR: folder() };
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", ...args], { encoding: "utf8", env });
    return { status, text: stdout + stderr };
  };
  const exposedAtMost = (threshold: number, file: string): number | null => {
    const args = ["security", "--offline=true", `--threshold=${threshold}`, file];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(stdout).toMatch(/Overall exposure level/);
    return status;
  };

  it("verifies the unit, and the socket beside it, without a word", () => {
    const socket = join(folder(), "model-managerd.socket");
    writeFileSync(socket, read("model-managerd.socket"));
    expect(verify(place(), socket)).toEqual({ status: 0, text: "" });
  });

  it("verifies the user unit without a word", () => {
    expect(verify("--user", place(userUnit))).toEqual({ status: 0, text: "" });
  });

  it("verifies a unit with every line of the drop-in example", () => {
    const path = place();
    mkdirSync(`${path}.d`);
    const example = read("drop-in.conf.example").replaceAll(/^#(?=[A-Z][A-Za-z]+=)/gm, "");
    writeFileSync(join(`${path}.d`, "local.conf"), example.replaceAll(/^ExecStart=\/.*$/gm, `ExecStart=${process.execPath}`));
    expect(verify(path)).toEqual({ status: 0, text: "" });
  });

  it("finds it exposed at 2.0 or less", () => {
    expect(exposedAtMost(20, place())).toBe(0);
  });

  it("finds the user unit exposed at 6.5 or less: without a name space of its own it can be no better", () => {
    expect(exposedAtMost(65, place(userUnit))).toBe(0);
  });
});
