// The way from the command line to the terminal UI, which is loaded only now.

import path from "node:path";
import type { Clock } from "../../shared/lib/clock.ts";
import { UsageError } from "./exit-codes.ts";

/** What the UI is opened with. */
export interface UiRequest {
  readonly socketPaths: readonly string[];
  /** Directories to register once connected, each named after its folder. */
  readonly registerPaths?: readonly string[];
  /** Demo models, for the offer on an empty catalog. */
  readonly demoPath?: string | undefined;
  /** Neither colours nor anything beyond ASCII. */
  readonly isPlain?: boolean;
}

const systemClock: Clock = {
  nowMicros: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
  monotonicMs: () => performance.now(),
};

/** A fault of the UI in one line, with the place in the program that whoever mends it needs. */
function faultOf(error: unknown): Error {
  const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
  const place = /(\S+:\d+:\d+)\)?$/m.exec(stack)?.[1];
  const where = place === undefined ? "" : ` (${path.basename(place)})`;
  return new Error(`the terminal UI failed: ${message}${where}; the daemon is not touched, start the UI again`, { cause: error });
}

/**
 * Runs the UI on this process's terminal until it is left; returns the exit code. It takes the signals and the streams for itself.
 * Rejects with UsageError on a terminal that cannot show it, and when the UI itself fails.
 */
export async function openUi(request: UiRequest): Promise<number> {
  if (process.env["TERM"] === "dumb")
    throw new UsageError(
      "this terminal (TERM=dumb) cannot place the cursor, so it cannot show the UI; model-manager help lists the commands",
    );
  const { runUi } = await import("../run-ui.tsx");
  const { socketPaths, registerPaths = [], demoPath, isPlain = false } = request;
  const ending = runUi({
    // Loaded after the first frame, which does not wait for the network.
    connect: async () => {
      const { connectDaemon } = await import("../client/connect.ts");
      return connectDaemon({ socketPaths, clientName: "model-manager (terminal)" });
    },
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    clock: systemClock,
    isPlain,
    initial: {
      registerPaths,
      target: socketPaths.join(" or "),
      ...(demoPath === undefined ? {} : { demoPath }),
    },
  });
  return ending.catch((error: unknown) => {
    throw faultOf(error);
  });
}
