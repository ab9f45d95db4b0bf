// Ends the process on the spot, whatever its threads are doing (_exit(2) of libc).

import koffi from "koffi";

/**
 * Unlike `process.exit` it waits for nothing: not for a thread that the disk holds in a call, and not for the destructors of native libraries,
 * which can wait for each other for ever. Nothing buffered is written any more. Where libc cannot be called it is `process.exit`.
 */
export function endNow(code: number): never {
  callLibc(code);
  return process.exit(code);
}

function callLibc(code: number): void {
  try {
    koffi.load(null).func("void _exit(int status)")(code);
  } catch (error) {
    process.stderr.write(`libc cannot be called: ${String(error)}\n`);
  }
}
