// Looks at a source's root as a whole: a root that is away is not an emptied one.

import { failureReason, isAbsence, type FsCalls } from "./fs-calls.ts";

/** The root as it is now. `fault`: what is wrong in words, without a path; empty = nothing. `device`: where it is, as far as that is known. */
export interface RootLook {
  readonly fault: string;
  readonly device: string;
}

/**
 * Looks at the root. `expectedDevice`: device on which it held files; an empty directory on another one is the mount point
 * of something that is not mounted. Never throws.
 */
export function checkRoot(fs: FsCalls, root: string, expectedDevice: string | null): RootLook {
  try {
    const stat = fs.stat(root);
    if (stat === undefined) return { fault: "root directory is missing; the live versions stay served until it returns", device: "" };
    if (!stat.isDirectory())
      return { fault: "root path is not a directory; the live versions stay served until it is one again", device: "" };
    const device = String(stat.dev);
    if (fs.isEmpty(root) && expectedDevice !== null && expectedDevice !== device) {
      return {
        fault: "root directory is empty and on another device than before; mount its file system again, or remove the source",
        device: "",
      };
    }
    return { fault: "", device };
  } catch (error) {
    if (isAbsence(error)) return { fault: "root directory is missing; the live versions stay served until it returns", device: "" };
    return { fault: `root directory cannot be read: ${failureReason(error)}`, device: "" };
  }
}

/** True when every folder above the path can be read as far as it exists: a file that is not seen there is not there. */
export function isPlainlyAbsent(fs: FsCalls, root: string, path: string): boolean {
  for (let end = path.lastIndexOf("/"); end !== -1; end = path.lastIndexOf("/", end - 1)) {
    try {
      fs.isEmpty(`${root}/${path.slice(0, end)}`);
      return true;
    } catch (error) {
      if (!isAbsence(error)) return false;
    }
    if (end === 0) break;
  }
  return true;
}
