// `verify`: every stored object against its digest; exit code 1 when anything was found damaged, also when it could be restored.

import type { StoreFinding, StoreSummary } from "../../shared/contract/store-operations.ts";
import { AppError } from "../../shared/contract/errors.ts";
import { cutCells, printable } from "../format/cell-width.ts";
import { byteSize, counted } from "../format/numbers.ts";
import type { Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";

const ERASE_LINE = "\r\u001b[K";

const WORDS: Readonly<Record<StoreFinding["damage"], string>> = {
  missing: "missing",
  short: "cut short",
  other_bytes: "damaged",
  unreadable: "unreadable",
  unchecked: "not checked",
};

type Counts = Omit<StoreSummary, "part">;

/** `BTC_model.json of alpha/BTC v3 (live), alpha/BTC v2 and 4 more` */
function holdersText({ needed_by: holders, needed_total: total }: StoreFinding): string {
  const [first] = holders;
  if (first === undefined) return "needed by no version";
  const shown = holders.slice(0, 3);
  const names = shown.map(({ line, version, live }) => `${line} ${version}${live ? " (live)" : ""}`).join(", ");
  return `${first.path} of ${names}${total > shown.length ? ` and ${total - shown.length} more` : ""}`;
}

async function printFinding(context: CliContext, finding: StoreFinding): Promise<void> {
  const isRestored = finding.restored_from !== "";
  const word = context.paint(WORDS[finding.damage].padEnd(11), isRestored ? "warn" : "bad");
  await context.line(`${word}  ${finding.sha256.slice(0, 12)}  ${printable(`${holdersText(finding)}: ${finding.detail}`)}`);
  const outcome = isRestored ? `restored from ${finding.restored_from}` : "no copy was found; put the same file back and verify again";
  if (finding.damage !== "unchecked") await context.line(`${" ".repeat(27)}-> ${printable(outcome)}`);
}

function summaryText({ objects, bytes, damaged, restored }: Counts): string {
  const all = `${counted(objects, "object")}, ${byteSize(bytes)}`;
  if (damaged === 0) return `${all}: all as they were stored`;
  return `${all}: ${damaged} not as they were stored, ${restored} of them restored`;
}

/** Reads the stream to its end. On a terminal a line on stderr tells how far it is. */
async function follow(context: CliContext, onFinding: (finding: StoreFinding) => Promise<void>): Promise<Counts> {
  const { stderr } = context.host;
  const client = await context.client();
  let done: Counts | undefined;
  let isShown = false;
  const erase = async (): Promise<void> => {
    if (isShown) await stderr.write(ERASE_LINE);
    isShown = false;
  };
  try {
    for await (const item of client.stream("store.verify", {}, context.signal)) {
      if (item.part === "finding") {
        await erase();
        await onFinding(item);
      } else if (item.part === "done") {
        const { part: _part, ...counts } = item;
        done = counts;
      } else if (stderr.isTerminal) {
        const damaged = item.damaged > 0 ? `, ${item.damaged} damaged` : "";
        const text = `verifying ${item.objects}/${item.total} objects, ${byteSize(item.bytes)}${damaged}`;
        isShown = true;
        await stderr.write(ERASE_LINE + cutCells(text, (stderr.columns ?? 80) - 1));
      }
    }
  } finally {
    await erase();
  }
  if (done === undefined) throw new AppError("unavailable", "the daemon stopped before everything was verified; verify again");
  return done;
}

/** `verify` */
export const VERIFY: Command = {
  words: "verify",
  arguments: [{ name: "[target]", help: "not yet: only the whole store can be verified" }],
  async run(context, given) {
    const target = given.positional(0);
    if (target !== undefined) {
      const mends = "`model-manager verify` checks everything that is stored, `model-manager inspect FILE` shows what one file says";
      throw new UsageError(`verify takes no argument here: ${mends}`);
    }
    const items: StoreFinding[] = [];
    const counts = await follow(context, async (finding) => {
      if (context.json) items.push(finding);
      else await printFinding(context, finding);
    });
    if (context.json) {
      const shown = items.map(({ part: _part, ...finding }) => finding);
      await context.document({
        objects: counts.objects,
        bytes: counts.bytes,
        restored: counts.restored,
        items: shown,
        total: shown.length,
      });
    } else await context.line(context.paint(summaryText(counts), counts.damaged === 0 ? "good" : "bad"));
    return counts.damaged === 0 ? EXIT.done : EXIT.failed;
  },
};
