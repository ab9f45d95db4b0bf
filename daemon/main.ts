// The process edge of the daemon: arguments, environment, signals, exit code. `file VERB PATH` looks at one file and ends.

import { loadConfig, type Config } from "./config/load-config.ts";
import { createClock, endNow, openDaemon, openLog } from "./daemon.ts";
import { runFileVerb } from "./file-verbs.ts";

/** A stop that takes longer than this is cut short; what was acknowledged is on disk already. */
const STOP_MS = 10_000;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "file") return runFileVerb(argv.slice(1));
  const loaded = loadConfig(argv, process.env);
  if (loaded.ok === true) return run(loaded.config);
  if (loaded.ok === false) {
    process.stderr.write(`${loaded.faults.join("\n")}\n`);
    return 2;
  }
  process.stdout.write(`${loaded.text}\n`);
  return 0;
}

/** Serves until SIGTERM or SIGINT. */
async function run(config: Config): Promise<number> {
  const clock = createClock();
  const log = openLog(config, clock);
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort(signal));
  process.on("uncaughtException", (error) => {
    log.error({ err: error }, "a fault that nothing caught ends the daemon");
    log.flush();
    endNow(1);
  });
  try {
    const daemon = await openDaemon(config, clock, log);
    try {
      await daemon.start(stop.signal);
      const { addresses } = daemon;
      if (!stop.signal.aborted) process.stdout.write(`ready ${JSON.stringify({ ...addresses, pid: process.pid })}\n`);
      if (!stop.signal.aborted) await new Promise((resolve) => stop.signal.addEventListener("abort", resolve, { once: true }));
      log.info({ signal: stop.signal.reason as unknown }, "stopping");
    } finally {
      const deadline = setTimeout(() => {
        log.error({ ms: STOP_MS }, "the stop took too long and is cut short");
        log.flush();
        endNow(1);
      }, STOP_MS);
      await daemon[Symbol.asyncDispose]();
      clearTimeout(deadline);
    }
    log.flush();
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.error({ err: error }, "the daemon cannot go on");
    log.flush();
    process.stderr.write(`model-managerd: ${message}\n`);
    return 1;
  }
}
