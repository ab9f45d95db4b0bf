// `register LINE FILE --version V`: keeps a model file as a new staged version.

import type { Output } from "../../shared/contract/operations.ts";
import type { Command } from "./command.ts";
import { REASON } from "./confirm.ts";
import { report, type CliContext } from "./context.ts";
import { LINE } from "./line-commands.ts";
import { CONTRACT_OPTIONS, MORE_OPTIONS, registrationInput } from "./registration-input.ts";
import { sendMove } from "./send-move.ts";
import { printFields } from "./table.ts";

type Registered = Output<"registry.register">;

async function printRegistered(context: CliContext, { line, version, status, registration, warnings }: Registered): Promise<void> {
  await printFields(context, [
    ["registered", `${line} ${version}`, "strong"],
    ["status", status],
    ["model id", registration.model_id],
    ["format", registration.format],
    ["sha256", registration.checksum_sha256],
    ["config hash", registration.config_hash],
    ["snapshot", registration.snapshot_id],
    ["datasets", datasetsText(registration.dataset_version_ids)],
  ]);
  for (const warning of warnings) await context.remark(`warning: ${warning}`);
}

function datasetsText(versions: Readonly<Record<string, string>>): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

/** `register LINE FILE` */
export const REGISTER: Command = {
  words: "register",
  arguments: [LINE, { name: "<file>", help: "the model file; it is stored, never run" }],
  options: [...CONTRACT_OPTIONS, ...MORE_OPTIONS, REASON],
  async run(context, given) {
    const { env } = context.host;
    const createdBy = env["USER"] ?? env["LOGNAME"] ?? "unknown";
    const input = registrationInput(context, given, { line: given.needed(0), file: given.needed(1), createdBy });
    const done = await sendMove(context, (client, request_id) =>
      client.call("registry.register", { ...input, request_id }, context.signal),
    );
    return report(context, done, (registered) => printRegistered(context, registered));
  },
};
