// One command line against a fake daemon: what it printed, how it ended, and what the daemon was asked.

import { runCommand, type CliResult, type FakeHostOptions } from "./cli-host.ts";
import { openFakeDaemon, type FakeAnswers, type FakeDaemon } from "./fake-daemon.ts";

export interface FakeRun extends CliResult {
  readonly called: FakeDaemon["called"];
}

/** Runs it in a folder of its own. A command line given as text is cut at its spaces. */
export async function runAgainstFake(
  folder: string,
  answers: FakeAnswers,
  args: string | readonly string[],
  options?: FakeHostOptions,
): Promise<FakeRun> {
  await using fake = await openFakeDaemon(folder, answers);
  const result = await runCommand(fake.socketPath, typeof args === "string" ? args.split(" ") : args, options);
  return { ...result, called: fake.called };
}

/** An answer that refuses. */
export function refuseWith(code: string, message: string): () => never {
  return () => {
    throw Object.assign(new Error(message), { code });
  };
}
