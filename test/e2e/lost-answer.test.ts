// A daemon that dies between the commit of a move and its answer, and comes back: the person who asked learns that it was made, once.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildBundle } from "../support/build-bundle.ts";
import { runCommand } from "../support/cli-host.ts";
import { startDaemon } from "../support/daemon-process.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const folder = useTempDirectory("lost");
const LINE = "strategy/lost";

test("promote ends with 0 when the daemon was killed after the commit and is back", async () => {
  buildBundle();
  const [stateDir, socketPath] = [join(folder(), "state"), join(folder(), "d.sock")];
  await writeFile(join(folder(), "notes.txt"), "any file is a strategy's model");
  // The second command that it answers is the promotion.
  await using first = await startDaemon({ stateDir, socketPath, env: { MODEL_MANAGER_FAILPOINTS: "command.before_reply=kill@2" } });
  const run = (args: readonly string[]) => runCommand(socketPath, args, { cwd: folder() });
  expect((await run(["register", LINE, "notes.txt", "--version", "v1"])).code).toBe(0);
  const asked = run(["promote", LINE, "v1", "--skip-gates", "--reason", "a drill", "--yes"]);
  expect(await first.ended).toBe("SIGKILL");
  await using second = await startDaemon({ stateDir, socketPath, isBundled: true });
  expect(await asked).toMatchObject({ code: 0, stdout: `${LINE}: nothing → v1 (promoted)\n` });
  expect((await asked).stderr).toContain("the history has the move: strategy/lost v1: promoted");
  const history = await run(["history", LINE, "--json"]);
  const { items } = JSON.parse(history.stdout) as { items: { action: string; request_id: string }[] };
  expect(items.map(({ action }) => action)).toEqual(["promoted", "registered"]);
  expect(await run(["outcome", items[0]?.request_id ?? ""])).toMatchObject({ code: 0 });
  expect(await second.stop()).toBe(0);
}, 90_000);
