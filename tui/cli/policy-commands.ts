// Commands on gate policies: show, set, drop.

import { readFile } from "node:fs/promises";
import { parseExact, stringifyExact } from "../../shared/lib/exact-json.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import type { ArgumentSpec, Command } from "./command.ts";
import { REASON } from "./confirm.ts";
import type { CliContext } from "./context.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { printable } from "../format/cell-width.ts";
import { printFields } from "./table.ts";

const TARGET: ArgumentSpec = { name: "<target>", field: "target", help: "NAMESPACE, or NAMESPACE/NAME for one line" };

/** JSON text indented for reading; as it is when it cannot be read. */
function indented(text: string): string {
  try {
    return stringifyExact(parseExact(text), 2);
  } catch {
    // Whatever it is, it is shown.
    return text;
  }
}

async function printPolicy(context: CliContext, text: string): Promise<void> {
  for (const line of indented(text).split("\n")) await context.line(printable(line));
}

/** `policy show TARGET` */
export const POLICY_SHOW: Command = {
  words: "policy show",
  arguments: [TARGET],
  async run(context, given) {
    const shown = await (await context.client()).call("policy.show", { target: given.needed(0) }, context.signal);
    if (context.json) await context.document(shown);
    else {
      await printFields(context, [
        ["target", shown.target, "strong"],
        ["set here", shown.own === "" ? "nothing" : shown.own],
        ["from", shown.inherited_from.join(", ")],
      ]);
      await printPolicy(context, shown.effective);
    }
    return EXIT.done;
  },
};

async function setPolicy(context: CliContext, target: string, policy: string, reason: string): Promise<number> {
  const done = await (await context.client()).call("policy.set", { target, policy, reason }, context.signal);
  if (context.json) await context.document(done);
  else {
    await context.line(`${done.target}: ${policy === "" ? "what was set is dropped" : "set"}; these gates hold now`);
    await printPolicy(context, done.effective);
  }
  return EXIT.done;
}

async function readPolicy(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Error(`cannot read the policy: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** `policy set TARGET FILE`, `policy set TARGET -` */
export const POLICY_SET: Command = {
  words: "policy set",
  arguments: [TARGET, { name: "<file>", help: "the policy as JSON; - for stdin" }],
  options: [REASON],
  async run(context, given) {
    const file = given.needed(1);
    const text = file === "-" ? await context.host.readInput() : await readPolicy(absolutePath(file, context.host));
    if (text.trim() === "")
      throw new UsageError(`the policy is empty; \`model-manager policy drop ${given.needed(0)}\` drops what was set`);
    return setPolicy(context, given.needed(0), text, given.option("reason") ?? "");
  },
};

/** `policy drop TARGET` */
export const POLICY_DROP: Command = {
  words: "policy drop",
  summary: "drop the gates that were set for a line or a namespace; what it inherits holds again",
  arguments: [{ name: "<target>", help: TARGET.help ?? "" }],
  options: [{ flags: "--reason <text>", help: "why; kept in the history" }],
  run: (context, given) => setPolicy(context, given.needed(0), "", given.option("reason") ?? ""),
};
