// Unpacks what a pickle may be wrapped in, within a bound, and keeps what was unpacked when the rest is damaged.

import { constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { rejected, type Rejected } from "../../rejected.ts";
import type { ContainerKind } from "../facts.ts";
import type { PickleLimits } from "../limits.ts";
import { unpackBzip2 } from "./bzip2.ts";
import { GrowingOutput } from "./growing-output.ts";
import { unpackLz4 } from "./lz4.ts";
import { unpackLzmaAlone } from "./lzma-alone.ts";
import { UnpackFault } from "./unpack-fault.ts";
import { unpackXz } from "./xz.ts";

/** The stream; or why there is none, with the beginning of what was unpacked before the fault. `tooLong`: it would unpack to more than the bound. */
export type Unpacked =
  { readonly ok: true; readonly bytes: Uint8Array } | (Rejected & { readonly tooLong: boolean; readonly partial: Uint8Array });

/** Our own decoders: they write into an output that is bounded, and leave there what they had when they give up. */
const DECODERS: Partial<Readonly<Record<ContainerKind, (bytes: Uint8Array, output: GrowingOutput) => void>>> = {
  bz2: unpackBzip2,
  xz: unpackXz,
  lzma: unpackLzmaAlone,
  lz4: unpackLz4,
};

interface ZlibOptions {
  readonly maxOutputLength: number;
  readonly finishFlush: number;
}

/** Node's decoders, which give all or nothing. A byte of deflate stands for at most 1,032 bytes. */
const ZLIB: Partial<Readonly<Record<ContainerKind, (bytes: Uint8Array, options: ZlibOptions) => Uint8Array>>> = {
  zlib: inflateSync,
  gzip: gunzipSync,
};
const MAX_DEFLATE_RATIO = 1032;

/** Of a stream that is damaged, or unpacks to too much, as many bytes are given back. */
const BEGINNING = 512 * 1024;

/** zstd may ask for a window as large as it likes; 2^27 bytes is what its own tools allow. */
const ZSTD_WINDOW = 27;

/** Unpacks one wrapper. A kind that we do not unpack, damage, and more output than the limits allow are refused by name. */
export function unpack(bytes: Uint8Array, kind: ContainerKind, limits: PickleLimits): Unpacked {
  if (kind === "none") return { ok: true, bytes };
  const most = Math.min(limits.maxBytes, Math.max(limits.minUnpacked, limits.maxUnpackRatio * bytes.length));
  const decoder = DECODERS[kind];
  if (decoder !== undefined) return decode(bytes, kind, most, decoder);
  const inflate = ZLIB[kind];
  if (inflate !== undefined) return inflateAll(bytes, kind, most, inflate);
  if (kind === "zstd") return decodeZstd(bytes, most);
  return { ...rejected(`the file is packed as ${kind}, which this reader does not unpack`), tooLong: false, partial: new Uint8Array(0) };
}

function tooLong(kind: ContainerKind, most: number, partial: Uint8Array): Unpacked {
  return { ...rejected(`the ${kind} container unpacks to more than ${most} bytes`), tooLong: true, partial };
}

function damaged(kind: ContainerKind, reason: string, offset: number, partial: Uint8Array): Unpacked {
  return { ...rejected(`the ${kind} container is damaged (${reason})`, offset), tooLong: false, partial };
}

function decode(
  bytes: Uint8Array,
  kind: ContainerKind,
  most: number,
  decoder: (bytes: Uint8Array, output: GrowingOutput) => void,
): Unpacked {
  const output = new GrowingOutput(most, bytes.length);
  try {
    decoder(bytes, output);
    return { ok: true, bytes: output.written() };
  } catch (error) {
    if (!(error instanceof UnpackFault)) throw error;
    const partial = output.written().slice(0, BEGINNING);
    return error.tooLong ? tooLong(kind, most, partial) : damaged(kind, error.message, error.offset, partial);
  }
}

function inflateAll(
  bytes: Uint8Array,
  kind: ContainerKind,
  most: number,
  inflate: (bytes: Uint8Array, options: ZlibOptions) => Uint8Array,
): Unpacked {
  try {
    return { ok: true, bytes: inflate(bytes, { maxOutputLength: most, finishFlush: constants.Z_FINISH }) };
  } catch (error) {
    const long = error instanceof RangeError;
    const partial = inflateBeginning(long ? bytes.subarray(0, Math.floor(BEGINNING / MAX_DEFLATE_RATIO)) : bytes, most, inflate);
    return long ? tooLong(kind, most, partial) : damaged(kind, reasonOf(error), 0, partial);
  }
}

/** What a file that is cut off holds. zlib gives nothing back of one that is damaged in the middle: less and less of it is tried then. */
function inflateBeginning(bytes: Uint8Array, most: number, inflate: (bytes: Uint8Array, options: ZlibOptions) => Uint8Array): Uint8Array {
  for (let length = bytes.length; length > 0; length >>= 1) {
    try {
      return inflate(bytes.subarray(0, length), { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH }).slice(0, BEGINNING);
    } catch (error) {
      if (error instanceof RangeError) break;
    }
  }
  return new Uint8Array(0);
}

function decodeZstd(bytes: Uint8Array, most: number): Unpacked {
  try {
    const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW };
    return { ok: true, bytes: zstdDecompressSync(bytes, { maxOutputLength: most, params }) };
  } catch (error) {
    const nothing = new Uint8Array(0);
    return error instanceof RangeError ? tooLong("zstd", most, nothing) : damaged("zstd", reasonOf(error), 0, nothing);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown reason";
}
