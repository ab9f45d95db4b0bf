// What a suite may need beyond npm packages, whether this machine has it, and the one way to skip a suite for it.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";

/** Something that must be installed. `command` is the program to call; a reason is there exactly when it is not available. */
export interface Requirement {
  /** Short name, as `.ci/run` lists what it installs for. */
  readonly name: string;
  readonly available: boolean;
  readonly command: string;
  readonly reason: string;
}

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

/** Interpreters in the order they are tried: a named one, the one `test/support/install-suite-needs.sh` makes, the system's. */
const pythonCandidates: readonly (string | undefined)[] = [
  process.env["MODEL_MANAGER_TEST_PYTHON"],
  join(repositoryRoot, ".tmp/python/bin/python"),
  programOnPath("python3"),
];

/** Absolute path of a program on PATH. Returns undefined when there is none. */
export function programOnPath(program: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** A program that must answer `args` with exit code 0. */
export function requireProgram(program: string, args: readonly string[]): Requirement {
  const command = programOnPath(program);
  if (command === undefined) return missing(program, `${program} is not on PATH`);
  const probe = spawnSync(command, args, { stdio: "ignore", timeout: 10_000 });
  if (probe.status !== 0) return missing(program, `${program} ${args.join(" ")} ended with ${probe.status ?? probe.signal ?? "an error"}`);
  return { name: program, available: true, command, reason: "" };
}

/** A Python ≥ 3.10 that finds every module (`grpc`, `numpy`, …); `name` tells such requirements apart. */
export function requirePython(name: string, modules: readonly string[]): Requirement {
  const reasons: string[] = [];
  for (const candidate of pythonCandidates) {
    if (candidate === undefined || !existsSync(candidate)) continue;
    const lacking = lackingModules(candidate, modules);
    if (lacking === "") return { name, available: true, command: candidate, reason: "" };
    reasons.push(lacking);
  }
  const last = reasons[0] ?? "no python3 on PATH";
  return missing(name, `${last}; bash test/support/install-suite-needs.sh adds it`);
}

const probeScript = `
import importlib.util, sys
if sys.version_info < (3, 10): print("Python 3.10 or newer"); sys.exit()
print(" ".join(m for m in sys.argv[1:] if importlib.util.find_spec(m) is None))
`;

function lackingModules(python: string, modules: readonly string[]): string {
  const probe = spawnSync(python, ["-c", probeScript, ...modules], { encoding: "utf8", timeout: 20_000 });
  if (probe.status !== 0) return "python3 does not start";
  const lacking = probe.stdout.trim();
  return lacking === "" ? "" : `Python lacks ${lacking}`;
}

function missing(name: string, reason: string): Requirement {
  return { name, available: false, command: "", reason };
}

/** A suite that runs where everything it needs is there; elsewhere it is skipped, its name says why, and the run's closing list shows it. */
export function describeNeeding(needs: Requirement | readonly Requirement[], title: string, body: () => void): void {
  const lacking = [needs].flat().filter((need) => !need.available);
  if (lacking.length === 0) {
    describe(title, body);
    return;
  }
  const why = lacking.map((need) => `needs ${need.name}: ${need.reason}`).join("; ");
  describe.skip(`${title} [${why}]`, body);
}

/** Python with the gRPC package and its protobuf compiler, as strategy processes use it. */
export const pythonWithGrpc = (): Requirement => requirePython("python-grpc", ["grpc", "grpc_tools", "google.protobuf"]);

/** Python with the reference libraries that our numbers must equal. */
export const pythonWithScience = (): Requirement => requirePython("python-science", ["numpy", "pandas", "scipy", "sklearn", "xgboost"]);

/** Any Python 3.10 or newer, standard library only. */
export const plainPython = (): Requirement => requirePython("python", []);

/** A terminal multiplexer, to run the terminal program in a real terminal. */
export const tmux = (): Requirement => requireProgram("tmux", ["-V"]);

/** Runs a program on a pseudo-terminal of its own. */
export const pseudoTerminal = (): Requirement => requireProgram("script", ["--version"]);

/** Where Debian keeps the programs of a PostgreSQL server, which are on nobody's PATH. */
const DEBIAN_POSTGRESQL = "/usr/lib/postgresql";

/** The programs of a PostgreSQL server; `command` is `initdb`, beside which `postgres` lies. */
export function postgresServer(): Requirement {
  const releases = existsSync(DEBIAN_POSTGRESQL) ? readdirSync(DEBIAN_POSTGRESQL).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...releases.map((release) => join(DEBIAN_POSTGRESQL, release, "bin/initdb")), programOnPath("initdb")];
  const command = candidates.find((path) => path !== undefined && existsSync(path) && existsSync(join(path, "../postgres")));
  if (command !== undefined) return { name: "postgresql", available: true, command, reason: "" };
  return missing("postgresql", "no initdb and postgres; bash test/support/install-suite-needs.sh adds them");
}

/** Checks unit files. */
export const systemdAnalyze = (): Requirement => requireProgram("systemd-analyze", ["--version"]);
