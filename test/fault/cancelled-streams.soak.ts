// Watches that are opened and cancelled thousands of times leave the daemon as it was.

import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import { residentMb } from "../bench/child.ts";
import { buildBundle } from "../support/build-bundle.ts";
import { startDaemon } from "../support/daemon-process.ts";
import { openModelClient } from "../support/model-client.ts";
import { soakCount } from "../support/soak.ts";
import { settleMemory } from "../support/steady-heap.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { waitFor } from "../support/wait-for.ts";

const CYCLES = soakCount(5_000);
const WARM_UP = 1_000;
const AT_ONCE = 4;
/** HTTP/2 itself ends a connection on which more than a thousand streams are reset in a short time. */
const PER_CONNECTION = 250;
const OWN_CONNECTION = { "grpc.use_local_subchannel_pool": 1 };
const GROWTH_MB = 8;
const ALPHA = fileURLToPath(new URL("../fixtures/artifacts/alpha", import.meta.url));
const temporary = useTempDirectory("cancelled");

test(`${CYCLES} watches that are opened and cancelled leave nothing behind`, { timeout: 600_000 }, async () => {
  buildBundle();
  const base = temporary();
  const daemon = await startDaemon({
    stateDir: join(base, "state"),
    socketPath: join(base, "d.sock"),
    register: [ALPHA],
    isBundled: true,
  });
  const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "soak" });
  try {
    const nobody = async (): Promise<boolean> => (await client.call("status", {})).clients === 0;
    const before = await settleMemory(daemon.ready.pid, () => openAndCancel(daemon.ready.grpc, WARM_UP));
    await openAndCancel(daemon.ready.grpc, CYCLES);
    await waitFor("nobody to watch", nobody);
    const growth = (await residentMb(daemon.ready.pid)) - before;
    process.stderr.write(`${CYCLES} watches opened and cancelled: RSS ${before.toFixed(0)} MB and ${growth.toFixed(1)} more\n`);
    const { items } = await client.call("client.list", {});
    expect(items.filter(({ watching }) => watching)).toEqual([]);
    expect(growth, "growth of RSS, MB").toBeLessThanOrEqual(GROWTH_MB);
  } finally {
    client.close();
    await daemon.stop();
  }
});

/** Some are cancelled when they are open, some after their first change, some in the middle of the snapshot with its models. */
async function openAndCancel(address: string, cycles: number): Promise<void> {
  let begun = 0;
  const workers = Array.from({ length: AT_ONCE }, async () => {
    let models = openModelClient(address, OWN_CONNECTION);
    for (let own = 1; begun < cycles; own += 1) {
      const n = (begun += 1);
      const watch = models.watch({ client_id: `client ${n % 50}`, include_payload: n % 3 === 0 });
      // Being cancelled is an error to the client's library.
      watch.on("error", () => undefined);
      await once(watch, n % 2 === 0 ? "metadata" : "data");
      watch.cancel();
      if (own % PER_CONNECTION !== 0) continue;
      models.close();
      models = openModelClient(address, OWN_CONNECTION);
    }
    models.close();
  });
  await Promise.all(workers);
}
