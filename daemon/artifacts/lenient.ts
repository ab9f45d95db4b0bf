// Numbers as Python's int() and float() read them from text, which the old services relied on.

const SHORT_INT = /^(?:0|[1-9]\d*)$/;
const INT_TEXT = /^[+-]?\d+(?:_\d+)*$/;
const FLOAT_TEXT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const FLOAT_WORD = /^([+-]?)(inf|infinity|nan)$/i;

/** The whole number that a stripped text spells, exact; undefined for anything else. At most 4300 digits, as in Python. */
export function intFromText(text: string): number | bigint | undefined {
  if (text.length < 16 && SHORT_INT.test(text)) return Number(text);
  if (text.length > 4300 || !INT_TEXT.test(text)) return undefined;
  const value = BigInt(text.replaceAll("_", "").replace(/^\+/, ""));
  return exactInt(value);
}

/** A number when a double holds it exactly, else the bigint. */
export function exactInt(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The float that a stripped text spells, NaN and infinities included; undefined for anything else. */
export function floatFromText(text: string): number | undefined {
  if (FLOAT_TEXT.test(text)) return Number(text.includes("_") ? text.replaceAll("_", "") : text);
  const word = FLOAT_WORD.exec(text);
  if (word === null) return undefined;
  if (word[2]?.toLowerCase() === "nan") return Number.NaN;
  return word[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
