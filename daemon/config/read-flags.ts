// Arguments of the command line → texts by flag, without looking at what they mean.

import { FLAGS, SETTING_LIST, flagOf, type FlagName } from "./settings.ts";
import { nearest } from "./nearest.ts";

/** What the command line said. */
export interface GivenFlags {
  /** The last text of each setting's flag. */
  readonly texts: ReadonlyMap<string, string>;
  /** Flags without a variable that were there. */
  readonly switches: ReadonlySet<FlagName>;
  /** Paths of `--register`, in order. */
  readonly register: readonly string[];
  readonly faults: readonly string[];
}

/** How a flag takes its value: `none`, the next argument, or `=value` with 1 when it stands alone. */
type Taking = "none" | "next" | "optional";

const takings: ReadonlyMap<string, Taking> = new Map<string, Taking>([
  ...SETTING_LIST.map(([, row]) => [flagOf(row), row.isSwitch === true ? "optional" : "next"] as const),
  ...Object.entries(FLAGS).map(([flag, { value }]) => [flag, value === "" ? "none" : "next"] as const),
]);

const shortFlags: { readonly [flag: string]: string } = { "-h": "--help", "-V": "--version" };
const switchWords: ReadonlySet<string> = new Set(["0", "1", "true", "false", "True", "False", "yes", "no"]);

/** Understands `--flag value` and `--flag=value`. Unknown flags and other arguments are faults. */
export function readFlags(argv: readonly string[]): GivenFlags {
  const texts = new Map<string, string>();
  const switches = new Set<FlagName>();
  const register: string[] = [];
  const faults: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const { flag, attached } = split(argv[at] ?? "");
    const taking = takings.get(flag);
    if (taking === undefined) {
      faults.push(unknown(argv[at] ?? ""));
      continue;
    }
    const next = argv[at + 1];
    const takesNext =
      attached === undefined &&
      next !== undefined &&
      (taking === "next" ? !next.startsWith("--") : taking === "optional" && switchWords.has(next));
    if (takesNext) at += 1;
    const text = attached ?? (takesNext ? next : taking === "optional" ? "1" : undefined);
    if (taking === "none") {
      if (attached === undefined) switches.add(flag as FlagName);
      else faults.push(`${flag} takes no value, got "${attached}"`);
    } else if (text === undefined) faults.push(`${flag} needs a value`);
    else if (flag === "--register") register.push(text);
    else texts.set(flag, text);
  }
  return { texts, switches, register, faults };
}

function split(argument: string): { readonly flag: string; readonly attached: string | undefined } {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  if (at > 0) return { flag: argument.slice(0, at), attached: argument.slice(at + 1) };
  return { flag: shortFlags[argument] ?? argument, attached: undefined };
}

function unknown(argument: string): string {
  if (!argument.startsWith("-")) return `unexpected argument "${argument}"; a directory is registered with --register ${argument}`;
  const flag = split(argument).flag;
  const near = nearest(flag, [...takings.keys()]);
  return `unknown flag ${flag}${near === undefined ? "; --help lists them all" : `; did you mean ${near}?`}`;
}
