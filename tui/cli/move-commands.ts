// Commands that change what is live: activate, resume.

import type { Output } from "../../shared/contract/operations.ts";
import { glyphs } from "../format/charset.ts";
import type { Command } from "./command.ts";
import { confirm, REASON, requireConsent, YES } from "./confirm.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { LINE } from "./line-commands.ts";
import { sendMove } from "./send-move.ts";

type Moved = Output<"line.activate">;

const orNothing = (version: string): string => (version === "" ? "nothing" : version);

/** `alpha/BTC_ret: v2 → v1`: what was live and what will be. */
export function moveText(context: CliContext, moved: Pick<Moved, "line" | "version" | "previous_version">): string {
  if (moved.version === moved.previous_version) return `${moved.line}: ${orNothing(moved.version)} stays live`;
  return `${moved.line}: ${orNothing(moved.previous_version)} ${glyphs(context.charset).arrow} ${orNothing(moved.version)}`;
}

async function reportMoved(context: CliContext, moved: Moved): Promise<number> {
  if (context.json) await context.document(moved);
  else {
    const pinned = moved.pinned ? "pinned" : "not pinned";
    await context.line(`${moveText(context, moved)} (${pinned}${moved.changed ? "" : ": nothing to change"})`);
  }
  return EXIT.done;
}

/** `activate LINE VERSION`: shows from and to, asks, and makes it live. */
export const ACTIVATE: Command = {
  words: "activate",
  arguments: [LINE, { name: "<version>", field: "version" }],
  options: [REASON, YES, { flags: "--dry-run", field: "dry_run" }],
  async run(context, given) {
    const isYes = given.isSet("yes");
    const isDry = given.isSet("dryRun");
    if (!isDry) requireConsent(context, isYes, "activate");
    const input = { line: given.needed(0), version: given.needed(1), reason: given.option("reason") ?? "" };
    const client = await context.client();
    if (isDry || !isYes) {
      const planned = await client.call("line.activate", { ...input, dry_run: true }, context.signal);
      if (isDry || !planned.changed) return reportMoved(context, planned);
      const isLive = planned.version === planned.previous_version;
      const question = isLive
        ? `${planned.version} of ${planned.line} is live already: pin it.`
        : `Activate ${moveText(context, planned)} and pin it.`;
      if (!(await confirm(context, false, question))) return EXIT.failed;
    }
    const moved = await sendMove(context, (daemon, request_id) => daemon.call("line.activate", { ...input, request_id }, context.signal));
    return reportMoved(context, moved);
  },
};

/** `resume LINE`: unpins after asking; the daemon says what the files on disk made of it. */
export const RESUME: Command = {
  words: "resume",
  arguments: [LINE],
  options: [REASON, YES],
  async run(context, given) {
    const isYes = given.isSet("yes");
    requireConsent(context, isYes, "resume");
    const line = given.needed(0);
    const client = await context.client();
    if (!isYes) {
      const { group } = await client.call("line.show", { line }, context.signal);
      const now = `${orNothing(group.version)} is live${group.pinned ? ", pinned" : ", not pinned"}`;
      if (!(await confirm(context, false, `Resume ${line} (${now}): it follows the files on disk again, which may change what is live.`)))
        return EXIT.failed;
    }
    return reportMoved(context, await client.call("line.resume", { line, reason: given.option("reason") ?? "" }, context.signal));
  },
};
