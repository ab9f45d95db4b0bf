// Names of files as they may be shown: bytes that are not UTF-8 and control characters become `\xNN`.

import { isUtf8 } from "node:buffer";

/** True when decoding the name as UTF-8 may have lost bytes. */
export function mayBeLossy(name: string): boolean {
  return name.includes("\uFFFD");
}

/** The name with its bytes outside printable ASCII escaped; undefined when it is UTF-8. */
export function escapeUndecodable(raw: Buffer): string | undefined {
  if (isUtf8(raw)) return undefined;
  let text = "";
  for (const byte of raw) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : hexEscape(byte);
  return text;
}

/** A name or path fit for a message: control characters escaped. */
export function printableName(name: string): string {
  return name.replace(/\p{Cc}/gu, (character) => hexEscape(character.charCodeAt(0)));
}

function hexEscape(code: number): string {
  return `\\x${code.toString(16).padStart(2, "0")}`;
}
