// Names of sources and lines, and comparing texts the way the old services did.

/** Namespaces of lines that do not come from a source. */
export const RESERVED_NAMES = ["registry", "strategy", "tech"] as const;

/** True for a namespace whose lines are registered instead of captured. */
export function isRegistryNamespace(namespace: string): boolean {
  return (RESERVED_NAMES as readonly string[]).includes(namespace);
}

/** Why a text cannot name a source, or undefined when it can. */
export function sourceNameFault(name: string): string | undefined {
  if (name.trim() === "") return "a source name may not be blank";
  if (name.length > 128) return "a source name has at most 128 characters";
  if (name.includes("/")) return `source name ${JSON.stringify(name)} contains "/", which separates a source from its groups`;
  if ((RESERVED_NAMES as readonly string[]).includes(name))
    return `${JSON.stringify(name)} is reserved for lines that do not come from a directory; choose another name`;
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(name)) return "a source name may not contain control characters";
  return undefined;
}

/** `<namespace>/<name>`: how a line is written. */
export function lineName(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** Splits `namespace/name` at the first slash; undefined without one. */
export function splitLineName(line: string): { readonly namespace: string; readonly name: string } | undefined {
  const at = line.indexOf("/");
  return at < 0 ? undefined : { namespace: line.slice(0, at), name: line.slice(at + 1) };
}

/** Orders by code point (JavaScript's `<` orders by UTF-16 unit, which differs above U+FFFF). */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xSurrogate = x >= 0xd800 && x <= 0xdfff;
    const ySurrogate = y >= 0xd800 && y <= 0xdfff;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** The form in which symbols are compared: trimmed, Unicode upper case (`ß` matches `SS`). */
export function symbolKey(symbol: string): string {
  return stripText(symbol).toUpperCase();
}

const SPACE = "[\\u0009-\\u000d\\u001c-\\u001f\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");

/** Removes white space at both ends as Python's `str.strip()` does (U+001C–1F and U+0085 count, the BOM does not). */
export function stripText(text: string): string {
  // Most texts have nothing to remove, and are many.
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text;
  return text.replace(EDGES, "");
}

/** A printable ASCII character, no space. */
function isPlain(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}
