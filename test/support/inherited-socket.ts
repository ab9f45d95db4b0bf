// A listening socket that this process does not accept on, to be handed to a child as systemd hands one to a service.

import koffi from "koffi";

/** Listens on a free port of 127.0.0.1. Closing it ends it unless a child holds it, too. */
export function openInheritedSocket(): { readonly descriptor: number; readonly port: number; close(): void } {
  const libc = koffi.load("libc.so.6");
  const socket = libc.func("int socket(int, int, int)") as (domain: number, type: number, protocol: number) => number;
  const bind = libc.func("int bind(int, const uint8_t *, uint32_t)") as (descriptor: number, address: Buffer, length: number) => number;
  const listen = libc.func("int listen(int, int)") as (descriptor: number, backlog: number) => number;
  const getsockname = libc.func("int getsockname(int, _Out_ uint8_t *, _Inout_ uint32_t *)") as (
    descriptor: number,
    address: Buffer,
    length: [number],
  ) => number;
  const close = libc.func("int close(int)") as (descriptor: number) => number;
  // AF_INET 2, SOCK_STREAM 1; struct sockaddr_in: 16 bits of family, port and address in network order, padding.
  const descriptor = socket(2, 1, 0);
  const address = Buffer.alloc(16);
  address.writeUInt16LE(2, 0);
  address.set([127, 0, 0, 1], 4);
  if (bind(descriptor, address, address.length) !== 0 || listen(descriptor, 512) !== 0) throw new Error("cannot listen");
  const bound = Buffer.alloc(16);
  getsockname(descriptor, bound, [bound.length]);
  return { descriptor, port: bound.readUInt16BE(2), close: () => void close(descriptor) };
}
