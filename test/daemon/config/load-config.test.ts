// Environment and command line → Config: values, defaults, and every fault at once in words that help.

import { describe, expect, it } from "vitest";
import { loadConfig, type Config, type Environment } from "../../../daemon/config/load-config.ts";
import { FLAGS, SETTING_LIST, flagOf } from "../../../daemon/config/settings.ts";

const surroundings = { uid: 1000, home: "/home/ann", cwd: "/data" };

function configOf(argv: readonly string[], env: Environment = {}): Config {
  const loaded = loadConfig(argv, env, surroundings);
  if (loaded.ok !== true) throw new Error(JSON.stringify(loaded));
  return loaded.config;
}

function faultsOf(argv: readonly string[], env: Environment = {}): readonly string[] {
  const loaded = loadConfig(argv, env, surroundings);
  return loaded.ok === false ? loaded.faults : [];
}

describe("defaults", () => {
  it("are loopback, the old ports and times, and places below home", () => {
    expect(configOf([])).toEqual({
      catalog: { file: "/home/ann/.local/state/model-manager/catalog.sqlite" },
      strictVersions: true,
      httpHost: "127.0.0.1",
      httpPort: 8788,
      grpcHost: "127.0.0.1",
      grpcPort: 50_061,
      grpcEnabled: true,
      watchEnabled: true,
      watchIntervalMs: 5_000,
      watchDebounceMs: 2_000,
      stateDir: "/home/ann/.local/state/model-manager",
      socketPath: "/home/ann/.local/state/model-manager/run/daemon.sock",
      adminGroup: undefined,
      logLevel: "info",
      maxArtifactBytes: 268_435_456,
      allowInsecure: false,
      demo: false,
      register: [],
      warnings: [],
    });
  });

  it("hold for variables that are set to nothing", () => {
    const env = Object.fromEntries(SETTING_LIST.map(([, row]) => [row.variable, " "]));
    expect(configOf([], env)).toEqual(configOf([]));
  });

  it("cannot be changed afterwards", () => {
    const config = configOf(["--register", "a"]);
    expect(Object.isFrozen(config) && Object.isFrozen(config.register) && Object.isFrozen(config.warnings)).toBe(true);
  });
});

describe("values", () => {
  it("come from the flag before the variable, in both spellings", () => {
    const env = { MODEL_MANAGER_HTTP_PORT: "1", MODEL_MANAGER_GRPC_PORT: "bad" };
    expect(configOf(["--http-port", "2", "--grpc-port=0"], env)).toMatchObject({ httpPort: 2, grpcPort: 0 });
  });

  it.each([
    ["0", false],
    ["false", false],
    ["False", false],
    ["1", true],
    ["no", true],
    ["off", true],
    ["FALSE", true],
    ["", true],
  ])("of MODEL_MANAGER_WATCH_ENABLED: %j means %s, as existing installations rely on", (text, watchEnabled) => {
    expect(configOf([], { MODEL_MANAGER_WATCH_ENABLED: text }).watchEnabled).toBe(watchEnabled);
  });

  it("may be fractions of seconds", () => {
    expect(configOf(["--watch-debounce", ".25"], { MODEL_MANAGER_WATCH_INTERVAL: "0.5" })).toMatchObject({
      watchIntervalMs: 500,
      watchDebounceMs: 250,
    });
  });

  it("of switches may stand alone or have a word", () => {
    expect(configOf(["--allow-insecure", "--disable-grpc"])).toMatchObject({ allowInsecure: true, grpcEnabled: false });
    expect(configOf(["--allow-insecure", "0"], { MODEL_MANAGER_ALLOW_INSECURE: "1" }).allowInsecure).toBe(false);
    expect(configOf(["--watch-enabled=0"]).watchEnabled).toBe(false);
  });

  it("of paths are made absolute", () => {
    const config = configOf(["--register", "models", "--register=~/b/", "--register", "/c", "--state-dir", "./state", "--demo"]);
    expect(config).toMatchObject({
      register: ["/data/models", "/home/ann/b", "/c"],
      stateDir: "/data/state",
      socketPath: "/data/state/run/daemon.sock",
      demo: true,
    });
  });
});

describe("faults", () => {
  it("come all at once, each with the name, the value and what is allowed", () => {
    const faults = faultsOf(["--http-port", "99999", "--log-level=loud", "--grpc-prt", "x", "--state-dir"], {
      MODEL_MANAGER_WATCH_INTERVAL: "abc",
      MODEL_MANAGER_WATCH_DEBOUNCE: "-1",
      MODEL_MANAGER_MAX_ARTIFACT: "1GB",
      MODEL_MANAGER_GRPC_HOST: "a b",
      MODEL_MANAGER_ADMIN_GROUP: "a:b",
      MODEL_MANAGER_ALLOW_INSECURE: "maybe",
    });
    expect(faults).toEqual([
      "unknown flag --grpc-prt; did you mean --grpc-port?",
      'unexpected argument "x"; a directory is registered with --register x',
      "--state-dir needs a value",
      '--http-port is "99999"; it must be a port from 0 to 65535',
      'MODEL_MANAGER_GRPC_HOST is "a b"; it must be an IP address or a host name, without a port',
      'MODEL_MANAGER_WATCH_INTERVAL is "abc"; it must be seconds from 0.1 to 86400, fractions allowed',
      'MODEL_MANAGER_WATCH_DEBOUNCE is "-1"; it must be seconds from 0.05 to 3600, fractions allowed',
      'MODEL_MANAGER_ADMIN_GROUP is "a:b"; it must be the name or the number of a group',
      '--log-level is "loud"; it must be one of debug, info, warn, error, silent',
      'MODEL_MANAGER_MAX_ARTIFACT is "1GB"; it must be bytes from 1024 to 2147483647',
      'MODEL_MANAGER_ALLOW_INSECURE is "maybe"; it must be 1 or 0',
    ]);
  });

  it.each(["1e3", "0x10", "+5", "1.5", "５", "NaN", "-0", "65536"])("are ports like %s", (text) => {
    expect(faultsOf([`--http-port=${text}`])).toHaveLength(1);
  });

  it.each(["1e3", "Infinity", "NaN", "0", "1,5", ".", "5s"])("are intervals like %s", (text) => {
    expect(faultsOf(["--watch-interval", text])).toHaveLength(1);
  });

  it("are a flag of no setting, a value where none belongs, and the old password flags", () => {
    expect(faultsOf(["--demo=1", "--init-password", "secret"])).toEqual([
      '--demo takes no value, got "1"',
      "unknown flag --init-password; --help lists them all",
      'unexpected argument "secret"; a directory is registered with --register secret',
    ]);
  });

  it.each(["TLS_CERT", "TLS_KEY", "TLS_CLIENT_CA", "OBJECTS", "IMPORT"])(
    "are settings like %s that this version would silently not heed",
    (name) => {
      const variable = `MODEL_MANAGER_${name}`;
      expect(faultsOf([], { [variable]: "x" })).toEqual([expect.stringContaining(`${variable} is set, but this version`)]);
    },
  );

  it("are socket paths over 107 bytes, wherever they come from", () => {
    expect(faultsOf(["--socket", `/${"é".repeat(54)}`])[0]).toMatch(/has 109 bytes, a Unix socket allows 107/);
    expect(faultsOf([`--state-dir=/${"x".repeat(100)}`])[0]).toMatch(/set MODEL_MANAGER_SOCKET/);
  });
});

describe("the place of the catalog", () => {
  it("is a file in the state directory, or the file that was named", () => {
    expect(configOf(["--state-dir", "/s"]).catalog).toEqual({ file: "/s/catalog.sqlite" });
    expect(configOf(["--state-dir", "/s", "--database-url", "/data/c.sqlite"]).catalog).toEqual({ file: "/data/c.sqlite" });
    expect(configOf(["--state-dir", "/s", "--database-url", ""]).catalog).toEqual({ file: "/s/catalog.sqlite" });
  });

  it.each(["postgres://u:p@db:5433/catalog", "postgresql://db/catalog?sslmode=verify-full", "postgres:///catalog?host=/run/postgresql"])(
    "is a database: %s",
    (url) => {
      expect(configOf(["--database-url", url]).catalog).toEqual({ url });
    },
  );

  it.each(["postgres://", "postgres://db", "postgres://db/", "postgres://db/a/b", "postgres://db:port/catalog", "mysql://db/catalog"])(
    "cannot be %s",
    (url) => {
      expect(faultsOf(["--database-url", url])).toEqual([expect.stringContaining("it must be a path, or postgres://")]);
    },
  );

  it("is quoted without its password", () => {
    const fault = faultsOf(["--database-url", "postgres://me:se%cr@et@db:port/catalog?password=hush&x=1"])[0];
    expect(fault).toMatch('--database-url is "postgres://…@db:port/catalog?password=…&x=1"');
    expect(fault).not.toMatch(/se%cr|hush/);
  });
});

describe("binding", () => {
  it.each(["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost", "::ffff:127.0.0.1"])("to %s needs no word", (host) => {
    expect(faultsOf(["--http-host", host, "--grpc-host", host])).toEqual([]);
  });

  it.each(["0.0.0.0", "::", "10.0.0.5", "trader.example.com", "127.0.0.1.example.com", "::ffff:10.0.0.1"])(
    "to %s is refused, naming the way out",
    (host) => {
      expect(faultsOf(["--grpc-host", host])).toEqual([expect.stringMatching(/^MODEL_MANAGER_GRPC_HOST .*MODEL_MANAGER_ALLOW_INSECURE=1/)]);
      expect(faultsOf(["--http-host", host])).toEqual([expect.stringMatching(/^MODEL_MANAGER_HTTP_HOST .*MODEL_MANAGER_ALLOW_INSECURE=1/)]);
    },
  );

  it("is nobody's business for a door that stays shut, or when it is allowed", () => {
    expect(faultsOf(["--grpc-host", "0.0.0.0", "--disable-grpc"])).toEqual([]);
    expect(configOf(["--grpc-host", "0.0.0.0", "--allow-insecure"]).grpcHost).toBe("0.0.0.0");
  });
});

describe("other variables", () => {
  it("of ours that do not exist are a warning with the nearest name", () => {
    const env = {
      MODEL_MANAGER_HTP_PORT: "1",
      MODEL_MANAGER_ZEBRA: "1",
      MODEL_MANAGER_TOKEN_TTL: "60",
      MODEL_MANAGER_TEST_PYTHON: "x",
      PATH: "/bin",
    };
    expect(configOf([], env).warnings).toEqual([
      "unknown variable MODEL_MANAGER_HTP_PORT has no effect; did you mean MODEL_MANAGER_HTTP_PORT?",
      "unknown variable MODEL_MANAGER_ZEBRA has no effect",
      "MODEL_MANAGER_TOKEN_TTL has no effect in this version",
    ]);
  });
});

describe("help", () => {
  it("names every flag and every variable with its default, whatever else is wrong", () => {
    const loaded = loadConfig(["--nonsense", "-h"], { MODEL_MANAGER_HTTP_PORT: "x" }, surroundings);
    const text = loaded.ok === "help" ? loaded.text : "";
    for (const [, row] of SETTING_LIST) expect(text).toContain(`${flagOf(row)} ${row.value}`);
    for (const [, row] of SETTING_LIST) expect(text).toContain(`${row.variable}, default: `);
    for (const flag of Object.keys(FLAGS)) expect(text).toContain(flag);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it("tells the version of package.json", async () => {
    const { default: manifest } = (await import("../../../package.json", { with: { type: "json" } })) as { default: { version: string } };
    expect(loadConfig(["--version"], {}, surroundings)).toEqual({ ok: "version", text: manifest.version });
  });
});
