// A text from the daemon → a frame. Checked by hand: the schema library would double the program's start-up time.

import type { ServerFrame } from "../../shared/contract/frames.ts";
import { parseExact } from "../../shared/lib/exact-json.ts";

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const isError = (value: unknown): boolean => isObject(value) && typeof value["code"] === "string" && typeof value["message"] === "string";
const hasId = (frame: Fields): boolean => typeof frame["id"] === "number";

const CHECKS = {
  welcome: (frame) =>
    typeof frame["protocol"] === "number" &&
    typeof frame["daemon"] === "string" &&
    typeof frame["principal"] === "string" &&
    typeof frame["pid"] === "number" &&
    Array.isArray(frame["scopes"]) &&
    frame["scopes"].every((scope) => typeof scope === "string"),
  value: hasId,
  item: hasId,
  end: hasId,
  fail: (frame) => hasId(frame) && isError(frame["error"]),
  part: (frame) => hasId(frame) && typeof frame["text"] === "string" && typeof frame["last"] === "boolean",
  refused: (frame) => isError(frame["error"]),
} as const satisfies Record<ServerFrame["t"], (frame: Fields) => boolean>;

function isServerFrame(value: unknown): value is ServerFrame {
  if (!isObject(value)) return false;
  const kind = value["t"];
  return typeof kind === "string" && Object.hasOwn(CHECKS, kind) && CHECKS[kind as ServerFrame["t"]](value);
}

/** The frame that a text holds; undefined when it holds none. Whole numbers keep all digits. */
export function parseServerFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isServerFrame(value) ? value : undefined;
}
