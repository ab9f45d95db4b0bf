// What can go wrong with the disk below the stores, told apart by what a person or the daemon can do about it.

import { AppError } from "../../shared/contract/errors.ts";

/** full: no room; io: the disk failed, nothing was changed; not_durable: what was written may be lost, and the process is about to end. */
export type DiskFault = "full" | "io" | "not_durable";

const REFUSALS: Readonly<Record<DiskFault, string>> = {
  full: "the disk of the state directory is full, and nothing was changed; free some space, then try again",
  io: "the disk of the state directory reports an error, and nothing was changed; check the disk, then try again",
  not_durable: "the disk did not keep what was written; the daemon ends and recovers at its next start, look there what became of it",
};

/** The fault that an error of the catalog's store (its `kind`) or of the object store (its `fault`) tells of, also as a refusal's cause. */
export function diskFaultOf(error: unknown): DiskFault | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof AppError) return diskFaultOf(error.cause);
  const fault: unknown = "kind" in error ? error.kind : "fault" in error ? error.fault : undefined;
  return fault === "full" || fault === "io" || fault === "not_durable" ? fault : undefined;
}

/** A fault of the stores as a refusal (`unavailable`) that says what to do; any other error as it is. */
export function toRefusal(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const fault = diskFaultOf(error);
  return fault === undefined ? error : new AppError("unavailable", REFUSALS[fault], { cause: error });
}
