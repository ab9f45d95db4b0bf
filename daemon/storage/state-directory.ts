// The state directory: made for this user alone, and usable.

import { accessSync, constants, mkdirSync, statSync } from "node:fs";

/** The state directory cannot be used; the message names it and says what to do. */
export class StateDirectoryError extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "StateDirectoryError";
  }
}

const ADVICE = "name another one with --state-dir or MODEL_MANAGER_STATE_DIR";

/**
 * Makes the directory (mode 0700, its parents too) unless it is there; an existing one keeps its mode.
 * Throws StateDirectoryError when it is not a directory or this process may not write there.
 */
export function prepareStateDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (!statSync(directory).isDirectory()) throw new StateDirectoryError(`the state directory ${directory} is not a directory; ${ADVICE}`);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof StateDirectoryError) throw error;
    throw new StateDirectoryError(`${reasonOf(error, directory)}; ${ADVICE}`, { cause: error });
  }
}

const REASONS: ReadonlyMap<unknown, (directory: string) => string> = new Map([
  ["EEXIST", (directory) => `the state directory ${directory} is a file, not a directory`],
  ["ENOTDIR", (directory) => `a part of the path of the state directory ${directory} is a file, not a directory`],
  ["EACCES", (directory) => `this user may not write to the state directory ${directory}`],
  ["EPERM", (directory) => `this user may not write to the state directory ${directory}`],
  ["EROFS", (directory) => `the state directory ${directory} is on a file system that is mounted read-only`],
  ["ENOSPC", (directory) => `the state directory ${directory} cannot be made: the disk is full`],
]);

function reasonOf(error: unknown, directory: string): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return REASONS.get(code)?.(directory) ?? `the state directory ${directory} cannot be used (${String(error)})`;
}
