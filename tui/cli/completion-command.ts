// `completion SHELL` prints the script that completes command lines in a shell.

import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "./command.ts";
import { completionScript, SHELLS } from "./completion-scripts.ts";
import { EXIT, UsageError } from "./exit-codes.ts";

/** `completion bash|zsh|fish` */
export const COMPLETION: Command = {
  words: "completion",
  summary: "a script for your shell that completes commands, flags and names: source <(model-manager completion bash)",
  arguments: [{ name: "<shell>", help: SHELLS.join(", ") }],
  async run(context, given) {
    const shell = SHELLS.find((one) => one === given.needed(0));
    if (shell === undefined)
      throw new UsageError(`completion ${SHELLS.join("|")}: there is no script for ${JSON.stringify(given.needed(0))}`);
    const { packageRoot } = context.host;
    const bundle = path.join(packageRoot, "dist/model-manager.js");
    const file = existsSync(bundle) ? bundle : path.join(packageRoot, "tui/bin/model-manager.js");
    await context.host.stdout.write(
      completionScript(shell, { node: process.execPath, file, cache: path.join(packageRoot, "dist/compile-cache") }),
    );
    return EXIT.done;
  },
};
