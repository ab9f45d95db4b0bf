// What can go wrong below the stores, with the disk or a database, told apart by what a person or the daemon can do about it.

import { AppError } from "../../shared/contract/errors.ts";

/**
 * full: no room; io: the disk failed, nothing was changed; not_durable: what was written may be lost, and the process is about to end.
 * away: the database takes and answers nothing now; read_only: another daemon has it; in_doubt: it went away in the moment of a commit.
 */
export type DiskFault = "full" | "io" | "not_durable" | "away" | "read_only" | "in_doubt";

const REFUSALS: Readonly<Record<DiskFault, string>> = {
  full: "the disk of the state directory is full, and nothing was changed; free some space, then try again",
  io: "the disk of the state directory reports an error, and nothing was changed; check the disk, then try again",
  not_durable: "the disk did not keep what was written; the daemon ends and recovers at its next start, look there what became of it",
  away: "the database of the catalog is away, and nothing was changed; try again when it is back",
  read_only:
    "another daemon has taken the database of the catalog, so this one changes nothing; stop one of the two, then restart this one",
  in_doubt: "the database went away while this was written; the history shows whether it was done, as soon as the database is back",
};

const KNOWN: ReadonlySet<unknown> = new Set(Object.keys(REFUSALS));

/** The fault that an error of the catalog's store (its `kind`) or of the object store (its `fault`) tells of, also as a refusal's cause. */
export function diskFaultOf(error: unknown): DiskFault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof AppError) return diskFaultOf(error.cause);
  const fault: unknown = "kind" in error ? error.kind : "fault" in error ? error.fault : undefined;
  return isDiskFault(fault) ? fault : undefined;
}

function isDiskFault(fault: unknown): fault is DiskFault {
  return KNOWN.has(fault);
}

/** A fault of the stores as a refusal (`unavailable`) that says what to do; any other error as it is. */
export function toRefusal(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const fault = diskFaultOf(error);
  return fault === undefined ? error : new AppError("unavailable", REFUSALS[fault], { cause: error });
}
