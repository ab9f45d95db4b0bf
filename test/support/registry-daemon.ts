// A real daemon with a clock that the test sets, and the program that people call, for stories that take days.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { runCommand, type CliResult } from "./cli-host.ts";
import { runProgram, type CliRun } from "./cli-process.ts";
import { startDaemon, type DaemonProcess } from "./daemon-process.ts";
import { openTempDirectory } from "./temp-dir.ts";

/** A started one. Disposing it stops the daemon and removes its folder. */
export interface RegistryDaemon extends AsyncDisposable {
  readonly daemon: DaemonProcess;
  /** The folder in which the program is called; models lie there. */
  readonly folder: string;
  /** Sets the daemon's clock, which stands still otherwise. */
  at(time: string): Promise<void>;
  /** Runs a command line in this process; a text is cut at its spaces. */
  run(args: string | readonly string[]): Promise<CliResult>;
  /** The same, and its output; throws when it does not end with 0. */
  must(args: string | readonly string[]): Promise<string>;
  /** Calls the program as it is installed. */
  program(args: readonly string[]): Promise<CliRun>;
  /** Rows of a query on the catalog's file, as somebody with the sqlite3 program gets them. */
  sql(query: string): readonly Readonly<Record<string, unknown>>[];
}

/** Starts it at a time. */
export async function openRegistryDaemon(label: string, time: string): Promise<RegistryDaemon> {
  const base = await openTempDirectory(label);
  const folder = base.path;
  const clock = join(folder, "now");
  const at = (now: string): Promise<void> => writeFile(clock, now);
  await at(time);
  const stateDir = join(folder, "state");
  // The sources: what is built has no clock but the system's.
  const daemon = await startDaemon({ stateDir, socketPath: join(folder, "d.sock"), env: { MODEL_MANAGER_TEST_CLOCK: clock } });
  const { socket } = daemon.ready;
  const run = (args: string | readonly string[]): Promise<CliResult> =>
    runCommand(socket, typeof args === "string" ? args.split(" ") : args, { cwd: folder });
  return {
    ...{ daemon, folder, at, run },
    program: (args) => runProgram(args, { socket, cwd: folder }),
    async must(args) {
      const { code, stdout, stderr } = await run(args);
      if (code !== 0) throw new Error(`${String(args)} ended with ${String(code)}: ${stderr}`);
      return stdout;
    },
    sql(query) {
      using database = new DatabaseSync(join(stateDir, "catalog.sqlite"), { readOnly: true });
      return database.prepare(query).all();
    },
    async [Symbol.asyncDispose]() {
      await daemon.stop();
      await base[Symbol.asyncDispose]();
    },
  };
}
