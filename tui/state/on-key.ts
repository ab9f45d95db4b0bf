// What each key does: found in the keymap, decided here.

import { CHARSETS } from "../format/charset.ts";
import { metricNames } from "../charts/curve-facts.ts";
import { IMPORTANCE_MEASURES, MEASURE_WORDS } from "../charts/importance-bars.ts";
import { isBrowsing, matchKey, type Command } from "../keys/keymap.ts";
import type { Key } from "../keys/split-keys.ts";
import { asking, quiet, type Step } from "./action.ts";
import { inConfirm, inReason, inRegister, inRemove, loadDemo, startRegister, startRemove, startResume } from "./dialogs.ts";
import { editText } from "./edit-text.ts";
import { isRegistryNamespace } from "../../shared/domain/names.ts";
import type { Model } from "./model.ts";
import { inMoveForm, startMove, startPaper } from "./move-dialog.ts";
import { goBack, leave, move, openLines, openSelected, reloadOpenLine, showTab, sortBy, turnTab, withList } from "./navigate.ts";
import { inTime, liveNow, openLiveAt, reloadLiveAt, shiftLiveAt, typeTime } from "./on-live-at.ts";
import { refusalOf } from "./permission.ts";
import { currentList, linePart, placeOf, sortColumns } from "./selectors.ts";

type Handler = (model: Model, atMs: number) => Step;

const BROWSE: Readonly<Partial<Record<Command, Handler>>> = {
  up: (model) => move(model, "up"),
  down: (model) => move(model, "down"),
  page_up: (model) => move(model, "page_up"),
  page_down: (model) => move(model, "page_down"),
  top: (model) => move(model, "top"),
  bottom: (model) => move(model, "bottom"),
  open: openSelected,
  step_in: openSelected,
  back: goBack,
  out: leave,
  filter: (model) => quiet({ ...model, input: "filter" }),
  sort: (model) => quiet({ ...model, input: "sort" }),
  next_tab: (model) => turnTab(model, 1),
  previous_tab: (model) => turnTab(model, -1),
  tab_ic: (model) => showTab(model, "ic"),
  tab_training: (model) => showTab(model, "training"),
  tab_model: (model) => showTab(model, "model"),
  tab_factors: (model) => showTab(model, "factors"),
  tab_info: (model) => showTab(model, "info"),
  tab_versions: (model) => showTab(model, "versions"),
  tab_files: (model) => showTab(model, "files"),
  tab_history: (model) => showTab(model, "history"),
  lines: openLines,
  live_at: openLiveAt,
  order: (model) => quiet({ ...model, icOrder: model.icOrder === "signed" ? "absolute" : "signed" }),
  metric: nextMetric,
  measure: nextMeasure,
  log: (model) => quiet({ ...model, isLog: !model.isLog }),
  charset: (model) => quiet({ ...model, charset: following(CHARSETS, model.charset) }),
  refresh: refreshHere,
  promote: (model, atMs) => startMove(model, "promote", "p", atMs),
  rollback: (model, atMs) => startMove(model, "rollback", "b", atMs),
  activate: (model, atMs) => startMove(model, "activate", "a", atMs),
  resume: startResume,
  archive: (model, atMs) => startMove(model, "archive", "z", atMs),
  restage: (model, atMs) => startMove(model, "restage", "e", atMs),
  fail: (model, atMs) => startMove(model, "fail", "x", atMs),
  paper: startPaper,
  earlier_hour: (model) => shiftLiveAt(model, -1),
  later_hour: (model) => shiftLiveAt(model, 1),
  earlier_day: (model) => shiftLiveAt(model, -24),
  later_day: (model) => shiftLiveAt(model, 24),
  type_time: (model) => typeTime(model, "time"),
  compare_times: (model) => typeTime(model, "until"),
  now: liveNow,
  register: startRegister,
  remove: startRemove,
  demo: loadDemo,
  help: (model) => quiet({ ...model, dialog: { kind: "help", top: 0 } }),
  quit: (model) => exitWith(model, 0),
};

/** The next choice, round and round. */
function following<T>(choices: readonly T[], current: T): T {
  return choices[(choices.indexOf(current) + 1) % choices.length] ?? current;
}

function exitWith(model: Model, code: number): Step {
  return asking({ ...model, exitCode: code }, { type: "exit", code });
}

/** One key. */
export function onKey(model: Model, key: Key, atMs: number): Step {
  const place = placeOf(model);
  const command = matchKey(place, key.id);
  if (command === "interrupt") return exitWith(model, 130);
  if (command === "suspend") return asking(model, { type: "suspend" });
  switch (place) {
    case "small":
      return command === "quit" ? exitWith(model, 0) : quiet(model);
    case "filter":
      return inFilter(model, command, key);
    case "sort":
      return inSort(model, key);
    case "time":
    case "until":
      return inTime(model, command, key);
    case "move":
      return inMoveForm(model, command, key, atMs);
    case "reason":
      return inReason(model, command, key);
    case "register":
      return inRegister(model, command, key);
    case "remove":
      return inRemove(model, command, key, atMs);
    case "confirm":
      return command === undefined ? quiet(model) : inConfirm(model, command, atMs);
    case "help":
      return inHelp(model, command);
    default:
      return command === undefined || !isBrowsing(place) ? quiet(model) : browse(model, command, atMs);
  }
}

function browse(model: Model, command: Command, atMs: number): Step {
  // An error stays until esc dismisses it; other news has been read by the next key.
  const current = model.toast === undefined || model.toast.level === "error" ? model : { ...model, toast: undefined };
  const refusal = refusalOf(current, command);
  if (refusal !== undefined) return quiet({ ...current, toast: { level: "warn", text: refusal } });
  return BROWSE[command]?.(current, atMs) ?? quiet(current);
}

function inFilter(model: Model, command: Command | undefined, key: Key): Step {
  const list = currentList(model);
  if (command === "accept") return quiet({ ...model, input: "browse" });
  if (command === "cancel") return quiet({ ...withList(model, { filter: "", top: 0 }), input: "browse" });
  return quiet(withList(model, { filter: editText(list.filter, key), index: 0, top: 0 }));
}

function inSort(model: Model, key: Key): Step {
  const columns = sortColumns(model);
  const sort = currentList(model).sort;
  if (key.id === "s") {
    const next = columns[(columns.findIndex((column) => column.id === sort?.column) + 1) % Math.max(1, columns.length)];
    return quiet(next === undefined ? model : withList(model, { sort: { column: next.id, isReversed: false }, top: 0 }));
  }
  const chosen = columns.find((column) => column.letter === key.id);
  // Any other key leaves the choice as it is.
  return quiet({ ...(chosen === undefined ? model : sortBy(model, chosen.id)), input: "browse" });
}

function inHelp(model: Model, command: Command | undefined): Step {
  if (command === "cancel" || command === "help" || command === "quit") return quiet({ ...model, dialog: undefined });
  return command === undefined ? quiet(model) : (BROWSE[command]?.(model, 0) ?? quiet(model));
}

function nextMetric(model: Model): Step {
  const curve = linePart(model, "curve")?.value;
  const names = curve === undefined ? [] : metricNames(curve);
  const at = model.metric === undefined ? 0 : names.indexOf(model.metric);
  return quiet({ ...model, metric: names[(at + 1) % Math.max(1, names.length)] });
}

/** Says which measure it is: the bars' title may be out of sight. */
function nextMeasure(model: Model): Step {
  const measure = following(IMPORTANCE_MEASURES, model.measure);
  return quiet({ ...model, measure, toast: { level: "info", text: `importance by ${MEASURE_WORDS[measure]}` } });
}

/** `r`: all sources, the open source, or the open group; what has no files is fetched again. */
function refreshHere(model: Model): Step {
  const { screen } = model;
  if (screen.kind === "live_at") return reloadLiveAt(model);
  if (screen.kind === "lines") return asking(model, { type: "load_lines" });
  if (screen.kind === "line" && isRegistryNamespace(screen.source)) return reloadOpenLine(model);
  const input =
    screen.kind === "sources"
      ? {}
      : screen.kind === "groups"
        ? { source: screen.source }
        : { source: screen.source, group_key: screen.groupKey };
  return asking(
    { ...model, toast: { level: "info", text: "looking at the files" } },
    { type: "command", request: { name: "refresh", input } },
  );
}
