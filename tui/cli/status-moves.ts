// Commands that move a version without making anything live: fail, archive, restage; and validate, which moves nothing.

import { AppError } from "../../shared/contract/errors.ts";
import type { CallInput, Output } from "../../shared/contract/operations.ts";
import type { VersionView } from "../../shared/contract/views.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { glyphs } from "../format/charset.ts";
import type { Command, OptionSpec } from "./command.ts";
import { confirm, REASON, requireConsent, YES } from "./confirm.ts";
import { besideResult, report, type CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { LINE } from "./line-commands.ts";
import { printLoaded } from "./loaded-table.ts";
import { VERSION_ARGUMENT } from "./promote-commands.ts";
import { sendMove } from "./send-move.ts";
import { printFields } from "./table.ts";

type Moved = Output<"version.archive">;

async function findVersion(context: CliContext, client: DaemonClient, line: string, version: string): Promise<VersionView> {
  for (let after: string | undefined; ;) {
    const page = await client.call("line.versions", { line, limit: 1000, ...(after === undefined ? {} : { after }) }, context.signal);
    const found = page.items.find((one) => one.version === version);
    if (found !== undefined) return found;
    if (page.next === null) throw new AppError("not_found", `${line} has no version ${JSON.stringify(version)}`);
    after = page.next;
  }
}

function arrow(context: CliContext, line: string, version: string, from: string, to: string): string {
  return `${line} ${version}: ${from} ${glyphs(context.charset).arrow} ${to}`;
}

/** What differs between the three. */
interface StatusMove {
  readonly words: "fail" | "archive" | "restage";
  readonly to: string;
  readonly question: string;
  readonly options?: readonly OptionSpec[];
  send(client: DaemonClient, input: CallInput<"version.fail">, signal: AbortSignal): Promise<Moved>;
}

function statusMoveCommand({ words, to, question, options = [], send }: StatusMove): Command {
  return {
    words,
    arguments: [LINE, VERSION_ARGUMENT],
    options: [...options, REASON, YES],
    async run(context, given) {
      const isYes = given.isSet("yes");
      requireConsent(context, isYes, words);
      const input = {
        line: given.needed(0),
        version: given.needed(1),
        reason: given.option("reason") ?? "",
        ...(given.isSet("live") ? { confirm_live: true } : {}),
      };
      if (!isYes) {
        const client = await context.client();
        const { status, live } = await findVersion(context, client, input.line, input.version);
        if (live) await printLoaded(besideResult(context), client, input.line);
        const after = live ? " Nothing will be live on the line." : "";
        const text = `${question} ${arrow(context, input.line, input.version, status, to)}.${after}`;
        if (!(await confirm(context, false, text))) return EXIT.failed;
      }
      const done = await sendMove(context, (client, request_id) => send(client, { ...input, request_id }, context.signal));
      return report(context, done, (moved) => context.line(arrow(context, moved.line, moved.version, moved.from_status, moved.to_status)));
    },
  };
}

/** `archive LINE VERSION` */
export const ARCHIVE = statusMoveCommand({
  words: "archive",
  to: "archived",
  question: "Put away",
  send: (client, input, signal) => client.call("version.archive", input, signal),
});

/** `restage LINE VERSION` */
export const RESTAGE = statusMoveCommand({
  words: "restage",
  to: "staged",
  question: "Bring back",
  send: (client, input, signal) => client.call("version.restage", input, signal),
});

/** `fail LINE VERSION` */
export const FAIL = statusMoveCommand({
  words: "fail",
  to: "failed",
  question: "Mark as failed, for good:",
  options: [{ flags: "--live", field: "confirm_live" }],
  send: (client, input, signal) => client.call("version.fail", input, signal),
});

const yesNo = (value: boolean): "yes" | "NO" => (value ? "yes" : "NO");

/** Prints what a validation found; exit code 1 when the version is not valid. */
export async function printValidation(context: CliContext, found: Output<"version.validate">): Promise<number> {
  if (context.json) await context.document(found);
  else {
    await printFields(context, [
      ["valid", yesNo(found.valid), found.valid ? "good" : "bad"],
      ["model id", found.model_id],
      ["checksum", found.checksum_verified ? "verified" : "NOT verified", found.checksum_verified ? "plain" : "bad"],
      ["load", found.load_successful ? "successful" : "FAILED", found.load_successful ? "plain" : "bad"],
      ...found.errors.map((error) => ["error", error, "bad"] as const),
    ]);
  }
  return found.valid ? EXIT.done : EXIT.failed;
}

/** `validate LINE VERSION` */
export const VALIDATE: Command = {
  words: "validate",
  arguments: [LINE, VERSION_ARGUMENT],
  async run(context, given) {
    const input = { line: given.needed(0), version: given.needed(1) };
    return printValidation(context, await (await context.client()).call("version.validate", input, context.signal));
  },
};
