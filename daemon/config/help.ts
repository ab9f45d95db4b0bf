// The help of the daemon, drawn from the table of settings.

import { FLAGS, SETTING_LIST, flagOf, type Setting } from "./settings.ts";

/** The whole text of `model-managerd --help`. */
export function helpText(): string {
  const settings = SETTING_LIST.map(
    ([, row]) => `  ${flagOf(row)} ${row.value}\n      ${row.help}\n      ${row.variable}, default: ${defaultText(row)}`,
  );
  const width = Math.max(...Object.entries(FLAGS).map(([flag, { value }]) => `${flag} ${value}`.length));
  const flags = Object.entries(FLAGS).map(([flag, { value, help }]) => `  ${`${flag} ${value}`.padEnd(width)}  ${help}`);
  return [
    "model-managerd keeps a live catalog of trading models and serves it by gRPC and over a Unix socket.",
    "",
    "usage: model-managerd [FLAG]…",
    "",
    ...flags,
    "",
    "Settings; each has a variable, which its flag overrides:",
    "",
    ...settings,
    "",
  ].join("\n");
}

/** A default as people read it. */
export function defaultText(row: Setting<unknown>): string {
  return row.shown ?? String(row.default);
}
