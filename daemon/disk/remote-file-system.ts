// Tells file systems whose files may change without an event on this machine.

import type { FsCalls } from "./fs-calls.ts";

/** Their numbers in `statfs`, from the kernel's magic.h and the sources of those that are not in it. */
const REMOTE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB 2"],
  [0x65735546, "FUSE, which virtiofs and sshfs are too"],
  [0x01021997, "9P"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "kAFS"],
  [0x73757245, "Coda"],
  [0x0bd00bd0, "Lustre"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "VirtualBox shared folders"],
]);

/** True when the directory lies on such a file system; false also when that cannot be learnt. */
export function isRemote(fs: FsCalls, directory: string): boolean {
  try {
    return REMOTE_TYPES.has(fs.fileSystemType(directory));
  } catch {
    return false; // The listing says what is wrong with it.
  }
}
