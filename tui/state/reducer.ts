// The one function that changes the model: pure and total over all actions.

import { assertNever } from "../../shared/lib/assert-never.ts";
import { quiet, type Action, type Step } from "./action.ts";
import type { Model } from "./model.ts";
import { anchorSelection } from "./navigate.ts";
import {
  onCommandDone,
  onCommandFailed,
  onConnected,
  onConnectFailed,
  onConnectionLost,
  onGroupsPage,
  onPart,
  onPartFailed,
  onRowsRefreshed,
  onScan,
  onSources,
} from "./on-data.ts";
import { onChangesPage, onLiveFailed, onLivePage } from "./on-live-at.ts";
import { onHistoryPage, onLinesFailed, onLinesPage, onLinesRefreshed } from "./on-lines.ts";
import { onCommandLost, onOutcome, onOutcomeUnknown } from "./on-outcome.ts";
import { onPlan, onPlanFailed } from "./move-dialog.ts";
import { onEvents, onMarksExpired } from "./on-events.ts";
import { onKey } from "./on-key.ts";

/** Actions that change which rows there are. */
const ROWS_CHANGE: ReadonlySet<Action["type"]> = new Set([
  "sources_loaded",
  "groups_page",
  "rows_refreshed",
  "part_loaded",
  "history_page",
  "lines_page",
  "lines_refreshed",
  "live_page",
  "changes_page",
]);

/** The model after an action, and the effects it asks for. */
export function reduce(model: Model, action: Action): Step {
  return step(ROWS_CHANGE.has(action.type) ? anchorSelection(model) : model, action);
}

function onResized(model: Model, { columns, rows }: Model["size"]): Model {
  return columns === model.size.columns && rows === model.size.rows ? model : { ...model, size: { columns, rows } };
}

function step(model: Model, action: Action): Step {
  if (isOfRegistry(action)) return registryStep(model, action);
  switch (action.type) {
    case "resized":
      return quiet(onResized(model, action));
    case "key":
      return onKey(model, action.key, action.atMs);
    case "connected":
      return onConnected(model, action);
    case "connection_lost":
      return onConnectionLost(model, action);
    case "connect_failed":
      return onConnectFailed(model, action);
    case "events":
      return onEvents(model, action.events, action.atMs);
    case "sources_loaded":
      return onSources(model, action);
    case "sources_failed":
      return quiet({ ...model, sources: { ...model.sources, isLoading: false, fault: action.reason } });
    case "scan_progressed":
      return onScan(model, action);
    case "groups_page":
      return onGroupsPage(model, action);
    case "groups_failed":
      return quiet(
        model.open?.source === action.source ? { ...model, open: { ...model.open, isLoading: false, fault: action.reason } } : model,
      );
    case "rows_refreshed":
      return onRowsRefreshed(model, action);
    case "part_loaded":
      return onPart(model, action);
    case "part_failed":
      return onPartFailed(model, action);
    case "command_done":
      return onCommandDone(model, action);
    case "command_failed":
      return onCommandFailed(model, action);
    case "marks_expired":
      return onMarksExpired(model, action.atMs);
    default:
      return assertNever(action);
  }
}

const REGISTRY = [
  "history_page",
  "lines_page",
  "lines_failed",
  "lines_refreshed",
  "live_page",
  "changes_page",
  "live_failed",
  "plan_loaded",
  "plan_failed",
  "command_lost",
  "outcome_known",
  "outcome_unknown",
] as const;
type RegistryAction = Extract<Action, { type: (typeof REGISTRY)[number] }>;

function isOfRegistry(action: Action): action is RegistryAction {
  return (REGISTRY as readonly string[]).includes(action.type);
}

/** What arrives for the lists of lines, what was live when, and the dialogs of moves. */
function registryStep(model: Model, action: RegistryAction): Step {
  switch (action.type) {
    case "history_page":
      return onHistoryPage(model, action);
    case "lines_page":
      return onLinesPage(model, action);
    case "lines_failed":
      return onLinesFailed(model, action);
    case "lines_refreshed":
      return onLinesRefreshed(model, action);
    case "live_page":
      return onLivePage(model, action);
    case "changes_page":
      return onChangesPage(model, action);
    case "live_failed":
      return onLiveFailed(model, action);
    case "plan_loaded":
      return onPlan(model, action);
    case "plan_failed":
      return onPlanFailed(model, action);
    case "command_lost":
      return onCommandLost(model, action);
    case "outcome_known":
      return onOutcome(model, action);
    case "outcome_unknown":
      return onOutcomeUnknown(model, action);
  }
}
