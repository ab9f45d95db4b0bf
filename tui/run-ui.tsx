// The terminal UI from start to end: takes the terminal, shows the catalog, gives the terminal back whatever happens.

import type { EventEmitter } from "node:events";
import type { Clock } from "../shared/lib/clock.ts";
import type { DaemonClient } from "./client/daemon-client.ts";
import { chooseCharset, type Charset } from "./format/charset.ts";
import { escapeHoldMs, openKeyInput, type InputStream } from "./keys/key-input.ts";
import type { Effect } from "./state/action.ts";
import { createEffects } from "./state/effects.ts";
import { initialModel } from "./state/model.ts";
import { createStore, type Store } from "./state/store.ts";
import { pause } from "./state/waiting.ts";

/** What is needed of the terminal's output: `process.stdout` on a TTY. */
export type Terminal = NodeJS.WritableStream & { readonly columns: number; readonly rows: number };

export interface RunUiOptions {
  /** Connects to the daemon; called again after each break. Rejects with words on what was tried and what to do. */
  readonly connect: () => Promise<DaemonClient>;
  /** The process's environment; NO_COLOR is taken out of it, for Ink's colours would ignore it. */
  readonly env: Record<string, string | undefined>;
  readonly stdin: NodeJS.ReadableStream & InputStream;
  readonly stdout: Terminal;
  readonly clock: Clock;
  readonly initial?: {
    /** Directories to register once connected, unless they are already. */
    readonly registerPaths?: readonly string[];
    /** The demo models; without it they are not offered. */
    readonly demoPath?: string;
    /** Where the daemon is sought, for the first screen. */
    readonly target?: string;
    readonly charset?: Charset;
  };
}

/** Exit codes of signals, as a shell counts them. */
const SIGNALS = { SIGTERM: 143, SIGHUP: 129, SIGINT: 130 } as const;
const HANGUP = 129;
/** How long a terminal that takes nothing more may hold up the end, in milliseconds. */
const LAST_WRITE_MS = 1000;

/**
 * Shows the terminal UI until the user quits, a signal arrives or the terminal is gone. Resolves to the exit code (0 after `q`, 130 after ctrl-c,
 * 143, 129 and 130 after SIGTERM, SIGHUP and SIGINT). Rejects when the UI itself fails. The terminal is restored before either.
 */
export async function runUi(options: RunUiOptions): Promise<number> {
  const { env, stdin, stdout, clock } = options;
  settleColours(env);
  // Only now: chalk, below Ink, looks at the environment when it is loaded.
  const [{ render }, { App }] = await Promise.all([import("ink"), import("./views/app.tsx")]);

  const ending = Promise.withResolvers<number>();
  let run: (effect: Effect) => void = () => undefined;
  const store = createStore(
    initialModel({ columns: stdout.columns, rows: stdout.rows, charset: chooseCharset(env), ...options.initial }),
    (effect) => run(effect),
  );
  await using effects = createEffects({ connect: options.connect, clock, dispatch: store.dispatch, onExit: ending.resolve });
  run = effects.run;
  using _input = openInput(store, stdin, clock, env, () => ending.resolve(HANGUP));
  using _resize = onResize(store, stdout);
  using _signals = onProcessEnd(stdout, ending);

  const screen = render(<App store={store} />, {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 60,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
  });
  screen.waitUntilExit().then(() => ending.resolve(0), ending.reject);
  effects.start();
  try {
    return await ending.promise;
  } finally {
    screen.unmount();
    await written(stdout, PASTE_OFF);
  }
}

/** Resolves when all that was written before has reached the terminal, or it is clear that it never will. */
async function written(stdout: Terminal, text: string): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([new Promise<void>((resolve) => stdout.write(text, () => resolve())), pause(LAST_WRITE_MS, timeout.signal)]);
  timeout.abort();
}

const PASTE_ON = "\u001b[?2004h";
const PASTE_OFF = "\u001b[?2004l";

/** NO_COLOR (any value but the empty one) switches colours off; Node warns when it stands beside FORCE_COLOR, so it goes. */
function settleColours(env: Record<string, string | undefined>): void {
  if (env["NO_COLOR"] === undefined || env["NO_COLOR"] === "") return;
  delete env["NO_COLOR"];
  env["FORCE_COLOR"] = "0";
}

function openInput(store: Store, stdin: InputStream, clock: Clock, env: RunUiOptions["env"], onEnd: () => void): Disposable {
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
  stdout.write(PASTE_ON);
  return { [Symbol.dispose]: () => void stdout.off("resize", resized) };
}

/** Signals, a terminal that is gone, and errors nobody caught: all end the UI in order. */
function onProcessEnd(stdout: Terminal, ending: PromiseWithResolvers<number>): Disposable {
  const stack = new DisposableStack();
  const listen = <A extends readonly unknown[]>(target: EventEmitter, event: string, listener: (...args: A) => void): void => {
    target.on(event, listener);
    stack.defer(() => void target.off(event, listener));
  };
  for (const [signal, code] of Object.entries(SIGNALS)) listen(process, signal, () => ending.resolve(code));
  for (const event of ["uncaughtException", "unhandledRejection"]) listen(process, event, ending.reject);
  // However the process ends: Ink restores the rest on exit by itself.
  listen(process, "exit", () => stdout.write(PASTE_OFF));
  // Stays on: a broken pipe is reported again when the screen is given back.
  stdout.on("error", () => ending.resolve(HANGUP));
  return stack;
}
