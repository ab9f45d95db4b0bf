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
