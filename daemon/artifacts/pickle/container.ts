// Wrappers around a pickle (joblib's compression, packed files), recognised by their first bytes.

import type { ContainerKind } from "./facts.ts";

const MAGICS: readonly (readonly [ContainerKind, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  // The usual properties and a dictionary of whole 64 KB; no pickle begins so, although ] is an opcode.
  ["lzma", [0x5d, 0x00, 0x00]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
];

/** What the first bytes say that the file is wrapped in. */
export function containerOf(bytes: Uint8Array): ContainerKind {
  for (const [kind, magic] of MAGICS) {
    if (magic.every((byte, i) => bytes[i] === byte)) return kind;
  }
  if (isBzip2(bytes)) return "bz2";
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  return first === 0x78 && ((first << 8) | second) % 31 === 0 && (second & 0x20) === 0 ? "zlib" : "none";
}

/** `BZh`, a level, and the first byte of a block or of the end; `B` alone is an opcode. */
function isBzip2(bytes: Uint8Array): boolean {
  const [b, z, h, level = 0, block] = bytes;
  return (
    b === 0x42 && z === 0x5a && h === 0x68 && level >= 0x31 && level <= 0x39 && (block === undefined || block === 0x31 || block === 0x17)
  );
}
