// What `npm start -- …` understands.

import { describe, expect, test } from "vitest";
import { FLAGS, flagOf, SETTING_LIST } from "../../../daemon/config/settings.ts";
import { daemonArguments, flagValue, parseStartPlan } from "../../../tui/cli/start-plan.ts";

const plan = (...args: string[]) => parseStartPlan(args, "/data", "/home/tester");

describe("the arguments of npm start", () => {
  test("directories are made absolute from where the person was", () => {
    expect(plan("alpha", "/models/beta", "~/gamma", "./delta/").paths).toEqual([
      "/data/alpha",
      "/models/beta",
      "/home/tester/gamma",
      "/data/delta",
    ]);
  });

  test("flags of the daemon go on with their values, in any place", () => {
    expect(plan("--grpc-port", "0", "alpha", "--disable-grpc", "--log-level=debug", "beta", "--headless")).toEqual({
      isHeadless: true,
      isDemo: false,
      paths: ["/data/alpha", "/data/beta"],
      daemonFlags: ["--grpc-port", "0", "--disable-grpc", "--log-level=debug"],
    });
  });

  test("every flag that the daemon knows keeps its value and leaves the directory after it alone", () => {
    const settings = SETTING_LIST.map(([, row]) => (row.isSwitch === true ? [flagOf(row)] : [flagOf(row), "value"]));
    const others = Object.entries(FLAGS).filter(([flag]) => flag !== "--demo" && flag !== "--register");
    for (const given of [...settings, ...others.map(([flag, { value }]) => (value === "" ? [flag] : [flag, "value"]))]) {
      expect(plan(...given, "alpha")).toMatchObject({ daemonFlags: given, paths: ["/data/alpha"] });
    }
    expect(plan("--watch-enabled", "0", "alpha")).toMatchObject({ daemonFlags: ["--watch-enabled", "0"], paths: ["/data/alpha"] });
  });

  test("the last value of a flag counts, in either form", () => {
    expect(flagValue(["--socket", "/a", "--socket=/b"], "--socket")).toBe("/b");
    expect(flagValue(["--socket=/b", "--socket", "/a"], "--socket")).toBe("/a");
    expect(flagValue(["--grpc-port", "0"], "--socket")).toBeUndefined();
  });

  test("after -- everything is a directory", () => {
    expect(plan("--demo", "--", "--odd")).toMatchObject({ isDemo: true, paths: ["/data/--odd"], daemonFlags: [] });
  });

  test("in the foreground the daemon registers every directory, the demo models first", () => {
    expect(daemonArguments(plan("--demo", "a", "b", "--http-port", "0"), "/demo/alpha")).toEqual([
      "--http-port",
      "0",
      "--register",
      "/demo/alpha",
      "--register",
      "/data/a",
      "--register",
      "/data/b",
    ]);
    expect(daemonArguments(plan("a"), "/demo/alpha")).toEqual(["--register", "/data/a"]);
  });
});
