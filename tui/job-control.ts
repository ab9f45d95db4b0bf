// Ctrl-z and fg: stops this program as a shell's job, and takes the terminal again when it goes on.

import { pause } from "./state/waiting.ts";

export interface JobControlOptions {
  /** Gives the terminal back, does the work, takes it again and draws everything anew. */
  readonly handOver: (work: () => Promise<void>) => Promise<void>;
}

export interface JobControl extends Disposable {
  /** Stops the job; it goes on with SIGCONT. Without a shell that could continue it, nothing stops and the screen comes back. */
  stop(): void;
}

/** A job that has not been stopped after so long cannot be: no shell is there. */
const STOP_MS = 200;

/** Takes over SIGTSTP and SIGCONT until disposed. */
export function openJobControl({ handOver }: JobControlOptions): JobControl {
  let isAway = false;
  let wake: AbortController | undefined;
  const away = (work: () => Promise<void>): void => {
    if (isAway) return;
    isAway = true;
    void handOver(work).finally(() => {
      isAway = false;
    });
  };
  const stop = (): void =>
    away(async () => {
      wake = new AbortController();
      // Without a listener the signal does what it does by itself. The whole job stops: the shell waits for what started us, too.
      process.off("SIGTSTP", stop);
      process.kill(0, "SIGTSTP");
      await pause(STOP_MS, wake.signal);
      process.on("SIGTSTP", stop);
    });
  const onContinue = (): void => {
    // A job that was stopped without asking us: whoever had the terminal meanwhile has left it in modes of its own.
    if (isAway) wake?.abort();
    else away(() => Promise.resolve());
  };
  process.on("SIGTSTP", stop);
  process.on("SIGCONT", onContinue);
  return {
    stop,
    [Symbol.dispose]: () => {
      process.off("SIGTSTP", stop);
      process.off("SIGCONT", onContinue);
    },
  };
}
