// `logs`: the daemon's own log lines, from the journal where they go there, else from the daemon's memory.

import { printable } from "../format/cell-width.ts";
import type { Role } from "../format/styled.ts";
import { shortTime } from "../format/times.ts";
import { DaemonGone } from "../client/daemon-client.ts";
import { jsonFields } from "./json-fields.ts";
import { wholeNumber, type Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { journalOfProcess, readJournal, type JournalOf, type ShownLine } from "./journal.ts";
import { openServiceSystem } from "./service-system.ts";

const LEVEL_ROLES: Readonly<Record<string, Role>> = { error: "bad", warn: "warn", debug: "dim" };
/** As long as the longest level. */
const LEVEL_WIDTH = 5;

function lineText({ time, level, message, fields }: ShownLine, context: CliContext): string {
  const facts = jsonFields(fields).map(([name, value]) => `${name}=${value}`);
  const text = printable([message, ...facts].join("  "));
  return `${shortTime(time)}  ${context.paint(level.padEnd(LEVEL_WIDTH), LEVEL_ROLES[level] ?? "plain")}  ${text}`;
}

interface Wanted {
  readonly last: number;
  readonly follow: boolean;
}

/** Where the lines come from: a daemon under systemd has a journal, one that is down has left its last words there. */
async function* linesFor(context: CliContext, wanted: Wanted): AsyncGenerator<ShownLine, void, void> {
  const { host } = context;
  let journal: JournalOf | undefined;
  try {
    const client = await context.client();
    journal = journalOfProcess(client.welcome.pid);
    if (journal === undefined) {
      yield* client.stream("log.stream", wanted, context.signal);
      return;
    }
  } catch (error) {
    if (!(error instanceof DaemonGone) || error.kind !== "absent" || !openServiceSystem(host).isBooted) throw error;
    await context.remark(`${error.message.split("\n")[0] ?? ""}; the journal says:`);
    journal = { isUser: false };
  }
  yield* readJournal(host, journal, wanted);
}

/** `logs [-n N] [--follow]` */
export const LOGS: Command = {
  words: "logs",
  options: [
    { flags: "-n, --last <lines>", field: "last" },
    { flags: "-f, --follow", field: "follow" },
  ],
  async run(context, given) {
    const wanted = { last: wholeNumber(given.option("last") ?? "100", "--last"), follow: given.isSet("follow") };
    let before: number | undefined;
    for await (const line of linesFor(context, wanted)) {
      const { sequence } = line as { readonly sequence?: number };
      if (before !== undefined && sequence !== undefined && sequence > before + 1) {
        await context.remark(`${sequence - before - 1} lines came faster than they were read and are no longer kept`);
      }
      before = sequence;
      if (context.json) await context.item(line);
      else await context.line(lineText(line, context));
    }
    return EXIT.done;
  },
};
