// The built terminal program on a pseudo-terminal, before a fake daemon with ten thousand groups.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFakeDaemon, type FakeAnswers, type FakeDaemon } from "./fake-daemon.ts";
import { largeCatalog } from "./large-catalog.ts";
import { openPty, type Pty, type PtyOptions } from "./pty.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The program as npm installs it. */
export const PROGRAM = [process.execPath, join(repository, "tui/bin/model-manager.js")] as const;

/** A fake daemon with the large catalog, some answers replaced. */
export function openLargeDaemon(folder: string, answers: FakeAnswers = {}): Promise<FakeDaemon> {
  return openFakeDaemon(folder, { ...largeCatalog(), ...answers });
}

/** Starts the program (or another command) where that daemon is found. */
export function openProgram(daemon: FakeDaemon, options: Partial<PtyOptions> = {}): Promise<Pty> {
  const { env, ...rest } = options;
  return openPty({
    command: PROGRAM,
    columns: 80,
    rows: 24,
    cwd: repository,
    ...rest,
    env: { MODEL_MANAGER_SOCKET: daemon.socketPath, ...env },
  });
}

/** Opens the list of lines of every namespace and waits until all have come. */
export async function openLines(terminal: Pty): Promise<void> {
  await terminal.waitFor("/srv/models/alpha");
  terminal.type("v");
  await terminal.waitFor(/^lines +\d+$/m);
  await terminal.quiet(200);
}

/** Opens the list of groups and waits until all have come. */
export async function openGroups(terminal: Pty): Promise<void> {
  await terminal.waitFor("/srv/models/alpha");
  terminal.type("\r");
  await terminal.waitFor(/^sources . alpha +\d+$/m);
  await terminal.quiet(200);
}
