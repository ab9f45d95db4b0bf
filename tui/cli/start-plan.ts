// What `npm start -- …` asks for, read from its arguments.

import { absolutePath } from "../../shared/domain/paths.ts";

/** A command line of `npm start`, understood. */
export interface StartPlan {
  readonly isHeadless: boolean;
  readonly isDemo: boolean;
  /** Directories to register, absolute. */
  readonly paths: readonly string[];
  /** Flags for the daemon, as they came. */
  readonly daemonFlags: readonly string[];
}

/** Flags of the daemon that stand alone, and those that may: these take the next argument only when it is one of the words. */
const LONE_FLAGS = ["--disable-grpc", "--help", "-h", "--version", "-V"];
const SWITCH_FLAGS = ["--watch-enabled", "--allow-insecure"];
const SWITCH_WORDS = ["0", "1", "true", "false", "True", "False", "yes", "no"];

/** True when a flag of the daemon takes the argument after it. */
function takesNext(flag: string, next: string | undefined): boolean {
  if (next === undefined || flag.includes("=") || LONE_FLAGS.includes(flag)) return false;
  return SWITCH_FLAGS.includes(flag) ? SWITCH_WORDS.includes(next) : !next.startsWith("--");
}

/**
 * Reads the arguments. `--headless` and `--demo` are ours, other flags go to the daemon with their values, the rest are directories, relative to
 * `folder`; after `--` everything is a directory.
 */
export function parseStartPlan(args: readonly string[], folder: string, home: string): StartPlan {
  const paths: string[] = [];
  const daemonFlags: string[] = [];
  const own = new Set<string>();
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      paths.push(...args.slice(at + 1));
      break;
    }
    if (arg === "--headless" || arg === "--demo") own.add(arg);
    else if (!arg.startsWith("-")) paths.push(arg);
    else {
      daemonFlags.push(arg);
      const next = args[at + 1];
      if (next === undefined || !takesNext(arg, next)) continue;
      daemonFlags.push(next);
      at++;
    }
  }
  return {
    isHeadless: own.has("--headless"),
    isDemo: own.has("--demo"),
    paths: paths.map((path) => absolutePath(path, { home, cwd: folder })),
    daemonFlags,
  };
}

/** The daemon's own arguments for running in the foreground. */
export function daemonArguments(plan: StartPlan, demoPath: string | undefined): readonly string[] {
  const paths = plan.isDemo && demoPath !== undefined ? [demoPath, ...plan.paths] : plan.paths;
  return [...plan.daemonFlags, ...paths.flatMap((path) => ["--register", path])];
}

/** The value that a flag of the daemon was given last, in either form. */
export function flagValue(daemonFlags: readonly string[], flag: string): string | undefined {
  const at = daemonFlags.findLastIndex((one) => one === flag || one.startsWith(`${flag}=`));
  if (at < 0) return undefined;
  const given = daemonFlags[at] ?? "";
  return given === flag ? daemonFlags[at + 1] : given.slice(flag.length + 1);
}
