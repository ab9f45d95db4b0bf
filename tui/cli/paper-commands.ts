// Commands of paper trading: start and stop. Its hours are measured by the daemon.

import type { PaperView } from "../../shared/contract/registry-views.ts";
import type { Command, OptionSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { LINE } from "./line-commands.ts";
import { paperText } from "./paper-text.ts";
import { VERSION_ARGUMENT } from "./promote-commands.ts";

const EVIDENCE: OptionSpec = { flags: "--evidence <text>", field: "evidence" };

async function printPaper(context: CliContext, paper: PaperView): Promise<number> {
  if (context.json) await context.document(paper);
  else
    await context.line(
      `${paper.line} ${paper.version}: paper trading ${paperText(paper)}${paper.evidence === "" ? "" : ` (${paper.evidence})`}`,
    );
  return EXIT.done;
}

/** `paper start LINE VERSION` */
export const PAPER_START: Command = {
  words: "paper start",
  arguments: [LINE, VERSION_ARGUMENT],
  options: [EVIDENCE],
  async run(context, given) {
    const input = { line: given.needed(0), version: given.needed(1), evidence: given.option("evidence") ?? "" };
    return printPaper(context, await (await context.client()).call("paper.start", input, context.signal));
  },
};

/** `paper stop LINE VERSION` */
export const PAPER_STOP: Command = {
  words: "paper stop",
  arguments: [LINE, VERSION_ARGUMENT],
  options: [EVIDENCE],
  async run(context, given) {
    const input = { line: given.needed(0), version: given.needed(1), evidence: given.option("evidence") ?? "" };
    return printPaper(context, await (await context.client()).call("paper.stop", input, context.signal));
  },
};
