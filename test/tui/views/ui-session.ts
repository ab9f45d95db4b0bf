// The whole UI in a test: real Ink, fake terminal, fake daemon, a clock that the test turns.

import type { Clock } from "../../../shared/lib/clock.ts";
import { runUi, type RunUiOptions } from "../../../tui/run-ui.tsx";
import { createFakeDaemon, type FakeDaemon } from "./fake-daemon.ts";
import { createFakeTerminal, until, type FakeTerminal } from "./fake-terminal.ts";

/** Time that stands still until it is moved. */
export class FakeClock implements Clock {
  #ms = 1_000_000;
  nowMicros(): bigint {
    return 1_767_605_400_000_000n + BigInt(this.#ms) * 1000n;
  }
  monotonicMs(): number {
    return this.#ms;
  }
  advance(ms: number): void {
    this.#ms += ms;
  }
}

export interface UiSession extends AsyncDisposable {
  readonly terminal: FakeTerminal;
  readonly daemon: FakeDaemon;
  readonly clock: FakeClock;
  readonly exit: Promise<number>;
  /** Waits until the screen shows a text. */
  shows(text: string | RegExp): Promise<void>;
  /** Waits until it no longer does. */
  hides(text: string): Promise<void>;
  /** Types, and lets the UI answer. */
  type(text: string): Promise<void>;
}

export interface UiSessionOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly daemon?: FakeDaemon;
  readonly env?: Record<string, string | undefined>;
  readonly initial?: RunUiOptions["initial"];
}

// Read by chalk when Ink is first loaded, which runUi does late: the tests see the colours that a terminal would.
process.env["FORCE_COLOR"] ??= "2";

const UTF8_TERMINAL = { LANG: "en_GB.UTF-8", TERM: "xterm-256color" };

/** Starts the UI; disposing quits it. */
export function openUi(options: UiSessionOptions = {}): UiSession {
  const terminal = createFakeTerminal(options.columns ?? 80, options.rows ?? 24);
  const daemon = options.daemon ?? createFakeDaemon();
  const clock = new FakeClock();
  const exit = runUi({
    connect: daemon.connect,
    env: options.env ?? { ...UTF8_TERMINAL },
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    clock,
    ...(options.initial === undefined ? {} : { initial: options.initial }),
  });
  const matches = (text: string | RegExp): boolean =>
    typeof text === "string" ? terminal.screen().includes(text) : text.test(terminal.screen());
  return {
    terminal,
    daemon,
    clock,
    exit,
    shows: (text) =>
      until(
        () => `the screen shows ${String(text)}:\n${terminal.screen()}`,
        () => matches(text),
      ),
    hides: (text) =>
      until(
        () => `the screen no longer shows ${text}:\n${terminal.screen()}`,
        () => !matches(text),
      ),
    type: async (text) => {
      terminal.type(text);
      // A frame at 60 a second, and a lone ESC's wait.
      await new Promise((resolve) => setTimeout(resolve, 60));
    },
    [Symbol.asyncDispose]: async () => {
      terminal.type("\u0003");
      await exit;
    },
  };
}
