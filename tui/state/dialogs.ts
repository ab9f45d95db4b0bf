// Dialogs: how they open, what typing does in them, and what they ask of the daemon when confirmed.

import { sourceNameFault } from "../../shared/domain/names.ts";
import type { Command } from "../keys/keymap.ts";
import type { Key } from "../keys/split-keys.ts";
import { asking, quiet, type Step } from "./action.ts";
import { editText } from "./edit-text.ts";
import type { Model, RegisterDialog, RemoveDialog, ResumeDialog } from "./model.ts";
import { DEAF_MS, inMoveConfirm, inMoveReason } from "./move-dialog.ts";
import { selectedLine, selectedSource } from "./selectors.ts";

function news(model: Model, text: string, level: "info" | "warn" = "info"): Step {
  return quiet({ ...model, toast: { level, text } });
}

/** `u`: asks to confirm, when there is a pin to take away. */
export function startResume(model: Model, atMs: number): Step {
  const group = selectedLine(model);
  if (group === undefined) return news(model, "no line is selected");
  if (!group.pinned)
    return news(model, `${group.line} is not pinned: it follows ${group.policy === "gated" ? "promotions" : "its files"} already`);
  const dialog: ResumeDialog = {
    kind: "resume",
    line: group.line,
    version: group.version,
    reason: "",
    isTyping: false,
    openedAtMs: atMs,
    isBusy: false,
    fault: undefined,
  };
  return quiet({ ...model, dialog });
}

/** `n`: asks for a directory and a name. */
export function startRegister(model: Model, atMs: number): Step {
  const dialog: RegisterDialog = { kind: "register", path: "", name: "", field: "path", openedAtMs: atMs, isBusy: false, fault: undefined };
  return quiet({ ...model, dialog });
}

/** `d`: asks for the source's name to be typed. */
export function startRemove(model: Model, atMs: number): Step {
  const name = selectedSource(model);
  if (name === undefined) return news(model, "no source is selected");
  const dialog: RemoveDialog = { kind: "remove", name, typed: "", openedAtMs: atMs, isBusy: false, fault: undefined };
  return quiet({ ...model, dialog });
}

/** `x`: registers the demo models, while there is nothing else. */
export function loadDemo(model: Model): Step {
  if (model.demoPath === undefined || (model.sources.value?.length ?? 0) > 0) return quiet(model);
  return asking(
    { ...model, toast: { level: "info", text: "loading the demo models" } },
    {
      type: "command",
      request: { name: "source.add", input: { path: model.demoPath, name: "demo" } },
    },
  );
}

/** A key in a question: y, n, or to the reason and back. */
export function inConfirm(model: Model, command: Command, atMs: number): Step {
  const { dialog } = model;
  if (dialog?.kind === "move") return inMoveConfirm(model, dialog, command, atMs);
  if (dialog?.kind !== "resume") return quiet(model);
  if (atMs - dialog.openedAtMs < DEAF_MS) return quiet(model);
  if (command === "next_field") return quiet({ ...model, dialog: { ...dialog, isTyping: true } });
  if (command === "no") return dialog.isBusy ? quiet(model) : quiet({ ...model, dialog: undefined });
  if (command !== "yes" || dialog.isBusy) return quiet(model);
  return confirmResume(model, dialog);
}

function confirmResume(model: Model, dialog: ResumeDialog): Step {
  return asking(
    { ...model, dialog: { ...dialog, isBusy: true, fault: undefined } },
    {
      type: "command",
      request: { name: "line.resume", input: { line: dialog.line, reason: dialog.reason } },
    },
  );
}

/** A key while the reason is typed. */
export function inReason(model: Model, command: Command | undefined, key: Key): Step {
  const { dialog } = model;
  if (dialog?.kind === "move") return inMoveReason(model, dialog, command, key);
  if (dialog?.kind !== "resume") return quiet(model);
  const isDone = command === "accept" || command === "cancel" || command === "next_field";
  return quiet({
    ...model,
    dialog: isDone ? { ...dialog, isTyping: false } : { ...dialog, reason: editText(dialog.reason, key).slice(0, 1000) },
  });
}

/** A key in the form that registers a directory. */
export function inRegister(model: Model, command: Command | undefined, key: Key): Step {
  const { dialog } = model;
  if (dialog?.kind !== "register") return quiet(model);
  if (command === "cancel") return quiet({ ...model, dialog: undefined });
  if (command === "next_field") return quiet({ ...model, dialog: { ...dialog, field: dialog.field === "path" ? "name" : "path" } });
  if (command === "accept") return submitRegister(model, dialog);
  if (dialog.isBusy) return quiet(model);
  return quiet({ ...model, dialog: { ...dialog, fault: undefined, [dialog.field]: editText(dialog[dialog.field], key) } });
}

function submitRegister(model: Model, dialog: RegisterDialog): Step {
  const path = dialog.path.trim();
  const name = dialog.name.trim();
  if (dialog.isBusy) return quiet(model);
  const fault =
    path === ""
      ? "type the path of a directory"
      : !/^[/~]/.test(path)
        ? "the path must be absolute, or begin with ~/"
        : name === ""
          ? undefined
          : sourceNameFault(name);
  if (fault !== undefined) return quiet({ ...model, dialog: { ...dialog, fault } });
  return asking(
    { ...model, dialog: { ...dialog, isBusy: true, fault: undefined } },
    {
      type: "command",
      request: { name: "source.add", input: name === "" ? { path } : { path, name } },
    },
  );
}

/** A key in the dialog that removes a source. */
export function inRemove(model: Model, command: Command | undefined, key: Key, atMs: number): Step {
  const { dialog } = model;
  if (dialog?.kind !== "remove") return quiet(model);
  if (command === "cancel") return quiet({ ...model, dialog: undefined });
  if (dialog.isBusy || atMs - dialog.openedAtMs < DEAF_MS) return quiet(model);
  if (command !== "accept") return quiet({ ...model, dialog: { ...dialog, fault: undefined, typed: editText(dialog.typed, key) } });
  if (dialog.typed !== dialog.name)
    return quiet({ ...model, dialog: { ...dialog, fault: `that is not ${dialog.name}: nothing was removed` } });
  return asking(
    { ...model, dialog: { ...dialog, isBusy: true, fault: undefined } },
    {
      type: "command",
      request: { name: "source.remove", input: { name: dialog.name } },
    },
  );
}
