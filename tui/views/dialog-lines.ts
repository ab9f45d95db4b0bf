// The text of each dialog.

import { cutCellsLeft, wrapCells } from "../format/cell-width.ts";
import { glyphs } from "../format/charset.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import { shortTime } from "../format/times.ts";
import type { ActivateDialog, Dialog, Model, RegisterDialog, RemoveDialog, ResumeDialog } from "../state/model.ts";
import { linePart } from "../state/selectors.ts";

type Asking = Exclude<Dialog, { kind: "help" }>;

function say(model: Model, text: string, role: Role = "plain"): StyledLine[] {
  return wrapCells(text, model.size.columns - 4).map((line) => [span(`  ${line}`, role)]);
}

/** A label, and a text whose further lines stand below its first. */
function fact(model: Model, label: string, text: string, role: Role = "plain"): StyledLine[] {
  return wrapCells(text, model.size.columns - label.length - 4).map((line, at) => [
    span(`  ${at === 0 ? label : " ".repeat(label.length)}${line}`, role),
  ]);
}

function field(model: Model, label: string, text: string, isFocused: boolean): StyledLine {
  const shown = cutCellsLeft(text, model.size.columns - label.length - 8);
  return [span(`${isFocused ? "> " : "  "}${label}  `, isFocused ? "accent" : "dim"), span(isFocused ? `${shown}_` : shown)];
}

/** Busy, failed, or what to press. */
function endLines(model: Model, dialog: Asking, prompt: string): StyledLine[] {
  const fault = dialog.fault === undefined ? [] : [[], ...say(model, dialog.fault, "bad")];
  return [...fault, [], ...(dialog.isBusy ? say(model, "waiting for the daemon", "dim") : say(model, prompt, "strong"))];
}

function versionWords(model: Model, version: string): string {
  const known = linePart(model, "versions")?.value?.find((one) => one.version === version);
  if (known === undefined) return version;
  const facts = [
    known.status,
    `created ${shortTime(known.created_at)}`,
    `train end ${known.train_end_date ?? "n/a"}`,
    `dim ${known.feature_dim}`,
    `sha ${known.sha256.slice(0, 12)}`,
  ];
  return `${version}  (${facts.join(", ")})`;
}

function activateLines(model: Model, dialog: ActivateDialog): StyledLine[] {
  const { preview } = dialog;
  const title: StyledLine[] = [[], ...say(model, `Activate a version of ${dialog.line}`, "strong"), []];
  if (preview === undefined)
    return [
      ...title,
      ...(dialog.fault === undefined ? say(model, "asking the daemon what would happen", "dim") : []),
      ...endLines(model, dialog, "n   leave"),
    ];
  const from = preview.previousVersion === "" ? "nothing is live" : versionWords(model, preview.previousVersion);
  const change: StyledLine[] = [
    ...fact(model, "from  ", from),
    ...fact(model, "to    ", versionWords(model, preview.version), "accent"),
    [],
    ...say(
      model,
      `${preview.previousVersion === "" ? "none" : preview.previousVersion} ${glyphs(model.charset).arrow} ${preview.version}`,
      "warn",
    ),
  ];
  if (!preview.changes)
    return [
      ...title,
      ...change,
      [],
      ...say(model, `${preview.version} is live and pinned already: nothing would change.`, "warn"),
      ...endLines(model, dialog, "n   leave"),
    ];
  return [
    ...title,
    ...change,
    [],
    ...say(
      model,
      "Clients that follow this line get it at once. The line is pinned: new files become versions, but do not go live until you resume.",
    ),
    [],
    field(model, "reason", dialog.reason, dialog.isTyping),
    ...endLines(
      model,
      dialog,
      dialog.isTyping ? "enter   the reason is complete" : "y   yes, activate it      n   no (default)      tab   type a reason",
    ),
  ];
}

function resumeLines(model: Model, dialog: ResumeDialog): StyledLine[] {
  return [
    [],
    ...say(model, `Resume ${dialog.line}`, "strong"),
    [],
    ...say(model, `from  pinned at ${dialog.version === "" ? "nothing" : dialog.version}`),
    ...say(model, "to    following the files on disk", "accent"),
    [],
    ...say(model, "When the files on disk are another version than the live one, they go live at once."),
    [],
    field(model, "reason", dialog.reason, dialog.isTyping),
    ...endLines(
      model,
      dialog,
      dialog.isTyping ? "enter   the reason is complete" : "y   yes, resume      n   no (default)      tab   type a reason",
    ),
  ];
}

function registerLines(model: Model, dialog: RegisterDialog): StyledLine[] {
  return [
    [],
    ...say(model, "Register a directory of model artifacts", "strong"),
    [],
    field(model, "path", dialog.path, dialog.field === "path"),
    field(model, "name", dialog.name, dialog.field === "name"),
    [],
    ...say(
      model,
      "The path is one on the daemon's machine. Without a name the folder's name is taken. New valid versions go live by themselves.",
      "dim",
    ),
    ...endLines(model, dialog, "enter   register it      tab   next field      esc   leave"),
  ];
}

function removeLines(model: Model, dialog: RemoveDialog): StyledLine[] {
  const source = model.sources.value?.find((one) => one.name === dialog.name);
  return [
    [],
    ...say(model, `Remove the source ${dialog.name}`, "strong"),
    [],
    ...say(
      model,
      `Its models (${source?.ready_count ?? 0} ready now) are withdrawn from all clients. The files are not touched; history and numbering stay.`,
      "warn",
    ),
    [],
    ...say(model, `Type its name, ${dialog.name}, and press enter:`),
    field(model, "name", dialog.typed, true),
    ...endLines(model, dialog, "enter   remove it      esc   leave"),
  ];
}

/** The lines of a dialog that asks something. */
export function dialogLines(model: Model, dialog: Asking): StyledLine[] {
  switch (dialog.kind) {
    case "activate":
      return activateLines(model, dialog);
    case "resume":
      return resumeLines(model, dialog);
    case "register":
      return registerLines(model, dialog);
    case "remove":
      return removeLines(model, dialog);
  }
}
