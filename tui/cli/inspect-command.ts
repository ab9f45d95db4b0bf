// `inspect FILE`: what one file says.

import { absolutePath } from "../../shared/domain/paths.ts";
import type { Command } from "./command.ts";
import { relayFileVerb } from "./file-child.ts";

/** `inspect FILE`. `--json` prints the reader's document. */
export const INSPECT: Command = {
  words: "inspect",
  summary: "what one artifact file says; needs no running daemon",
  arguments: [{ name: "<file>", help: "an artifact file" }],
  run: (context, given) => relayFileVerb(context, ["inspect", absolutePath(given.needed(0), context.host)]),
};
