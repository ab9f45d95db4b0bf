// What all dialogs are made of: texts, fields, and their last lines.

import { cutCellsLeft, wrapCells } from "../format/cell-width.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import type { Dialog, Model } from "../state/model.ts";

/** A dialog that asks something. */
export type Asking = Exclude<Dialog, { kind: "help" }>;

/** A text, wrapped and indented. */
export function say(model: Model, text: string, role: Role = "plain"): StyledLine[] {
  return wrapCells(text, model.size.columns - 4).map((line) => [span(`  ${line}`, role)]);
}

/** A label, and a text whose further lines stand below its first. */
export function fact(model: Model, label: string, text: string, role: Role = "plain"): StyledLine[] {
  return wrapCells(text, model.size.columns - label.length - 4).map((line, at) => [
    span(`  ${at === 0 ? label : " ".repeat(label.length)}${line}`, role),
  ]);
}

/** A field with its text; the focused one has a cursor. */
export function field(model: Model, label: string, text: string, isFocused: boolean): StyledLine {
  const shown = cutCellsLeft(text, model.size.columns - label.length - 8);
  return [span(`${isFocused ? "> " : "  "}${label}  `, isFocused ? "accent" : "dim"), span(isFocused ? `${shown}_` : shown)];
}

/** Busy, failed, or what to press. */
export function endLines(model: Model, dialog: Asking, prompt: string): StyledLine[] {
  const fault = dialog.fault === undefined ? [] : [[], ...say(model, dialog.fault, "bad")];
  return [...fault, [], ...(dialog.isBusy ? say(model, "waiting for the daemon", "dim") : say(model, prompt, "strong"))];
}
