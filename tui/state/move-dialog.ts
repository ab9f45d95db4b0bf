// The dialogs of moves: how they open, what keys do in them, and what they ask of the daemon when confirmed.

import type { GateVerdictView } from "../../shared/contract/registry-views.ts";
import type { Command } from "../keys/keymap.ts";
import type { Key } from "../keys/split-keys.ts";
import { asking, quiet, type Action, type CommandRequest, type Step } from "./action.ts";
import { editText } from "./edit-text.ts";
import type { Model } from "./model.ts";
import { MOVE_WORDS, type MoveDialog, type MoveField, type MoveKind, type MovePlan, type PlanRequest } from "./move-types.ts";
import { openLine } from "./navigate.ts";
import { currentRows, selectedLine, visibleVersions } from "./selectors.ts";

/** Keys typed this soon after a dialog opened or changed were meant for what was there before. */
export const DEAF_MS = 300;
const REASON_LIMIT = 1000;

/** Moves that always change what is served. */
const PRODUCTION: ReadonlySet<MoveKind> = new Set(["promote", "rollback", "activate"]);

function say(model: Model, text: string): Step {
  return quiet({ ...model, toast: { level: "info", text } });
}

/** A key of a move: in the versions tab opens its dialog; elsewhere leads there, to choose a version. */
export function startMove(model: Model, move: MoveKind, key: string, atMs: number): Step {
  const line = selectedLine(model);
  if (line === undefined) return say(model, "no line is selected");
  if (model.screen.kind !== "line" || model.screen.tab !== "versions") {
    const cameFrom = model.screen.kind === "lines" || model.screen.kind === "live_at" ? model.screen : undefined;
    const back = model.screen.kind === "line" ? model.screen.cameFrom : cameFrom;
    const step = openLine(model, line.source, line.group_key, "versions", back);
    // Going back needs no choice: it is the emergency, and the dialog says where to.
    if (move === "rollback") return openDialog(step, { move, line: line.line, version: "" }, atMs);
    return { ...step, model: { ...step.model, toast: { level: "info", text: `choose a version with j and k, then press ${key}` } } };
  }
  const rows = currentRows(model);
  const row = visibleVersions(model)[rows.index]?.version;
  if (move === "rollback") {
    // An archived version under the cursor is the target; else the one that was live before.
    return openDialog(quiet(model), { move, line: line.line, version: row?.status === "archived" ? row.version : "" }, atMs);
  }
  if (row === undefined) return say(model, "there is no version yet");
  return openDialog(quiet(model), { move, line: line.line, version: row.version }, atMs);
}

/** Paper trading starts, or ends when it is running. */
export function startPaper(model: Model, atMs: number): Step {
  const row = model.screen.kind === "line" ? visibleVersions(model)[currentRows(model).index]?.version : undefined;
  const isRunning = row !== undefined && row.paper !== null && row.paper.stopped_at === null;
  return startMove(model, isRunning ? "paper_stop" : "paper_start", "t", atMs);
}

function openDialog(step: Step, request: PlanRequest, atMs: number): Step {
  const isProduction = PRODUCTION.has(request.move);
  const dialog: MoveDialog = {
    ...{ kind: "move", ...request, isProduction },
    ...{ plan: undefined, planFault: undefined, news: "", heard: "" },
    ...{ field: isProduction ? "reason" : "none", isOptionOn: false, reason: "", typed: "", lostId: "" },
    ...{ openedAtMs: atMs, isBusy: false, fault: undefined },
  };
  return asking({ ...step.model, toast: undefined, dialog }, ...step.effects, { type: "plan", request: requestOf(dialog) });
}

function requestOf({ move, line, version }: PlanRequest): PlanRequest {
  return { move, line, version };
}

function refusedGates({ plan }: MoveDialog): readonly GateVerdictView[] {
  return plan?.gates.filter((gate) => !gate.passed) ?? [];
}

/** Whether the dialog's option may be offered to this user. */
export function isOptionOffered(model: Model, dialog: MoveDialog): boolean {
  const { option } = MOVE_WORDS[dialog.move];
  if (option === undefined) return false;
  // Where every gate lets it pass there is nothing to skip.
  if (dialog.move === "promote" && refusedGates(dialog).length === 0) return false;
  if (!option.needsAdmin) return true;
  const { connection } = model;
  return connection.state === "live" && connection.welcome.scopes.includes("model:admin");
}

/** The fields of a production move's form, in their order. */
function fieldsOf(model: Model, dialog: MoveDialog): readonly MoveField[] {
  return isOptionOffered(model, dialog) ? ["option", "reason", "name"] : ["reason", "name"];
}

function nextField(model: Model, dialog: MoveDialog, by: number): MoveField {
  const fields = fieldsOf(model, dialog);
  return fields[(fields.indexOf(dialog.field) + by + fields.length) % fields.length] ?? "reason";
}

function withDialog(model: Model, dialog: MoveDialog, change: Partial<MoveDialog>): Step {
  return quiet({ ...model, dialog: { ...dialog, ...change } });
}

/** True while keys are not for this dialog: too early, or the daemon works on it. */
function isDeaf(dialog: MoveDialog, atMs: number): boolean {
  return atMs - dialog.openedAtMs < DEAF_MS;
}

/** A key in the form of a move that changes production. */
export function inMoveForm(model: Model, command: Command | undefined, key: Key, atMs: number): Step {
  const { dialog } = model;
  if (dialog?.kind !== "move") return quiet(model);
  // What was sent is not called back by closing the window, but nobody has to wait for a lost answer.
  if (command === "cancel") return dialog.isBusy && dialog.lostId === "" ? quiet(model) : quiet({ ...model, dialog: undefined });
  if (dialog.isBusy || isDeaf(dialog, atMs)) return quiet(model);
  if (command === "next_field") return withDialog(model, dialog, { field: nextField(model, dialog, isBackwards(key) ? -1 : 1) });
  if (command === "accept")
    return dialog.field === "name" ? submitTyped(model, dialog) : withDialog(model, dialog, { field: nextField(model, dialog, 1) });
  if (dialog.field === "option")
    return key.text === " " ? withDialog(model, dialog, { isOptionOn: !dialog.isOptionOn, fault: undefined }) : quiet(model);
  if (dialog.field === "name") return withDialog(model, dialog, { typed: editText(dialog.typed, key), fault: undefined });
  return withDialog(model, dialog, { reason: editText(dialog.reason, key).slice(0, REASON_LIMIT), fault: undefined });
}

function isBackwards(key: Key): boolean {
  return key.id === "shift-tab" || key.id === "up";
}

/** What has to be typed: the line's name, or with the version. */
export function isNameTyped(dialog: MoveDialog): boolean {
  const typed = dialog.typed.trim();
  const version = dialog.plan?.version ?? dialog.version;
  return typed === dialog.line || (version !== "" && typed === `${dialog.line}:${version}`);
}

function gateWords({ gate, reason }: GateVerdictView): string {
  return reason === "" ? gate : `${gate} (${reason})`;
}

/** Why a confirmed move is not sent; undefined when it is. */
function refusalOf(dialog: MoveDialog): string | undefined {
  const { plan } = dialog;
  if (plan === undefined) return undefined;
  if (!isNameTyped(dialog)) return `that is not ${dialog.line}: nothing was done`;
  const refused = refusedGates(dialog);
  const isSkipped = dialog.move === "promote" && dialog.isOptionOn;
  if (isSkipped && refused.length > 0 && dialog.reason.trim() === "") return "skipping the gates needs a reason: tab leads to it";
  if (!isSkipped && refused.length > 0)
    return `refused by ${refused.length === 1 ? "the gate" : "the gates"} ${refused.map(gateWords).join(", ")}: nothing was done`;
  return undefined;
}

function submitTyped(model: Model, dialog: MoveDialog): Step {
  // Nobody says yes to a change that is not on the screen yet.
  if (dialog.plan === undefined || !dialog.plan.changes || dialog.heard !== "") return quiet(model);
  const refusal = refusalOf(dialog);
  if (refusal === undefined) return send(model, dialog);
  // Measured hours grow: the next try sees what holds then.
  return asking(withDialog(model, dialog, { fault: refusal }).model, planAgain(dialog));
}

/** A key in the question before a move that leaves production alone. */
export function inMoveConfirm(model: Model, dialog: MoveDialog, command: Command, atMs: number): Step {
  if (isDeaf(dialog, atMs)) return quiet(model);
  if (command === "next_field") return withDialog(model, dialog, { field: "reason" });
  if (command === "no") return dialog.isBusy && dialog.lostId === "" ? quiet(model) : quiet({ ...model, dialog: undefined });
  if (command !== "yes" || dialog.isBusy || dialog.plan === undefined || !dialog.plan.changes || dialog.heard !== "") return quiet(model);
  return send(model, dialog);
}

/** A key while the text of such a question is typed. */
export function inMoveReason(model: Model, dialog: MoveDialog, command: Command | undefined, key: Key): Step {
  const isDone = command === "accept" || command === "cancel" || command === "next_field";
  if (isDone) return withDialog(model, dialog, { field: "none" });
  return withDialog(model, dialog, { reason: editText(dialog.reason, key).slice(0, REASON_LIMIT) });
}

function send(model: Model, dialog: MoveDialog): Step {
  return asking({ ...model, dialog: { ...dialog, isBusy: true, fault: undefined } }, { type: "command", request: commandOf(dialog) });
}

function commandOf(dialog: MoveDialog): CommandRequest {
  const { move, line, version, reason, isOptionOn, plan } = dialog;
  const subject = { line, version: plan?.version ?? version };
  switch (move) {
    case "promote":
      return { name: "line.promote", input: { ...subject, reason, skip_gates: isOptionOn && refusedGates(dialog).length > 0 } };
    case "rollback":
      // To what was shown, also when another move made something else the version before.
      return { name: "line.rollback", input: { line, to: subject.version, mark_failed: isOptionOn, reason } };
    case "activate":
      return { name: "line.activate", input: { ...subject, reason } };
    case "archive":
      return { name: "version.archive", input: { ...subject, reason } };
    case "restage":
      return { name: "version.restage", input: { ...subject, reason } };
    case "fail":
      return { name: "version.fail", input: { ...subject, reason, confirm_live: plan?.from === subject.version } };
    case "paper_start":
      return { name: "paper.start", input: { ...subject, evidence: reason } };
    case "paper_stop":
      return { name: "paper.stop", input: { ...subject, evidence: reason } };
  }
}

function isSame(dialog: MoveDialog, request: PlanRequest): boolean {
  return dialog.move === request.move && dialog.line === request.line && dialog.version === request.version;
}

/** True when a move would come to the same: what was confirmed for one plan holds for the other. */
function isSameOutcome(one: MovePlan, other: MovePlan): boolean {
  const outcome = ({ version, from, to, changes, isPinned, view, gates }: MovePlan): string =>
    JSON.stringify([version, from, to, changes, isPinned, view?.status, gates.map((gate) => [gate.gate, gate.passed])]);
  return outcome(one) === outcome(other);
}

/** The dialog as it begins again, saying why: what was typed was for what stood there before. */
function asksAgain(dialog: MoveDialog, atMs: number): Partial<MoveDialog> {
  const news = dialog.heard === "" ? "what it would do has changed meanwhile" : dialog.heard;
  return { news, typed: "", field: dialog.isProduction ? "reason" : "none", openedAtMs: atMs };
}

/** What the move would do; for a dialog that is still open. */
export function onPlan(model: Model, { request, plan, atMs }: Extract<Action, { type: "plan_loaded" }>): Step {
  const { dialog } = model;
  if (dialog?.kind !== "move" || !isSame(dialog, request)) return quiet(model);
  const isNews = dialog.plan !== undefined && !isSameOutcome(dialog.plan, plan) && !dialog.isBusy;
  const next: MoveDialog = { ...dialog, ...(isNews ? asksAgain(dialog, atMs) : {}), plan, planFault: undefined, heard: "" };
  const isProduction = next.isProduction || (next.move === "fail" && plan.from === plan.version);
  return withDialog(model, next, { isProduction, field: isProduction && next.field === "none" ? "reason" : next.field });
}

/** Why the move cannot be. */
export function onPlanFailed(model: Model, { request, reason }: Extract<Action, { type: "plan_failed" }>): Step {
  const { dialog } = model;
  if (dialog?.kind !== "move" || !isSame(dialog, request)) return quiet(model);
  return withDialog(model, dialog, { plan: undefined, planFault: reason, news: dialog.heard, heard: "", typed: "" });
}

/** Something happened on the line while its dialog was open: the plan is asked for again, and until it is there nothing is confirmed. */
export function onLineMoved(model: Model, line: string, heard: string): Step {
  const { dialog } = model;
  if (dialog?.kind !== "move" || dialog.line !== line || dialog.isBusy) return quiet(model);
  return asking({ ...model, dialog: { ...dialog, heard } }, planAgain(dialog));
}

/** The plan once more, after the daemon refused what it said. */
export function planAgain(dialog: MoveDialog): { readonly type: "plan"; readonly request: PlanRequest } {
  return { type: "plan", request: requestOf(dialog) };
}
