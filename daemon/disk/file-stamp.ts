// One look at one file: its stamp, its absence, or why neither can be told.

import type { FileKind } from "../../shared/domain/artifact-kinds.ts";
import type { FileStamp } from "../app/ports.ts";
import { errorCode, failureReason, isAbsence, type FsCalls } from "./fs-calls.ts";

/** What a look at a path gave. `unknown`: the file system did not say, so the file counts as it was before. */
export type FileLook =
  | { readonly state: "file"; readonly stamp: FileStamp }
  | { readonly state: "absent" }
  | { readonly state: "looping" }
  | { readonly state: "unknown"; readonly reason: string };

/**
 * True when `root/path` is still as the stamp says, to within the rounding of numbers: a quarter of a microsecond in its times. Who writes to a
 * file, or puts another in its place, sets a new change time, and cannot do it so soon after the last one. For listings; a group that is about to
 * be shown is looked at exactly. Never throws.
 */
export function isStill(fs: FsCalls, root: string, { path, size, mtimeNs, stamp }: FileStamp): boolean {
  try {
    const stat = fs.roundedStat(`${root}/${path}`);
    if (stat === undefined || stat.size !== size || stat.mtimeMs !== asMs(mtimeNs) || !stat.isFile()) return false;
    return stat.ctimeMs === asMs(stamp.slice(stamp.lastIndexOf(":") + 1)) && stat.ino === Number(stamp.slice(0, stamp.indexOf(":")));
  } catch {
    return false; // The look that follows says why.
  }
}

/** Nanoseconds as the milliseconds that Node makes of them. */
function asMs(nanoseconds: string): number {
  return Number(nanoseconds.slice(0, -9)) * 1000 + Number(nanoseconds.slice(-9)) / 1e6;
}

const ABSENT: FileLook = { state: "absent" };
const LOOPING: FileLook = { state: "looping" };

/**
 * Looks at `root/path`; a symbolic link counts as the file it leads to. The stamp is `ino:size:mtimeNs:ctimeNs`.
 * Anything but a regular file is absent. Never throws.
 */
export function lookAtFile(fs: FsCalls, root: string, path: string, kind: FileKind): FileLook {
  try {
    const stat = fs.stat(`${root}/${path}`);
    if (stat === undefined || !stat.isFile()) return ABSENT;
    const { ino, size, mtimeNs, ctimeNs } = stat;
    return {
      state: "file",
      stamp: { path, kind, size: Number(size), mtimeNs: String(mtimeNs), stamp: `${ino}:${size}:${mtimeNs}:${ctimeNs}` },
    };
  } catch (error) {
    if (isAbsence(error)) return ABSENT;
    return errorCode(error) === "ELOOP" ? LOOPING : { state: "unknown", reason: failureReason(error) };
  }
}
