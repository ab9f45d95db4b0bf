// Asking before a change: on a terminal a question, elsewhere --yes is needed.

import type { OptionSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";

/** The option of every command that asks. */
export const YES: OptionSpec = { flags: "--yes", help: "do it without asking" };
/** The option of every command whose change is kept in the history. */
export const REASON: OptionSpec = { flags: "--reason <text>", field: "reason" };

/** Refuses at once where nobody can be asked and --yes was not given, before anything is looked up. */
export function requireConsent(context: CliContext, isYes: boolean, command: string): void {
  if (!isYes && !context.host.canAsk) throw new UsageError(`${command} changes what is live: without a terminal to ask on it needs --yes`);
}

/** True when it may be done: with --yes, or after a "y". Everything else is a no. */
export async function confirm(context: CliContext, isYes: boolean, question: string): Promise<boolean> {
  if (isYes) return true;
  const answer = await context.host.ask(`${question} [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return true;
  await context.remark("nothing was changed");
  return false;
}
