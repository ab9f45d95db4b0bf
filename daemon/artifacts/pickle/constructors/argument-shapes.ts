// Shapes of arguments: a call under a known name is known only when its arguments look as they do in benign files.

import { isInt, isNode, type GlobalValue, type PickleValue } from "../values.ts";
import { KEPT, type Rebuild } from "./constructor.ts";

/** Tells whether one argument is as expected. */
export type Shape = (value: PickleValue) => boolean;

/** Any value. */
export const anything: Shape = () => true;
/** A text. */
export const text: Shape = (value) => typeof value === "string";
/** A Python int. */
export const int: Shape = isInt;
/** A boolean, also as 0 or 1. */
export const flag: Shape = (value) => typeof value === "boolean" || value === 0 || value === 1;
/** None. */
export const none: Shape = (value) => value === null;
/** A dict of any kind. */
export const dict: Shape = (value) => isNode(value) && value.kind === "dict";
/** A list or a tuple. */
export const list: Shape = (value) => isNode(value) && (value.kind === "list" || value.kind === "tuple");
/** Bytes, also as the text of Python 2. */
export const bytes: Shape = (value) =>
  typeof value === "string" || (isNode(value) && (value.kind === "bytes" || value.kind === "bytearray"));
/** The name of a class or function. */
export const global: Shape = (value) => isNode(value) && value.kind === "global";
/** The record of a known call or of an instance of a known class. */
export const record: Shape = (value) => isNode(value) && value.kind === "object" && value.known;
/** A time zone: one that we know, the record of one of a library, or none. */
export const zone: Shape = (value) => value === null || (isNode(value) && (value.kind === "zone" || value.kind === "object"));

/** One of several shapes. */
export function either(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value));
}

/** The name `module.name` itself. */
export function isName(value: PickleValue | undefined, module: string, ...names: readonly string[]): value is GlobalValue {
  return isNode(value) && value.kind === "global" && value.module === module && names.includes(value.name);
}

/** Keeps the record of a call whose arguments have these shapes; the last `optional` of them may be missing. */
export function keep(shapes: readonly Shape[], optional = 0): Rebuild {
  return (args) =>
    args.length <= shapes.length && args.length >= shapes.length - optional && args.every((value, i) => shapes[i]?.(value) === true)
      ? KEPT
      : undefined;
}
