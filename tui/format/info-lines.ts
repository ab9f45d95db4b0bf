// A tree of values (info summary, config, model meta) as indented lines.

import { cutCells, printable, wrapCells } from "./cell-width.ts";
import { span, type StyledLine } from "./styled.ts";

const MAX_LINES = 2000;
const MAX_DEPTH = 8;

function scalarText(value: unknown): string {
  if (value === null || value === undefined) return "n/a";
  if (typeof value === "string") return value === "" ? '""' : value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  return "";
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value !== "object";
}

/** `name: value` lines of a value; nested values are indented, long texts wrapped. Long trees end with a line that says so. */
export function treeLines(value: unknown, width: number): StyledLine[] {
  const lines: StyledLine[] = [];
  addValue(lines, "", value, 0, Math.max(20, width));
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), [span(`(more is not shown here)`, "dim")]];
}

function addValue(lines: StyledLine[], name: string, value: unknown, depth: number, width: number): void {
  if (lines.length > MAX_LINES) return;
  const indent = "  ".repeat(Math.max(0, depth - 1));
  const label = name === "" ? "" : `${cutCells(name, 40)}: `;
  if (isScalar(value)) return addText(lines, indent + label, scalarText(value), width);
  const entries = Array.isArray(value) ? value.map((item, at): [string, unknown] => [String(at), item]) : Object.entries(value ?? {});
  if (entries.length === 0) return addText(lines, indent + label, Array.isArray(value) ? "(empty list)" : "(empty)", width);
  if (Array.isArray(value) && value.every(isScalar)) return addText(lines, indent + label, value.map(scalarText).join(", "), width);
  if (depth >= MAX_DEPTH) return addText(lines, indent + label, "(deeper values are not shown)", width);
  if (name !== "") lines.push([span(indent), span(printable(label.trimEnd()), "accent")]);
  for (const [key, item] of entries) addValue(lines, key, item, depth + 1, width);
}

function addText(lines: StyledLine[], label: string, text: string, width: number): void {
  const wrapped = wrapCells(text, Math.max(10, width - label.length));
  for (const [at, part] of wrapped.entries()) lines.push([span(at === 0 ? label : " ".repeat(label.length), "accent"), span(part)]);
}
