// A program that takes the lock of a state directory, says so, and stays until it is killed: `node hold-lock.ts DIRECTORY`.

import { lockStateDirectory } from "../../../daemon/storage/state-lock.ts";

const [directory = ""] = process.argv.slice(2);
try {
  await using lock = lockStateDirectory(directory);
  process.stdout.write("locked\n");
  await new Promise((resolve) => process.stdin.once("end", resolve).resume());
  // Named here, so that the lock lives until the input ends.
  void lock;
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.name : "unknown"}\n`);
}
