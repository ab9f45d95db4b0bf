// The unit and its example of settings: accepted by systemd, and equal to what the daemon knows.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../daemon/config/load-config.ts";
import { SETTING_LIST } from "../../daemon/config/settings.ts";
import { describeNeeding, systemdAnalyze } from "../support/requirements.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const read = (name: string): string => readFileSync(new URL(`../../systemd/${name}`, import.meta.url), "utf8");
const unit = read("model-managerd.service");
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
    expect([...example.keys()].toSorted()).toEqual(SETTING_LIST.map(([, row]) => row.variable).toSorted());
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

  it("starts the program by the Node that npm installs", () => {
    expect(unit).toMatch(/^ExecStart=\S+\/node_modules\/\.bin\/node .*\/dist\/model-managerd\.js$/m);
  });
});

describeNeeding(systemdAnalyze(), "systemd-analyze", () => {
  const folder = useTempDirectory("unit");
  /** A copy that starts a program which is there: `verify` looks for it. */
  const place = (): string => {
    const path = join(folder(), "model-managerd.service");
    writeFileSync(path, unit.replace(/^ExecStart=.*$/m, `ExecStart=${process.execPath}`));
    return path;
  };

  it("verifies the unit without a word", () => {
    const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", place()], { encoding: "utf8" });
    expect({ status, text: stdout + stderr }).toEqual({ status: 0, text: "" });
  });

  it("finds it exposed at 2.0 or less", () => {
    const { status, stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=20", place()], {
      encoding: "utf8",
    });
    expect(stdout).toMatch(/Overall exposure level/);
    expect(status).toBe(0);
  });
});
