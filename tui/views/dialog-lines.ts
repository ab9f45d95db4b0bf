// The text of each dialog.

import type { StyledLine } from "../format/styled.ts";
import { helpHeight } from "../state/layout.ts";
import type { Model, RegisterDialog, RemoveDialog, ResumeDialog } from "../state/model.ts";
import { endLines, field, say, type Asking } from "./dialog-parts.ts";
import { moveLines } from "./move-lines.ts";

function resumeLines(model: Model, dialog: ResumeDialog): StyledLine[] {
  return [
    [],
    ...say(model, `Resume ${dialog.line}`, "strong"),
    [],
    ...say(model, `from  pinned at ${dialog.version === "" ? "nothing" : dialog.version}`),
    ...say(model, "to    following the files on disk", "accent"),
    [],
    ...say(model, "When the files on disk are another version than the live one, they go live at once (not on a gated line)."),
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
    case "move":
      return moveLines(model, dialog, helpHeight(model));
    case "resume":
      return resumeLines(model, dialog);
    case "register":
      return registerLines(model, dialog);
    case "remove":
      return removeLines(model, dialog);
  }
}
