// Wrappers around a pickle (joblib's compression, gzip files): recognised by their first bytes, unpacked within a budget.

import { gunzipSync, inflateSync } from "node:zlib";
import { rejected, type Rejected } from "../rejected.ts";
import type { ContainerKind } from "./facts.ts";
import type { PickleLimits } from "./limits.ts";

const MAGICS: readonly (readonly [ContainerKind, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bz2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
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
  const first = bytes[0] ?? 0;
  const second = bytes[1] ?? 0;
  return first === 0x78 && ((first << 8) | second) % 31 === 0 && (second & 0x20) === 0 ? "zlib" : "none";
}

/** The stream, or why there is none; `tooLong`: it would unpack to more than the budget. */
export type Unpacked = { readonly ok: true; readonly bytes: Uint8Array } | (Rejected & { readonly tooLong?: true });

/** The stream inside; a container that we do not unpack, or that unpacks to too much, is refused by name. */
export function unpack(bytes: Uint8Array, kind: ContainerKind, limits: PickleLimits): Unpacked {
  if (kind === "none") return { ok: true, bytes };
  if (kind !== "zlib" && kind !== "gzip") return rejected(`the file is packed as ${kind}, which this reader does not unpack`);
  const most = Math.min(limits.maxBytes, Math.max(limits.minUnpacked, limits.maxUnpackRatio * bytes.length));
  try {
    return { ok: true, bytes: (kind === "zlib" ? inflateSync : gunzipSync)(bytes, { maxOutputLength: most }) };
  } catch (error) {
    if (error instanceof RangeError) return { ...rejected(`the ${kind} container unpacks to more than ${most} bytes`), tooLong: true };
    return rejected(`the ${kind} container is damaged (${reasonOf(error)})`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown reason";
}
