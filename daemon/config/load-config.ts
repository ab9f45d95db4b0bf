// Environment and command line → one frozen Config, or every fault at once.

import { isIPv4 } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import { absolutePath, daemonSocket, socketPathFault, stateDirectory, type PathSurroundings } from "../../shared/domain/paths.ts";
import { parseStrictMode } from "../../shared/domain/version-compatibility.ts";
import type { Config } from "./config.ts";
import { helpText } from "./help.ts";
import { nearest } from "./nearest.ts";
import { isDatabaseUrl } from "./parse-values.ts";
import { programVersion } from "./program-version.ts";
import { readFlags, type GivenFlags } from "./read-flags.ts";
import { OTHER_VARIABLES, PREFIX, SETTINGS, SETTING_LIST, flagOf, type Setting, type SettingValues } from "./settings.ts";

export type { Config };

/** What the command line and the environment came to. */
export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly faults: readonly string[]; readonly warnings: readonly string[] }
  | { readonly ok: "help" | "version"; readonly text: string };

export type Environment = PathSurroundings["env"];

/** `argv` without the program's name. Has no effects; `surroundings` are those of the process unless a test says otherwise. */
export function loadConfig(
  argv: readonly string[],
  env: Environment,
  surroundings: Omit<PathSurroundings, "env"> = ofProcess(),
): LoadedConfig {
  const flags = readFlags(argv);
  if (flags.switches.has("--help")) return { ok: "help", text: helpText() };
  if (flags.switches.has("--version")) return { ok: "version", text: programVersion() };
  const { values, faults: valueFaults } = readValues(flags, env);
  const others = lookAtOtherVariables(env);
  const places = { ...surroundings, env };
  const stateDir = stateDirectory(places, values.stateDir ?? "");
  const socketPath = daemonSocket(places, stateDir, values.socketPath ?? "");
  const grpcEnabled = !flags.switches.has("--disable-grpc");
  const tooLong = socketPathFault(socketPath);
  const faults = [
    ...flags.faults,
    ...valueFaults,
    ...others.faults,
    ...bindingFaults(values, grpcEnabled),
    ...(tooLong === undefined ? [] : [tooLong]),
  ];
  if (faults.length > 0) return { ok: false, faults, warnings: others.warnings };
  const { databaseUrl, ...plain } = values;
  const config: Config = {
    ...plain,
    stateDir,
    socketPath,
    catalog: Object.freeze(catalogPlace(databaseUrl, stateDir, places)),
    grpcEnabled,
    strictVersions: parseStrictMode(env["STRICT_VERSION_MODE"]?.trim()),
    demo: flags.switches.has("--demo"),
    register: Object.freeze(flags.register.map((path) => absolutePath(path, places))),
    warnings: Object.freeze(others.warnings),
  };
  return { ok: true, config: Object.freeze(config) };
}

function catalogPlace(databaseUrl: string | undefined, stateDir: string, places: PathSurroundings): Config["catalog"] {
  if (databaseUrl === undefined) return { file: join(stateDir, "catalog.sqlite") };
  return isDatabaseUrl(databaseUrl) ? { url: databaseUrl } : { file: absolutePath(databaseUrl, places) };
}

function ofProcess(): Omit<PathSurroundings, "env"> {
  return { uid: process.getuid?.(), home: homedir(), cwd: process.cwd() };
}

/** Flag before variable before default; an empty text counts as not given, as `NAME=` in an environment file means. */
function readValues(flags: GivenFlags, env: Environment): { readonly values: SettingValues; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const read = (row: Setting<unknown>): unknown => {
    const given = [
      { from: flagOf(row), text: flags.texts.get(flagOf(row))?.trim() },
      { from: row.variable, text: env[row.variable]?.trim() },
    ].find(({ text }) => text !== undefined && text !== "");
    if (given?.text === undefined) return row.default;
    const parsed = row.parse(given.text);
    if (parsed.ok) return parsed.value;
    faults.push(`${given.from} is "${row.quote?.(given.text) ?? given.text}"; it must be ${parsed.allowed}`);
    return row.default;
  };
  // Each value comes from the row of its own key, whose type says what it is.
  const values = Object.fromEntries(SETTING_LIST.map(([key, row]) => [key, read(row)])) as { [K in keyof SettingValues]: SettingValues[K] };
  return { values, faults };
}

/** `MODEL_MANAGER_` variables that are no settings: slips of the pen, and those of versions that can do more. */
function lookAtOtherVariables(env: Environment): { readonly warnings: readonly string[]; readonly faults: readonly string[] } {
  const known = SETTING_LIST.map(([, row]) => row.variable);
  const warnings: string[] = [];
  const faults: string[] = [];
  for (const [variable, value] of Object.entries(env)) {
    const name = variable.startsWith(PREFIX) ? variable.slice(PREFIX.length) : "";
    if (name === "" || name.startsWith("TEST_") || known.includes(variable) || value === undefined || value === "") continue;
    const refusal = Object.hasOwn(OTHER_VARIABLES.refused, name) ? OTHER_VARIABLES.refused[name] : undefined;
    if (refusal !== undefined) faults.push(`${variable} is set, but ${refusal}; unset it`);
    else if (OTHER_VARIABLES.ignored.includes(name)) warnings.push(`${variable} has no effect in this version`);
    else {
      const near = nearest(variable, known);
      warnings.push(`unknown variable ${variable} has no effect${near === undefined ? "" : `; did you mean ${near}?`}`);
    }
  }
  return { warnings, faults };
}

/** Nothing without TLS and authentication is reachable from other machines unless somebody says so. */
function bindingFaults(values: SettingValues, grpcEnabled: boolean): readonly string[] {
  if (values.allowInsecure) return [];
  const doors = [
    { row: SETTINGS.httpHost, host: values.httpHost, isOpen: true },
    { row: SETTINGS.grpcHost, host: values.grpcHost, isOpen: grpcEnabled },
  ];
  return doors
    .filter(({ host, isOpen }) => isOpen && !isLoopback(host))
    .map(
      ({ row, host }) =>
        `${row.variable} is "${host}", which other machines can reach, and there is neither TLS nor authentication; ` +
        "use 127.0.0.1, or set MODEL_MANAGER_ALLOW_INSECURE=1 if the network itself is trusted",
    );
}

/** True for addresses that never leave the machine (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
function isLoopback(host: string): boolean {
  const mapped = /^::ffff:([\d.]+)$/i.exec(host)?.[1] ?? host;
  return (isIPv4(mapped) && mapped.startsWith("127.")) || ["localhost", "::1", "0:0:0:0:0:0:0:1"].includes(host.toLowerCase());
}
