// The end of a process that can no longer tell what is on its disk: the next start reads it anew.

import { endNow } from "./end-now.ts";
import type { Logger } from "./logger.ts";

/** EX_IOERR of sysexits.h: an error of the disk. systemd starts the daemon again, as after any failure. */
export const RECOVERY_EXIT = 74;

/**
 * Ends the process on the spot, so that nothing is acknowledged any more: after a failed fsync the kernel may have dropped what it could not
 * write and call it clean, so trying again proves nothing.
 */
export function createEndForRecovery(log: Pick<Logger, "fatal" | "flush">, exit: (code: number) => void = endNow): (cause: Error) => void {
  return (cause) => {
    log.fatal(
      { err: cause, exit_code: RECOVERY_EXIT },
      "what was written may not be on the disk; the daemon ends, to recover at its next start",
    );
    log.flush();
    exit(RECOVERY_EXIT);
  };
}
