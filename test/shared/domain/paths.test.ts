// Where state and socket lie, for the daemon and for those who look for it.

import { describe, expect, it } from "vitest";
import { absolutePath, daemonSocket, socketCandidates, socketPathFault, stateDirectory } from "../../../shared/domain/paths.ts";

const at = (env: Record<string, string>, uid: number | undefined = 1000) => ({ env, uid, home: "/home/ann", cwd: "/cwd" });

describe("the state directory", () => {
  it.each<readonly [string, Record<string, string>]>([
    ["/data", { MODEL_MANAGER_STATE_DIR: "/data/", STATE_DIRECTORY: "/var/lib/x", XDG_STATE_HOME: "/xdg" }],
    ["/home/ann/s", { MODEL_MANAGER_STATE_DIR: "~/s" }],
    ["/cwd/s", { MODEL_MANAGER_STATE_DIR: "./s" }],
    ["/var/lib/x", { STATE_DIRECTORY: "/var/lib/x:/var/lib/y", XDG_STATE_HOME: "/xdg" }],
    ["/xdg/model-manager", { XDG_STATE_HOME: "/xdg", STATE_DIRECTORY: "" }],
    ["/home/ann/.local/state/model-manager", { XDG_STATE_HOME: "relative" }],
    ["/home/ann/.local/state/model-manager", {}],
  ])("is %s", (path, env) => {
    expect(stateDirectory(at(env))).toBe(path);
  });

  it("follows a flag before its variable", () => {
    expect(stateDirectory(at({ MODEL_MANAGER_STATE_DIR: "/data" }), "/flag")).toBe("/flag");
  });
});

describe("the socket", () => {
  const state = "/state";
  it.each<readonly [string, Record<string, string>, number]>([
    ["/named.sock", { MODEL_MANAGER_SOCKET: "/named.sock", RUNTIME_DIRECTORY: "/run/mm" }, 0],
    ["/run/mm/daemon.sock", { RUNTIME_DIRECTORY: "/run/mm:/run/other", XDG_RUNTIME_DIR: "/run/user/0" }, 0],
    ["/run/user/1000/model-manager/daemon.sock", { XDG_RUNTIME_DIR: "/run/user/1000" }, 1000],
    ["/run/model-manager/daemon.sock", {}, 0],
    ["/state/run/daemon.sock", { XDG_RUNTIME_DIR: "relative" }, 1000],
  ])("of a daemon is %s", (path, env, uid) => {
    expect(daemonSocket(at(env, uid), state)).toBe(path);
  });

  it("is looked for in the order of the rules, the system's daemon included, each place once", () => {
    expect(socketCandidates(at({ RUNTIME_DIRECTORY: "/run/model-manager", XDG_RUNTIME_DIR: "/run/user/1000/" }), state)).toEqual([
      "/run/model-manager/daemon.sock",
      "/run/user/1000/model-manager/daemon.sock",
      "/state/run/daemon.sock",
    ]);
    expect(socketCandidates(at({ XDG_RUNTIME_DIR: "/run/user/1000", MODEL_MANAGER_SOCKET: "x.sock" }), state)).toEqual(["/cwd/x.sock"]);
  });

  it("of any daemon is among the places where a client with the same environment looks", () => {
    for (const env of [{}, { XDG_RUNTIME_DIR: "/run/user/0" }, { RUNTIME_DIRECTORY: "/r" }, { MODEL_MANAGER_SOCKET: "/s" }]) {
      for (const uid of [0, 1000, undefined]) expect(socketCandidates(at(env, uid), state)).toContain(daemonSocket(at(env, uid), state));
    }
  });

  it("may have 107 bytes, counted as UTF-8", () => {
    expect(socketPathFault("x".repeat(107))).toBeUndefined();
    expect(socketPathFault("x".repeat(108))).toContain("108 bytes");
    for (const character of ["é", "日", "😀"]) {
      const bytes = Buffer.byteLength(character.repeat(60));
      expect(socketPathFault(character.repeat(60))).toContain(`${bytes} bytes`);
    }
  });
});

describe("a path", () => {
  it.each([
    ["/a/b/", "/a/b"],
    ["/", "/"],
    ["~", "/home/ann"],
    ["~/x", "/home/ann/x"],
    ["./x", "/cwd/x"],
    ["x/y", "/cwd/x/y"],
    ["~x", "/cwd/~x"],
  ])("%s is %s", (given, path) => {
    expect(absolutePath(given, at({}))).toBe(path);
  });
});
