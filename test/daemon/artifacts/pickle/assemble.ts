// Pickles put together opcode by opcode.

import type { PickleResult } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";

/** Bytes from Latin-1 texts and numbers (one byte each). */
export function assemble(...parts: readonly (string | number | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : typeof part === "number" ? Buffer.from([part]) : part)),
  );
}

/** A length or value in little-endian bytes. */
export function le(value: bigint | number, bytes: number): Buffer {
  const out = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) out[i] = Number((BigInt(value) >> BigInt(8 * i)) & 0xffn);
  return out;
}

/** STACK_GLOBAL of a name. */
export function named(module: string, name: string): Buffer {
  return assemble(0x8c, module.length, module, 0x8c, name.length, name, 0x93);
}

/** The description of what the bytes hold, as parsed JSON; throws the reason when they are refused. */
export function described(bytes: Uint8Array): unknown {
  const read = readPickle(bytes);
  if (!read.ok) throw new Error(`${read.offset}: ${read.reason}`);
  return describeValue(read.value).json;
}

/** The reason why bytes are refused; empty when they are not. */
export function refusal(bytes: Uint8Array): string {
  const read: PickleResult = readPickle(bytes);
  return read.ok ? "" : read.reason;
}
