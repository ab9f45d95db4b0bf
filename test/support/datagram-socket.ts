// A datagram socket as systemd has one for notifications; Node itself cannot make it.

import koffi from "koffi";
import type { Requirement } from "./requirements.ts";

/** The library that tells systemd. */
export function libsystemd(): Requirement {
  const need = { name: "libsystemd", command: "" };
  try {
    koffi.load("libsystemd.so.0");
    return { ...need, available: true, reason: "" };
  } catch (error) {
    return { ...need, available: false, reason: String(error) };
  }
}

/** Binds a datagram socket, as systemd does; Node itself cannot. Returns a function that takes what has arrived. */
export function openDatagrams(path: string): { take(): string[]; close(): void } {
  const libc = koffi.load("libc.so.6");
  const socket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number;
  const bind = libc.func("int bind(int, const uint8_t *, uint32_t)") as (descriptor: number, address: Buffer, length: number) => number;
  const recv = libc.func("intptr_t recv(int, _Out_ uint8_t *, uintptr_t, int)") as (
    descriptor: number,
    bytes: Buffer,
    length: number,
    flags: number,
  ) => number;
  const close = libc.func("int close(int)") as (descriptor: number) => number;
  // AF_UNIX 1, SOCK_DGRAM 2; struct sockaddr_un: 16 bits of family, then the path.
  const descriptor = socket(1, 2, 0);
  const address = Buffer.concat([Buffer.from([1, 0]), Buffer.from(path), Buffer.from([0])]);
  if (bind(descriptor, address, address.length) !== 0) throw new Error(`cannot bind ${path}`);
  const bytes = Buffer.alloc(4096);
  return {
    take() {
      const texts: string[] = [];
      for (;;) {
        // MSG_DONTWAIT 0x40
        const length = recv(descriptor, bytes, bytes.length, 0x40);
        if (length <= 0) return texts;
        texts.push(bytes.toString("utf8", 0, length));
      }
    },
    close: () => void close(descriptor),
  };
}
