// Whether a daemon is there at all.

import { connectDaemon } from "./connect.ts";
import { DaemonGone } from "./daemon-client.ts";

/** True when a daemon answers on one of the paths, false when nobody listens. Rejects when somebody does but will not talk to us. */
export async function isDaemonAnswering(socketPaths: readonly string[], clientName: string): Promise<boolean> {
  try {
    const client = await connectDaemon({ socketPaths, clientName });
    client.close();
    return true;
  } catch (error) {
    if (error instanceof DaemonGone && error.kind === "absent") return false;
    throw error;
  }
}
