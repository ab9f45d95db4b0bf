// Who is at the other end of a Unix socket, as the kernel knows it (SO_PEERCRED, SO_PEERGROUPS through libc).

import type { Socket } from "node:net";
import koffi from "koffi";

/** The user that connected. */
export interface PeerCredentials {
  readonly uid: number;
  readonly pid: number;
  /** The primary group and the others. */
  readonly groups: ReadonlySet<number>;
}

/** Reads the peer of an accepted socket; undefined when the kernel does not say. */
export type ReadPeer = (socket: Socket) => PeerCredentials | undefined;

// linux/include/uapi/asm-generic/socket.h; the same on x86-64 and arm64.
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_PEERGROUPS = 59;
/** struct ucred: pid, uid, gid, 32 bits each. */
const UCRED_BYTES = 12;
/** NGROUPS_MAX of Linux is 65536; a peer with more groups than fit here is known by its primary group only. */
const GROUP_BYTES = 65_536 * 4;

/** A reader for this system. Returns the reason when credentials cannot be read here at all (not Linux, no libc to call). */
export function openPeerReader(): { readonly read: ReadPeer } | { readonly reason: string } {
  if (process.platform !== "linux")
    return { reason: `the kernel's word on the peer of a socket is read on Linux only, this is ${process.platform}` };
  let getsockopt: (descriptor: number, level: number, name: number, value: Buffer, length: [number]) => unknown;
  try {
    getsockopt = koffi
      .load("libc.so.6")
      .func("int getsockopt(int descriptor, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)");
  } catch (error) {
    return { reason: `libc cannot be called: ${error instanceof Error ? error.message : String(error)}` };
  }
  // One place for all answers: each is read before the next question, and a crowd that connects costs no memory.
  const value = Buffer.alloc(GROUP_BYTES);
  const option = (descriptor: number, name: number, bytes: number): Buffer | undefined => {
    const length: [number] = [bytes];
    return getsockopt(descriptor, SOL_SOCKET, name, value, length) === 0 ? value.subarray(0, length[0]) : undefined;
  };
  return {
    read(socket) {
      const descriptor = descriptorOf(socket);
      if (descriptor === undefined) return undefined;
      const ucred = option(descriptor, SO_PEERCRED, UCRED_BYTES);
      if (ucred === undefined || ucred.length < UCRED_BYTES) return undefined;
      const [pid, uid] = [ucred.readInt32LE(0), ucred.readUInt32LE(4)];
      const groups = new Set([ucred.readUInt32LE(8)]);
      const others = option(descriptor, SO_PEERGROUPS, GROUP_BYTES) ?? Buffer.alloc(0);
      for (let at = 0; at + 4 <= others.length; at += 4) groups.add(others.readUInt32LE(at));
      return { pid, uid, groups };
    },
  };
}

/** Node has no public way to a socket's descriptor; its handle carries it on every Unix. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null) return undefined;
  const descriptor: unknown = Reflect.get(handle, "fd");
  return typeof descriptor === "number" && descriptor >= 0 ? descriptor : undefined;
}
