// The terminal UI from start to end: takes the terminal, shows the catalog, gives the terminal back whatever happens.

import type { EventEmitter } from "node:events";
import type { Clock } from "../shared/lib/clock.ts";
import type { DaemonClient } from "./client/daemon-client.ts";
import { chooseCharset } from "./format/charset.ts";
import { openFrameGate } from "./frame-gate.ts";
import { openJobControl } from "./job-control.ts";
import { escapeHoldMs, openKeyInput, type InputStream, type KeyInput } from "./keys/key-input.ts";
import type { Effect } from "./state/action.ts";
import { createEffects } from "./state/effects.ts";
import { initialModel } from "./state/model.ts";
import { createStore, type Store } from "./state/store.ts";
import { TerminalOutput, type Terminal } from "./terminal-output.ts";
import type { HandOver } from "./views/app.tsx";

export interface RunUiOptions {
  /** Connects to the daemon; called again after each break. Rejects with words on what was tried and what to do. */
  readonly connect: () => Promise<DaemonClient>;
  /** The process's environment; NO_COLOR is taken out of it, for Ink's colours would ignore it. */
  readonly env: Record<string, string | undefined>;
  readonly stdin: NodeJS.ReadableStream & InputStream;
  readonly stdout: Terminal;
  readonly clock: Clock;
  /** Neither colours nor anything beyond ASCII. */
  readonly isPlain?: boolean;
  readonly initial?: {
    /** Directories to register once connected, unless they are already. */
    readonly registerPaths?: readonly string[];
    /** The demo models; without it they are not offered. */
    readonly demoPath?: string;
    /** Where the daemon is sought, for the first screen. */
    readonly target?: string;
  };
}

/** Exit codes of signals, as a shell counts them. */
const SIGNALS = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130, SIGQUIT: 131 } as const;
const HANGUP = 129;
/** How long a terminal that takes nothing more may hold up the end, in milliseconds. */
const LAST_WRITE_MS = 1000;

/**
 * Shows the terminal UI until the user quits, a signal arrives or the terminal is gone. Resolves to the exit code (0 after `q`, 130 after ctrl-c,
 * 143, 129, 130 and 131 after SIGTERM, SIGHUP, SIGINT and SIGQUIT). Rejects when the UI itself fails. The terminal is restored before either.
 */
export async function runUi(options: RunUiOptions): Promise<number> {
  const { env, stdin, stdout, clock, isPlain = false } = options;
  settleColours(env, isPlain);
  // Only now: chalk, below Ink, looks at the environment when it is loaded.
  const [{ render }, { App }] = await Promise.all([import("ink"), import("./views/app.tsx")]);

  const ending = Promise.withResolvers<number>();
  const outside: Outside = { run: () => undefined, handOver: () => Promise.resolve() };
  const charset = isPlain ? "ascii" : chooseCharset(env);
  const store = createStore(initialModel({ columns: stdout.columns, rows: stdout.rows, charset, ...options.initial }), (effect) =>
    outside.run(effect),
  );
  using output = new TerminalOutput(stdout);
  using _ends = onProcessEnd(stdout, output, ending);
  using jobs = openJobControl({ handOver: (work) => outside.handOver(work) });
  await using effects = createEffects({
    connect: options.connect,
    clock,
    dispatch: store.dispatch,
    onExit: ending.resolve,
    onSuspend: jobs.stop,
  });
  outside.run = effects.run;
  using input = openInput(store, stdin, clock, env, () => ending.resolve(HANGUP));
  using _resize = onResize(store, stdout);
  using gate = openFrameGate(store, output);

  output.write(TAKE);
  const onReady = (suspend: HandOver): void => {
    outside.handOver = (work) => suspend(() => whileAway(output, input, work));
  };
  const screen = render(<App store={gate} onReady={onReady} />, { ...INK_OPTIONS, stdin, stdout: output });
  screen.waitUntilExit().then(() => ending.resolve(0), ending.reject);
  effects.start();
  try {
    return await ending.promise;
  } finally {
    outside.handOver = () => Promise.resolve();
    screen.unmount();
    output.write(LEAVE);
    await output.settle(LAST_WRITE_MS);
  }
}

/** What exists only after the store does. */
interface Outside {
  run: (effect: Effect) => void;
  handOver: HandOver;
}

const INK_OPTIONS = {
  alternateScreen: true,
  incrementalRendering: true,
  maxFps: 60,
  exitOnCtrlC: false,
  patchConsole: false,
  interactive: true,
} as const;

/** Bracketed paste on; frames begin at the left edge, wherever the cursor was left. */
const TAKE = "\u001b[?2004h\r";
const LEAVE = "\u001b[?2004l";

/** NO_COLOR (any value but the empty one) switches colours off; Node warns when it stands beside FORCE_COLOR, so it goes. */
function settleColours(env: Record<string, string | undefined>, isPlain: boolean): void {
  const isUnwanted = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  if (!isUnwanted && !isPlain) return;
  delete env["NO_COLOR"];
  env["FORCE_COLOR"] = "0";
}

function openInput(store: Store, stdin: InputStream, clock: Clock, env: RunUiOptions["env"], onEnd: () => void): KeyInput {
  return openKeyInput({
    stdin,
    holdMs: escapeHoldMs(env),
    onEnd,
    onKeys: (keys) => {
      const atMs = clock.monotonicMs();
      store.dispatch(...keys.map((key) => ({ type: "key" as const, key, atMs })));
    },
  });
}

function onResize(store: Store, stdout: Terminal): Disposable {
  const resized = (): void => store.dispatch({ type: "resized", columns: stdout.columns, rows: stdout.rows });
  stdout.on("resize", resized);
  return { [Symbol.dispose]: () => void stdout.off("resize", resized) };
}

/** The rest of giving the terminal back, beside what Ink does: raw mode and paste mode off, and on again afterwards. */
async function whileAway(output: TerminalOutput, input: KeyInput, work: () => Promise<void>): Promise<void> {
  output.write(LEAVE);
  await output.settle(LAST_WRITE_MS);
  input.pause();
  await work();
  input.resume();
  output.write(TAKE);
  // The terminal may have got another size, and told only who had it then.
  process.emit("SIGWINCH", "SIGWINCH");
}

/** Signals, a terminal that is gone, and errors nobody caught: all end the UI in order. */
function onProcessEnd(stdout: Terminal, output: TerminalOutput, ending: PromiseWithResolvers<number>): Disposable {
  const stack = new DisposableStack();
  const listen = <A extends readonly unknown[]>(target: EventEmitter, event: string, listener: (...args: A) => void): void => {
    target.on(event, listener);
    stack.defer(() => void target.off(event, listener));
  };
  for (const [signal, code] of Object.entries(SIGNALS)) listen(process, signal, () => ending.resolve(code));
  for (const event of ["uncaughtException", "unhandledRejection"]) listen(process, event, ending.reject);
  // However the process ends: Ink restores the rest on exit by itself.
  listen(process, "exit", () => {
    output.write(LEAVE);
    output.flush();
  });
  // Stays on: a broken pipe is reported again when the screen is given back.
  stdout.on("error", () => ending.resolve(HANGUP));
  return stack;
}
