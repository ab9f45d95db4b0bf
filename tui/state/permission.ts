// Whether the user may give a command now, and if not, why.

import { OPERATIONS } from "../../shared/contract/operations.ts";
import { KEYMAP, type Command } from "../keys/keymap.ts";
import type { Model } from "./model.ts";

/** Why a command cannot be given: no connection, or a scope that the daemon did not grant; undefined when it can. */
export function refusalOf(model: Model, command: Command): string | undefined {
  const operation = KEYMAP[command].operation;
  if (operation === undefined) return undefined;
  if (model.connection.state !== "live") return `${command}: there is no connection to the daemon now`;
  const { scope } = OPERATIONS[operation];
  const { scopes, principal } = model.connection.welcome;
  return scopes.includes(scope)
    ? undefined
    : `${command} needs ${scope}, which ${principal} does not have; run as root, the daemon's user, or a member of its admin group`;
}

/** True when the daemon lets this user look only. */
export function isReadOnly(model: Model): boolean {
  const welcome = model.connection.state === "live" || model.connection.state === "stale" ? model.connection.welcome : undefined;
  return welcome !== undefined && !welcome.scopes.includes("model:write");
}
