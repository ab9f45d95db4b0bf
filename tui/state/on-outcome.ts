// Moves whose answer never came: what became of them is looked up by the id that was sent with them.

import { shortTime } from "../format/times.ts";
import { asking, quiet, type Action, type Step } from "./action.ts";
import type { LostMove, Model } from "./model.ts";

type Of<T extends Action["type"]> = Extract<Action, { type: T }>;

/** The answer is missing: the dialog waits for the outcome, which is asked for now or once the daemon is back. */
export function onCommandLost(model: Model, { lost }: Of<"command_lost">): Step {
  const { dialog } = model;
  const next: Model = {
    ...model,
    lost: [...model.lost, lost],
    dialog: dialog?.kind === "move" && dialog.isBusy ? { ...dialog, lostId: lost.requestId } : dialog,
  };
  return model.connection.state === "live" ? asking(next, { type: "look_up", lost }) : quiet(next);
}

function forget(model: Model, requestId: string): { readonly next: Model; readonly lost: LostMove | undefined } {
  const lost = model.lost.find((one) => one.requestId === requestId);
  return { next: { ...model, lost: model.lost.filter((one) => one !== lost) }, lost };
}

/** It was done, or it was not: the dialog closes, or can be answered again. */
export function onOutcome(model: Model, { requestId, at }: Of<"outcome_known">): Step {
  const { next, lost } = forget(model, requestId);
  if (lost === undefined) return quiet(model);
  const { dialog } = model;
  const waits = dialog?.kind === "move" && dialog.lostId === requestId;
  if (at !== undefined) {
    const toast = { level: "info" as const, text: `done after all at ${shortTime(at)}, its answer was lost: ${lost.words}` };
    return quiet({ ...next, toast, dialog: waits ? undefined : dialog });
  }
  const words = `${lost.words} was not done, the history has no such move${lost.reason === "" ? "" : ` (${lost.reason})`}`;
  if (!waits) return quiet({ ...next, toast: { level: "error", text: words } });
  const request = { move: dialog.move, line: dialog.line, version: dialog.version };
  return asking({ ...next, dialog: { ...dialog, isBusy: false, lostId: "", typed: "", fault: words } }, { type: "plan", request });
}

/** The daemon cannot say either. */
export function onOutcomeUnknown(model: Model, { requestId, reason }: Of<"outcome_unknown">): Step {
  const { next, lost } = forget(model, requestId);
  if (lost === undefined) return quiet(model);
  const words = `nobody can say yet whether ${lost.words} was done (${reason}): look at the history before trying again`;
  const { dialog } = model;
  if (dialog?.kind !== "move" || dialog.lostId !== requestId) return quiet({ ...next, toast: { level: "error", text: words } });
  return quiet({ ...next, dialog: { ...dialog, isBusy: false, lostId: "", typed: "", fault: words } });
}
