// `promote` and `rollback`: what is live on a gated line, asked for with the verdicts and with who runs it now.

import { AppError } from "../../shared/contract/errors.ts";
import type { CallInput, Output } from "../../shared/contract/operations.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { printable } from "../format/cell-width.ts";
import type { Command, Given, OptionSpec } from "./command.ts";
import { confirm, REASON, requireConsent, YES } from "./confirm.ts";
import { besideResult, report, type CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { gatesText, isRefused, printGates } from "./gate-table.ts";
import { LINE } from "./line-commands.ts";
import { printLoaded } from "./loaded-table.ts";
import { moveText } from "./move-commands.ts";
import { sendMove } from "./send-move.ts";

type Promoted = Output<"line.promote">;
type RolledBack = Output<"line.rollback">;

const DRY_RUN: OptionSpec = { flags: "--dry-run", field: "dry_run" };

/** The place of a version in commands on one. */
export const VERSION_ARGUMENT = { name: "<version>", field: "version" } as const;

type PromoteInput = CallInput<"line.promote">;

function promoteInput(given: Given): PromoteInput {
  return {
    line: given.needed(0),
    version: given.needed(1),
    reason: given.option("reason") ?? "",
    skip_gates: given.isSet("skipGates"),
  };
}

/** Sends a promotion; when the gates refuse it, their verdicts are on stderr before it rejects. */
async function sendPromotion(context: CliContext, input: PromoteInput) {
  return sendMove(context, async (client, request_id) => {
    try {
      return await client.call("line.promote", { ...input, request_id }, context.signal);
    } catch (error) {
      if (error instanceof AppError && error.code === "gate_refused") await showVerdicts(context, client, input);
      throw error;
    }
  });
}

async function showVerdicts(context: CliContext, client: DaemonClient, input: PromoteInput): Promise<void> {
  const { request_id: _id, ...question } = input;
  // The refusal itself is what matters; it comes with its reasons in any case.
  const planned = await client.call("line.promote", { ...question, dry_run: true }, context.signal).catch(() => undefined);
  if (planned !== undefined) await printGates(besideResult(context), planned.gates);
}

async function remarkWarnings(context: CliContext, warnings: readonly string[]): Promise<void> {
  for (const warning of warnings) await context.remark(`warning: ${warning}`);
}

/** True for the answer to a promotion of what is live already; a dry run of another version has no such time. */
function isLiveAlready({ changed, promoted_at }: Promoted): boolean {
  return !changed && promoted_at !== null;
}

async function printPromoted(context: CliContext, promoted: Promoted): Promise<void> {
  if (isLiveAlready(promoted)) return context.line(printable(`${promoted.line}: ${promoted.version} is live already, nothing was changed`));
  await context.line(printable(`${moveText(context, promoted)} (promoted)`));
  if (promoted.override) await context.remark(`gates skipped: ${gatesText(promoted.gates)}; the history says so`);
  await remarkWarnings(context, promoted.warnings);
}

/** Says what the gates say. Refused is exit code 4, as the promotion would be. */
async function printPlan(context: CliContext, planned: Promoted, input: PromoteInput): Promise<number> {
  const refused = isRefused(planned.gates);
  if (context.json) await context.document(planned);
  else if (isLiveAlready(planned)) await printPromoted(context, planned);
  else {
    await context.line(printable(moveText(context, planned)));
    await printGates(context, planned.gates);
    await remarkWarnings(context, planned.warnings);
    const skipped = input.skip_gates === true ? ", and they are skipped" : "";
    await context.line(refused ? `the gates refuse it${skipped}` : "the gates let it pass");
  }
  return refused && input.skip_gates !== true ? EXIT.refused : EXIT.done;
}

/** Shows from and to, the verdicts and who runs the line, and asks. */
async function askToPromote(context: CliContext, client: DaemonClient, planned: Promoted, input: PromoteInput): Promise<boolean> {
  const aside = besideResult(context);
  await printGates(aside, planned.gates);
  const refused = isRefused(planned.gates);
  if (refused && input.skip_gates !== true)
    throw new AppError("gate_refused", `${input.line} ${input.version} is not promoted: ${gatesText(planned.gates)}`);
  await printLoaded(aside, client, input.line);
  await remarkWarnings(context, planned.warnings);
  const skipping = input.skip_gates === true ? " with the gates SKIPPED" : "";
  return confirm(context, false, `Promote ${moveText(context, planned)}${skipping}.`);
}

/** `promote LINE VERSION` */
export const PROMOTE: Command = {
  words: "promote",
  arguments: [LINE, VERSION_ARGUMENT],
  options: [REASON, { flags: "--skip-gates", field: "skip_gates" }, DRY_RUN, YES],
  async run(context, given) {
    const isYes = given.isSet("yes");
    const isDry = given.isSet("dryRun");
    if (!isDry) requireConsent(context, isYes, "promote");
    const input = promoteInput(given);
    if (isDry || !isYes) {
      const client = await context.client();
      const planned = await client.call("line.promote", { ...input, dry_run: true }, context.signal);
      if (isDry) return printPlan(context, planned, input);
      if (isLiveAlready(planned)) return report(context, planned, (promoted) => printPromoted(context, promoted));
      if (!(await askToPromote(context, client, planned, input))) return EXIT.failed;
    }
    return report(context, await sendPromotion(context, input), (promoted) => printPromoted(context, promoted));
  },
};

function rollbackInput(given: Given): CallInput<"line.rollback"> {
  const to = given.option("to");
  return {
    line: given.needed(0),
    ...(to === undefined ? {} : { to }),
    mark_failed: given.isSet("failed"),
    reason: given.option("reason") ?? "",
  };
}

async function printRolledBack(context: CliContext, done: RolledBack, markFailed: boolean): Promise<void> {
  const left = markFailed && done.previous_version !== "" ? `; ${done.previous_version} is failed` : "";
  const pinned = done.pinned ? "pinned" : "not pinned";
  if (done.changed) await context.line(printable(`${moveText(context, done)} (rolled back, ${pinned}${left})`));
  else await context.line(printable(`${done.line}: ${done.version} is live already, ${pinned}; nothing was changed`));
  await remarkWarnings(context, done.warnings);
}

/** `rollback LINE` */
export const ROLLBACK: Command = {
  words: "rollback",
  arguments: [LINE],
  options: [{ flags: "--to <version>", field: "to" }, { flags: "--failed", field: "mark_failed" }, REASON, DRY_RUN, YES],
  async run(context, given) {
    const isYes = given.isSet("yes");
    const isDry = given.isSet("dryRun");
    if (!isDry) requireConsent(context, isYes, "rollback");
    const input = rollbackInput(given);
    const marks = input.mark_failed === true;
    if (isDry || !isYes) {
      const client = await context.client();
      const planned = await client.call("line.rollback", { ...input, dry_run: true }, context.signal);
      const text = `${moveText(context, planned)}${marks ? `, and mark ${planned.previous_version} failed for good` : ""}`;
      if (isDry)
        return report(context, planned, async () => {
          await context.line(printable(text));
          await remarkWarnings(context, planned.warnings);
        });
      await printLoaded(besideResult(context), client, input.line);
      await remarkWarnings(context, planned.warnings);
      if (!(await confirm(context, false, `Roll back ${text}, and pin the line.`))) return EXIT.failed;
    }
    const done = await sendMove(context, (client, request_id) => client.call("line.rollback", { ...input, request_id }, context.signal));
    return report(context, done, () => printRolledBack(context, done, marks));
  },
};
