// The way from the command line to the terminal UI, which is loaded only now.

import type { Clock } from "../../shared/lib/clock.ts";
import { connectDaemon } from "../client/connect.ts";

/** What the UI is opened with. */
export interface UiRequest {
  readonly socketPaths: readonly string[];
  /** Directories to register once connected, each named after its folder. */
  readonly registerPaths?: readonly string[];
  /** Demo models, for the offer on an empty catalog. */
  readonly demoPath?: string | undefined;
  /** ASCII only. */
  readonly isPlain?: boolean;
}

const systemClock: Clock = {
  nowMicros: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  monotonicMs: () => performance.now(),
};

/** Runs the UI on this process's terminal until it is left; returns the exit code. It takes the signals and the streams for itself. */
export async function openUi(request: UiRequest): Promise<number> {
  const { runUi } = await import("../run-ui.tsx");
  const { socketPaths, registerPaths = [], demoPath, isPlain = false } = request;
  return runUi({
    connect: () => connectDaemon({ socketPaths, clientName: "model-manager (terminal)" }),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    clock: systemClock,
    initial: {
      registerPaths,
      target: socketPaths.join(" or "),
      ...(demoPath === undefined ? {} : { demoPath }),
      ...(isPlain ? { charset: "ascii" } : {}),
    },
  });
}
