// Texts of variables and flags → values, each with what would have been allowed.

import { isIP } from "node:net";

/** A value, or what the text should have been ("a port from 0 to 65535"). */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly allowed: string };

/** Reads one text, which is not empty. */
export type Parse<T> = (text: string) => Parsed<T>;

const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
const bad = (allowed: string): { readonly ok: false; readonly allowed: string } => ({ ok: false, allowed });

/** A whole number within bounds. */
export function whole(least: number, most: number, what: string): Parse<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? good(value) : bad(`${what} from ${least} to ${most}`);
  };
}

/** Seconds, fractions allowed, as milliseconds. */
export function seconds(least: number, most: number): Parse<number> {
  return (text) => {
    const value = /^(\d{1,9}(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? good(Math.round(value * 1000)) : bad(`seconds from ${least} to ${most}, fractions allowed`);
  };
}

/** One of a few words, in any case. */
export function oneOf<const T extends string>(words: readonly T[]): Parse<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text.toLowerCase());
    return word === undefined ? bad(`one of ${words.join(", ")}`) : good(word);
  };
}

/** An address or a host name; an IPv6 address may stand in brackets. */
export function host(text: string): Parsed<string> {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  const isName =
    bare.length <= 253 && /^[a-z\d_]([a-z\d_-]*[a-z\d])?(\.[a-z\d_]([a-z\d_-]*[a-z\d])?)*\.?$/i.test(bare) && !/^[\d.]+$/.test(bare);
  return isIP(bare) !== 0 || isName ? good(bare) : bad("an IP address or a host name, without a port");
}

/** A name or number of a group. */
export function group(text: string): Parsed<string> {
  return /^(\d{1,10}|[a-z_][a-z\d_.-]{0,63}\$?)$/i.test(text) ? good(text) : bad("the name or the number of a group");
}

/** A path; made absolute elsewhere. */
export function path(text: string): Parsed<string> {
  return text.includes("\0") ? bad("a path") : good(text);
}

/** The path of a file, or the address of a PostgreSQL database. */
export function database(text: string): Parsed<string> {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return path(text);
  const isPostgres = isDatabaseUrl(text) && URL.canParse(text) && /^\/[^/]+$/.test(new URL(text).pathname);
  return isPostgres ? good(text) : bad("a path, or postgres://USER:PASSWORD@HOST:PORT/DATABASE with its special characters as %XX");
}

/** True for what `database` takes for an address. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(text);
}

/** An address without what must not be shown. */
export function withoutPassword(text: string): string {
  return text.replace(/:\/\/.*@/s, "://…@").replace(/([?&]password=)[^&]*/gi, "$1…");
}

/** Off for exactly `0`, `false` and `False`, on for everything else: what existing installations rely on. */
export function onUnlessOff(text: string): Parsed<boolean> {
  return good(!["0", "false", "False"].includes(text));
}

/** `1` and `0`, or their words: for what must not be switched on by a slip. */
export function yesOrNo(text: string): Parsed<boolean> {
  const known: { readonly [word: string]: boolean } = { "1": true, true: true, yes: true, "0": false, false: false, no: false };
  const value = Object.hasOwn(known, text.toLowerCase()) ? known[text.toLowerCase()] : undefined;
  return value === undefined ? bad("1 or 0") : good(value);
}
