// THE table of settings: each variable with its flag, how it is read, what it is without one, and its line of help.

import { database, group, host, onUnlessOff, oneOf, path, seconds, whole, withoutPassword, yesOrNo, type Parse } from "./parse-values.ts";

/** One setting. Its flag is the rest of the variable's name after the prefix, in lower case with hyphens. */
export interface Setting<T> {
  readonly variable: string;
  /** What stands for the value in the help. */
  readonly value: string;
  readonly parse: Parse<T>;
  readonly default: T;
  /** The default as the help shows it, where it is not simply its text. */
  readonly shown?: string;
  /** The flag may stand alone for 1. */
  readonly isSwitch?: boolean;
  readonly help: string;
  /** How a text that is wrong is quoted, where it may hold a secret. */
  readonly quote?: (text: string) => string;
}

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

const port = whole(0, 65_535, "a port");
const setting = <T>(given: Setting<T>): Setting<T> => given;

export const SETTINGS = {
  httpHost: setting({
    variable: "MODEL_MANAGER_HTTP_HOST",
    value: "HOST",
    parse: host,
    default: "127.0.0.1",
    help: "address of the HTTP port",
  }),
  httpPort: setting({
    variable: "MODEL_MANAGER_HTTP_PORT",
    value: "PORT",
    parse: port,
    default: 8788,
    help: "HTTP port; 0 picks a free one",
  }),
  grpcHost: setting({
    variable: "MODEL_MANAGER_GRPC_HOST",
    value: "HOST",
    parse: host,
    default: "127.0.0.1",
    help: "address of the gRPC port",
  }),
  grpcPort: setting({
    variable: "MODEL_MANAGER_GRPC_PORT",
    value: "PORT",
    parse: port,
    default: 50_061,
    help: "gRPC port; 0 picks a free one",
  }),
  watchEnabled: setting({
    variable: "MODEL_MANAGER_WATCH_ENABLED",
    value: "0|1",
    parse: onUnlessOff,
    default: true,
    shown: "1",
    isSwitch: true,
    help: "watch the directories; off only for 0, false or False",
  }),
  watchIntervalMs: setting({
    variable: "MODEL_MANAGER_WATCH_INTERVAL",
    value: "SECONDS",
    parse: seconds(0.1, 86_400),
    default: 5_000,
    shown: "5",
    help: "every directory is looked through this often, besides file events",
  }),
  watchDebounceMs: setting({
    variable: "MODEL_MANAGER_WATCH_DEBOUNCE",
    value: "SECONDS",
    parse: seconds(0.05, 3_600),
    default: 2_000,
    shown: "2",
    help: "files that were quiet for this long are taken as finished",
  }),
  stateDir: setting<string | undefined>({
    variable: "MODEL_MANAGER_STATE_DIR",
    value: "DIR",
    parse: path,
    default: undefined,
    shown: "the unit's state directory, else ~/.local/state/model-manager",
    help: "catalog and objects of this daemon",
  }),
  databaseUrl: setting<string | undefined>({
    variable: "MODEL_MANAGER_DATABASE_URL",
    value: "PATH|URL",
    parse: database,
    default: undefined,
    shown: "catalog.sqlite in the state directory",
    help: "where the catalog is kept: a file, or postgres://USER:PASSWORD@HOST:PORT/DATABASE",
    quote: withoutPassword,
  }),
  socketPath: setting<string | undefined>({
    variable: "MODEL_MANAGER_SOCKET",
    value: "PATH",
    parse: path,
    default: undefined,
    shown: "daemon.sock in the runtime directory, else in STATE_DIR/run",
    help: "Unix socket of the terminal program; at most 107 bytes",
  }),
  adminGroup: setting<string | undefined>({
    variable: "MODEL_MANAGER_ADMIN_GROUP",
    value: "GROUP",
    parse: group,
    default: undefined,
    shown: "none",
    help: "its members may do everything over the socket, as root and the daemon's user may; others read",
  }),
  logLevel: setting<(typeof LOG_LEVELS)[number]>({
    variable: "MODEL_MANAGER_LOG_LEVEL",
    value: LOG_LEVELS.join("|"),
    parse: oneOf(LOG_LEVELS),
    default: "info",
    help: "least level that is logged",
  }),
  maxArtifactBytes: setting({
    variable: "MODEL_MANAGER_MAX_ARTIFACT",
    value: "BYTES",
    parse: whole(1_024, 2_147_483_647, "bytes"),
    default: 268_435_456,
    help: "a larger file is a stated fault of its group",
  }),
  allowInsecure: setting({
    variable: "MODEL_MANAGER_ALLOW_INSECURE",
    value: "0|1",
    parse: yesOrNo,
    default: false,
    shown: "0",
    isSwitch: true,
    help: "allow addresses other than loopback without TLS and authentication",
  }),
} as const;

export type SettingKey = keyof typeof SETTINGS;
/** The values of all settings. */
export type SettingValues = { readonly [K in SettingKey]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never };

/** The table's rows with their keys, in order. */
export const SETTING_LIST: readonly (readonly [SettingKey, Setting<unknown>])[] = Object.entries(SETTINGS).map(
  ([key, row]) => [key as SettingKey, row as Setting<unknown>] as const,
);

/** What the names of all our variables begin with. */
export const PREFIX = "MODEL_MANAGER_";

/** `--http-port` for `MODEL_MANAGER_HTTP_PORT`. */
export function flagOf({ variable }: Setting<unknown>): string {
  return `--${variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-")}`;
}

/** Flags without a variable. */
export const FLAGS = {
  "--disable-grpc": { value: "", help: "open no gRPC port" },
  "--register": { value: "PATH", help: "register this directory after the start (may be repeated)" },
  "--demo": { value: "", help: "a throw-away catalog of demo models" },
  "--help": { value: "", help: "this text" },
  "--version": { value: "", help: "the version" },
} as const satisfies { readonly [flag: string]: { readonly value: string; readonly help: string } };
export type FlagName = keyof typeof FLAGS;

/** Variables (without the prefix) that mean nothing to this version but would to another. To ignore one of `refused` would be dangerous. */
export const OTHER_VARIABLES: { readonly ignored: readonly string[]; readonly refused: { readonly [name: string]: string } } = {
  ignored: ["TOKEN_TTL"],
  refused: {
    OBJECTS: "this version keeps its objects in the state directory only",
    TLS_CERT: "this version has no TLS",
    TLS_KEY: "this version has no TLS",
    TLS_CLIENT_CA: "this version has no TLS",
    IMPORT: "this version cannot import an old database",
  },
};
