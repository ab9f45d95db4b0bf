// One line on the terminal that follows a scan; nothing where nobody looks.

import type { DaemonClient } from "../client/daemon-client.ts";
import { cutCells } from "../format/cell-width.ts";
import type { CliContext } from "./context.ts";

const ERASE_LINE = "\r\u001b[K";

/** Waits until a source's scan is over. On a terminal a line on stderr tells how far it is, and is gone afterwards. */
export async function followScan(context: CliContext, client: DaemonClient, name: string): Promise<void> {
  const { stderr } = context.host;
  let isShown = false;
  try {
    for await (const { state, done, total } of client.stream("source.progress", { name }, context.signal)) {
      if (!stderr.isTerminal || state === "idle") continue;
      const count = total > 0 ? ` ${done}/${total}` : "";
      isShown = true;
      await stderr.write(ERASE_LINE + cutCells(`${name}: ${state}${count}`, (stderr.columns ?? 80) - 1));
    }
  } finally {
    if (isShown) await stderr.write(ERASE_LINE);
  }
}
