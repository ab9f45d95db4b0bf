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
  onPreview,
  onPreviewFailed,
  onRowsRefreshed,
  onScan,
  onSources,
} from "./on-data.ts";
import { onEvents, onMarksExpired } from "./on-events.ts";
import { onKey } from "./on-key.ts";

/** Actions that change which rows there are. */
const ROWS_CHANGE: ReadonlySet<Action["type"]> = new Set(["sources_loaded", "groups_page", "rows_refreshed", "part_loaded"]);

/** The model after an action, and the effects it asks for. */
export function reduce(model: Model, action: Action): Step {
  return step(ROWS_CHANGE.has(action.type) ? anchorSelection(model) : model, action);
}

function onResized(model: Model, { columns, rows }: Model["size"]): Model {
  return columns === model.size.columns && rows === model.size.rows ? model : { ...model, size: { columns, rows } };
}

function step(model: Model, action: Action): Step {
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
    case "preview_loaded":
      return onPreview(model, action);
    case "preview_failed":
      return onPreviewFailed(model, action);
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
