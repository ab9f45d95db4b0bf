// `verify`: every stored object against its digest and every live model against its margins, or one file; exit code 1 when anything was found
// damaged, also when it could be restored.

import { statSync } from "node:fs";
import type { StoreFinding, StoreMargins, StoreSummary } from "../../shared/contract/store-operations.ts";
import { AppError } from "../../shared/contract/errors.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import { cutCells, printable } from "../format/cell-width.ts";
import { byteSize, counted } from "../format/numbers.ts";
import type { Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { relayFileVerb } from "./file-child.ts";

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

async function printMargins(context: CliContext, { line, version, detail }: StoreMargins): Promise<void> {
  await context.line(`${context.paint("margins".padEnd(11), "bad")}  ${printable(`${line} ${version} (live): ${detail}`)}`);
}

function summaryText({ objects, bytes, damaged, restored, models, failed }: Counts, source: string | undefined): string {
  const of = source === undefined ? "" : ` of ${source}`;
  const stored = damaged === 0 ? "all as they were stored" : `${damaged} not as they were stored, ${restored} of them restored`;
  const proved = failed === 0 ? "all give the margins that were kept" : `${failed} without the margins that were kept`;
  const live = models === 0 ? "" : `; ${counted(models, "live model")}: ${proved}`;
  return printable(`${counted(objects, "object")}${of}, ${byteSize(bytes)}: ${stored}${live}`);
}

type Found = StoreFinding | StoreMargins;

/** Reads the stream to its end. On a terminal a line on stderr tells how far it is. */
async function follow(context: CliContext, source: string | undefined, onFound: (found: Found) => Promise<void>): Promise<Counts> {
  const { stderr } = context.host;
  const client = await context.client();
  let done: Counts | undefined;
  let isShown = false;
  const erase = async (): Promise<void> => {
    if (isShown) await stderr.write(ERASE_LINE);
    isShown = false;
  };
  try {
    for await (const item of client.stream("store.verify", source === undefined ? {} : { source }, context.signal)) {
      if (item.part === "finding" || item.part === "margins") {
        await erase();
        await onFound(item);
      } else if (item.part === "done") {
        const { part: _part, ...counts } = item;
        done = counts;
      } else if (stderr.isTerminal) {
        isShown = true;
        await stderr.write(ERASE_LINE + cutCells(progressText(item), (stderr.columns ?? 80) - 1));
      }
    }
  } finally {
    await erase();
  }
  if (done === undefined) throw new AppError("unavailable", "the daemon stopped before everything was verified; verify again");
  return done;
}

function progressText({ objects, total, bytes, damaged, models, failed }: Counts): string {
  const bad = damaged + failed > 0 ? `, ${damaged + failed} damaged` : "";
  const proved = models > 0 ? `, ${counted(models, "live model")}` : "";
  return `verifying ${objects}/${total} objects, ${byteSize(bytes)}${proved}${bad}`;
}

async function verifyStore(context: CliContext, source: string | undefined): Promise<number> {
  const items: StoreFinding[] = [];
  const margins: StoreMargins[] = [];
  const counts = await follow(context, source, async (found) => {
    if (!context.json) return found.part === "finding" ? printFinding(context, found) : printMargins(context, found);
    if (found.part === "finding") items.push(found);
    else margins.push(found);
  });
  const isGood = counts.damaged === 0 && counts.failed === 0;
  if (context.json) {
    const { objects, bytes, restored, models } = counts;
    const shown = items.map(({ part: _part, ...finding }) => finding);
    const failed = margins.map(({ part: _part, ...one }) => one);
    await context.document({ objects, bytes, restored, items: shown, total: shown.length, models, margins: failed });
  } else await context.line(context.paint(summaryText(counts, source), isGood ? "good" : "bad"));
  return isGood ? EXIT.done : EXIT.failed;
}

/** The file that a target names; undefined when it can only be a source: a directory in the way is none, and no source has a slash in its name. */
function fileOf(context: CliContext, target: string): string | undefined {
  const file = absolutePath(target, context.host);
  return target.includes("/") || statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}

/** `verify`, `verify SOURCE`, `verify FILE` */
export const VERIFY: Command = {
  words: "verify",
  arguments: [
    { name: "[source-or-file]", help: "only what this source needs, or one artifact file (without a daemon); everything without it" },
  ],
  async run(context, given) {
    const target = given.positional(0);
    const file = target === undefined ? undefined : fileOf(context, target);
    return file === undefined ? verifyStore(context, target) : relayFileVerb(context, ["verify", file]);
  },
};
