// The shape of a command, and of what was typed for it.

import type { OperationName } from "../../shared/contract/operations.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";

/** A value by position: `<line>` is needed, `[line]` is not. Its help is that of the operation's field unless it has its own. */
export interface ArgumentSpec {
  readonly name: string;
  readonly field?: string;
  readonly help?: string;
}

export interface OptionSpec {
  /** As commander reads them: `--name <name>`, `-o, --output <file>`, `--yes`. */
  readonly flags: string;
  readonly field?: string;
  readonly help?: string;
  readonly choices?: readonly string[];
}

/** What was typed. */
export interface Given {
  /** The n-th positional value; undefined when it was left out. */
  positional(at: number): string | undefined;
  /** The n-th positional value, which commander has made sure of. */
  needed(at: number): string;
  /** An option's value by its long name in camelCase. */
  option(name: string): string | undefined;
  isSet(name: string): boolean;
  /** An option that can be switched on and off (`--no-…`); undefined when neither was typed. */
  flag(name: string): boolean | undefined;
  /** All values of an option that takes several; none when it was left out. */
  list(name: string): readonly string[];
}

export interface Command {
  /** As typed: `source add`. */
  readonly words: string;
  /** Help of a command without an operation, or that does more than it. */
  readonly summary?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Does the work; returns the exit code. */
  run(context: CliContext, given: Given): Promise<number>;
}

/** An operation that people do not call by a command of its own, and why. */
export interface NoCommand {
  readonly notACommand: string;
}

/** Every operation has a command, or a reason for having none: one that has neither does not compile. */
export type CommandTable = Readonly<Record<OperationName, Command | NoCommand>>;

/** Reads a whole number from 0. Throws UsageError naming the option. */
export function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UsageError(`${name} must be a whole number from 0, not ${JSON.stringify(text)}`);
  return value;
}
