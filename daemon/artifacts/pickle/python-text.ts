// Values as the text that Python's str() gives, for keys, names and cells.

import { isoDateTime, isoDatetime64, isoTimestamp, clockText, dateText, offsetText, timedeltaText } from "./date-text.ts";
import { floatText } from "./describe-typed.ts";
import { python3Name } from "./describe.ts";
import { uuidText } from "./instance-texts.ts";
import { scalarElement } from "./numpy-elements.ts";
import { isNode, type PickleNode, type PickleValue } from "./values.ts";

/** `str(value)`; containers and objects are named by type in angle brackets instead of being printed. */
export function pythonText(value: PickleValue): string {
  if (typeof value === "string") return value;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isInteger(value) && !Object.is(value, -0) ? String(value) : floatText(value);
  return isNode(value) ? nodeText(value) : String(value);
}

function nodeText(value: PickleNode): string {
  switch (value.kind) {
    case "float":
      return floatText(value.value);
    case "bytes":
      return bytesText(value.bytes);
    case "path":
    case "decimal":
      return value.text;
    case "fraction":
      return value.denominator === 1n ? String(value.numerator) : `${value.numerator}/${value.denominator}`;
    case "object":
      return uuidText(value) ?? `<${typeName(value)}>`;
    case "npscalar": {
      const time = isoDatetime64(value);
      if (time !== undefined) return time;
      const element = scalarElement(value);
      return isNode(element) && element.kind === "npscalar" ? `<${element.dtype.letter}8>` : pythonText(element);
    }
    case "missing":
      return value.name === "NA" ? "<NA>" : "NaT";
    case "datetime":
    case "timestamp":
      return (isoText(value) ?? "").replace("T", " ");
    default:
      return isoText(value) ?? `<${typeName(value)}>`;
  }
}

/** ISO text of a date, time or datetime of any library; undefined for anything else. */
export function isoText(value: PickleValue): string | undefined {
  if (!isNode(value)) return undefined;
  switch (value.kind) {
    case "date":
      return dateText(value);
    case "time":
      return clockText(value) + offsetText(value.zone);
    case "datetime":
      return isoDateTime(value);
    case "timestamp":
      return isoTimestamp(value) ?? `${value.value} ${value.unit}`;
    case "timedelta":
      return timedeltaText(value);
    case "pandas_timedelta":
      return `${value.value} ${value.unit}`;
    case "npscalar":
      return isoDatetime64(value);
    case "missing":
      return value.name === "NaT" ? "NaT" : undefined;
    default:
      return undefined;
  }
}

/** `b'z'`, as Python prints bytes; at most the first 1,000. */
function bytesText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes.subarray(0, 1000)) {
    if (byte === 0x5c) text += "\\\\";
    else if (byte === 0x27) text += "\\'";
    else if (byte === 0x0a) text += "\\n";
    else if (byte === 0x0d) text += "\\r";
    else if (byte === 0x09) text += "\\t";
    else text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `b'${text}${bytes.length > 1000 ? "…" : ""}'`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  npscalar: "numpy scalar",
  pandas_timedelta: "Timedelta",
  timestamp: "Timestamp",
  zone: "timezone",
  decimal: "Decimal",
  fraction: "Fraction",
  period: "Period",
  interval: "Interval",
  global: "type",
};

/** The name of a value's Python type, without its module. */
export function typeName(value: PickleValue): string {
  if (value === null) return "NoneType";
  if (typeof value === "string") return "str";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) && !Object.is(value, -0) ? "int" : "float";
  if (value.kind === "object") return python3Name(value.module, value.name).replace(/^.*\./, "");
  if (value.kind === "dict") return value.type;
  if (value.kind === "missing") return value.name === "NaT" ? "NaTType" : "NAType";
  return TYPE_NAMES[value.kind] ?? value.kind;
}
