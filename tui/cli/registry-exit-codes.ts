// How the commands under `registry` end: the older registry's exit codes, with 5 for an unreachable daemon, and one line for every error.

import { AppError, type ErrorCode } from "../../shared/contract/errors.ts";
import { DaemonGone } from "../client/daemon-client.ts";
import type { Command, Given } from "./command.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";

/** What scripts of the older registry rely on; usage errors are 2 as well, as they were. */
export const REGISTRY_EXIT = { done: 0, refused: 1, notFound: 2, io: 3, badValue: 4, unreachable: 5 } as const;

const BY_CODE = {
  invalid_input: REGISTRY_EXIT.badValue,
  unauthenticated: REGISTRY_EXIT.refused,
  forbidden: REGISTRY_EXIT.refused,
  not_found: REGISTRY_EXIT.notFound,
  conflict: REGISTRY_EXIT.refused,
  wrong_state: REGISTRY_EXIT.refused,
  gate_refused: REGISTRY_EXIT.refused,
  overloaded: REGISTRY_EXIT.io,
  unavailable: REGISTRY_EXIT.io,
  cancelled: REGISTRY_EXIT.refused,
  timeout: REGISTRY_EXIT.io,
  internal: REGISTRY_EXIT.io,
} as const satisfies Record<ErrorCode, number>;

/** A path or a JSON text that cannot be used: exit code 1. */
export class BadArgument extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BadArgument";
  }
}

/** Codes of one command where they differ. */
type Exceptions = Partial<Record<ErrorCode, number>>;

function codeOf(error: unknown, exceptions: Exceptions): number {
  if (error instanceof BadArgument) return REGISTRY_EXIT.refused;
  if (error instanceof DaemonGone) return REGISTRY_EXIT.unreachable;
  if (error instanceof AppError) return exceptions[error.code] ?? BY_CODE[error.code];
  // What is left is of the system: a file that cannot be read.
  return REGISTRY_EXIT.io;
}

/** The command with these exit codes and its errors in one line each. */
export function withRegistryCodes(command: Command, exceptions: Exceptions = {}): Command {
  return {
    ...command,
    async run(context: CliContext, given: Given) {
      try {
        if (given.option("registryDir") !== undefined)
          await context.remark("note: --registry-dir is ignored; the daemon keeps the registry in its state directory");
        return await command.run(context, given);
      } catch (error) {
        if (error instanceof UsageError || context.signal.aborted) throw error;
        const text = error instanceof Error ? error.message : String(error);
        await context.remark(`error: ${text.replace(/\s*\n\s*/g, " ")}`);
        return codeOf(error, exceptions);
      }
    },
  };
}
