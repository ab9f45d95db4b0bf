// The hidden command `__complete`: answers a completion script, within a time that a person does not notice.

import type { DaemonClient } from "../client/daemon-client.ts";
import { bashWord, splitBashLine } from "./bash-words.ts";
import { complete, type Completion } from "./complete.ts";
import { namesFrom } from "./complete-names.ts";
import { socketsToTry } from "./sockets.ts";
import type { CliHost } from "./host.ts";
import { flagValue } from "./start-plan.ts";

/** A daemon that has not answered by then, in ms, is not waited for. One that is well answers in a few. */
const PATIENCE_MS = 150;

/** The words as the shell handed them over, and how it wants the answer's words written. */
function read(args: readonly string[]): { readonly words: readonly string[]; write(word: string): string } {
  const [shell = "", ...rest] = args;
  if (shell !== "bash") return { words: rest, write: (word) => word };
  const [breaks = "", line = ""] = rest;
  const { words, last } = splitBashLine(line);
  return { words: words.slice(1), write: (word) => bashWord(word, last, breaks) };
}

/** Answers a completion script on stdout: the mode, then a word a line. Never fails aloud: without a daemon only what needs none is completed. */
export async function runComplete(args: readonly string[], host: CliHost): Promise<void> {
  const { words, write } = read(args);
  let client: DaemonClient | undefined;
  const { promise: late, resolve: giveUp } = Promise.withResolvers<undefined>();
  const connect = async (): Promise<DaemonClient> => {
    const { connectDaemon } = await import("../client/connect.ts");
    setTimeout(() => giveUp(undefined), PATIENCE_MS).unref();
    const socketPaths = socketsToTry(host, flagValue(words, "--socket"));
    return (client = await connectDaemon({ socketPaths, clientName: "model-manager completion", timeoutMs: PATIENCE_MS }));
  };
  // A daemon that is not there, or refuses, has no names; a person in the middle of a line wants no message.
  const answer: Completion | undefined = await Promise.race([complete(words, namesFrom(connect)).catch(() => undefined), late]);
  client?.close();
  if (answer === undefined) return;
  await host.stdout.write(`${[answer.mode, ...answer.words.filter((word) => !/\p{Cc}/u.test(word)).map(write)].join("\n")}\n`);
}
