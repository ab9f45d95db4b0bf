// A real daemon in its own process, on free ports and a state directory of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { STEADY_HEAP } from "./steady-heap.ts";

const MAIN = fileURLToPath(new URL("../../daemon/main.ts", import.meta.url));
const COMPILE_CACHE = fileURLToPath(new URL("../../dist/compile-cache", import.meta.url));
const BUNDLE = fileURLToPath(new URL("../../dist/model-managerd.js", import.meta.url));

/** What the `ready` line says. */
export interface ReadyLine {
  readonly grpc: string;
  readonly http: string;
  readonly socket: string;
  readonly pid: number;
}

/** How to start it. */
export interface DaemonOptions {
  readonly stateDir: string;
  readonly socketPath: string;
  /** Directories to register. */
  readonly register?: readonly string[];
  /** Settle window in seconds; short in tests that don't measure it. */
  readonly settleSeconds?: number;
  readonly rescanSeconds?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** The bundle in dist/, as it is installed, instead of the sources. The caller has built it. */
  readonly isBundled?: boolean;
  /** A command that runs the command after it in its own process, such as `nsenter …`. */
  readonly launcher?: readonly string[];
}

/** A daemon that may still be starting, or be gone already. Disposing it kills it. */
export interface StartingDaemon extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Rejects with its log when it ends before. */
  readonly ready: Promise<ReadyLine>;
  /** Its exit code, or the signal that ended it; all of its log is there then. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** All of stderr so far. */
  log(): string;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}

/** A started daemon. */
export interface DaemonProcess extends Omit<StartingDaemon, "ready"> {
  readonly ready: ReadyLine;
}

/** Starts a daemon and waits for its ready line; throws with its log when it ends before. */
export async function startDaemon(options: DaemonOptions): Promise<DaemonProcess> {
  const daemon = spawnDaemon(options);
  return { ...daemon, ready: await daemon.ready };
}

/** Starts a daemon. Whoever cares for its ready line awaits it. */
export function spawnDaemon(options: DaemonOptions): StartingDaemon {
  const flags = [...(options.register ?? []).flatMap((path) => ["--register", path]), ...(options.flags ?? [])];
  const [command = process.execPath, ...args] = [
    ...(options.launcher ?? []),
    ...[process.execPath, options.isBundled === true ? BUNDLE : MAIN, ...flags],
  ];
  const child = spawn(command, args, {
    env: {
      ...withoutOwnVariables(process.env),
      // As the unit starts it.
      ...(options.isBundled === true ? { NODE_COMPILE_CACHE: COMPILE_CACHE, ...STEADY_HEAP } : {}),
      MODEL_MANAGER_STATE_DIR: options.stateDir,
      MODEL_MANAGER_SOCKET: options.socketPath,
      MODEL_MANAGER_GRPC_PORT: "0",
      MODEL_MANAGER_HTTP_PORT: "0",
      MODEL_MANAGER_WATCH_DEBOUNCE: String(options.settleSeconds ?? 0.2),
      MODEL_MANAGER_WATCH_INTERVAL: String(options.rescanSeconds ?? 1),
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test process that dies must not leave its daemon behind.
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  child.once("exit", () => process.off("exit", killWithUs));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const ready = new Promise<ReadyLine>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ready ")) resolve(JSON.parse(line.slice(6)) as ReadyLine);
    });
    child.once("exit", (code, signal) =>
      reject(new Error(`the daemon ended (${code ?? signal}) before it was ready:\n${log.slice(-4000)}`)),
    );
  });
  // Nobody may be waiting for it, when the end of the daemon is what a test is about.
  ready.catch(() => undefined);
  const exited = once(child, "exit");
  const closed = once(child, "close");
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await exited;
    }
  };
  return {
    ready,
    child,
    ended: closed.then(() => child.exitCode ?? child.signalCode),
    log: () => log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await exited;
      }
      return child.exitCode;
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

function withoutOwnVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) =>
        !name.startsWith("MODEL_MANAGER_") &&
        !name.startsWith("XDG_") &&
        name !== "STATE_DIRECTORY" &&
        name !== "RUNTIME_DIRECTORY" &&
        name !== "NOTIFY_SOCKET",
    ),
  );
}
