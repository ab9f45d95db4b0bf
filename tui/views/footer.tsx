// The two lines at the bottom: news (or what is being typed), and the keys that work here.

import { cutCells } from "../format/cell-width.ts";
import { glyphs } from "../format/charset.ts";
import { cutLine, lineWidth, span, type Role, type Span, type StyledLine } from "../format/styled.ts";
import { COMMANDS, KEYMAP, type Command, type Place } from "../keys/keymap.ts";
import { groupCondition, sourceCondition } from "../state/columns.ts";
import { lineCondition } from "../state/line-columns.ts";
import type { Model, Toast } from "../state/model.ts";
import { refusalOf } from "../state/permission.ts";
import { currentList, currentRows, placeOf, selectedGroup, sortColumns, visibleLines, visibleSources } from "../state/selectors.ts";
import { Line } from "./line.tsx";

const TOAST_ROLES: Readonly<Record<Toast["level"], Role>> = { info: "accent", warn: "warn", error: "bad" };

/** What the selected row would say if it had more room, when something is wrong with it. */
function selectionText(model: Model): string {
  if (model.screen.kind === "sources") {
    const source = visibleSources(model)[currentRows(model).index];
    const condition = source === undefined ? "ok" : sourceCondition(source);
    return condition === "ok" || source === undefined ? "" : `${source.name}: ${condition}`;
  }
  if (model.screen.kind === "lines") {
    const line = visibleLines(model)[currentRows(model).index];
    return line === undefined || line.degraded === "" ? "" : `${line.line}: ${lineCondition(line)}`;
  }
  const group = selectedGroup(model);
  if (group === undefined) return "";
  const condition = groupCondition(group);
  return condition === "ok" || condition === "pinned" ? "" : `${group.group_key}: ${condition}`;
}

function newsLine(model: Model): StyledLine {
  if (model.input === "filter") return [span("/", "accent"), span(`${currentList(model).filter}_`)];
  if (model.input === "time" || model.input === "until")
    return [
      span(model.input === "time" ? "at which time? " : "and at which second time? ", "accent"),
      span(`${model.liveAt?.typed ?? ""}_`),
    ];
  if (model.input === "sort") return [span("sort by which column?", "accent")];
  if (model.toast !== undefined) {
    const end = model.toast.level === "error" ? " (esc)" : "";
    const text = cutCells(`${model.toast.level}: ${model.toast.text.replaceAll("\n", " ")}`, model.size.columns - end.length);
    return [span(text + end, TOAST_ROLES[model.toast.level])];
  }
  if (model.connection.state === "stale") return [span(`connection: ${firstLine(model.connection.reason)}; trying again`, "warn")];
  // A dialog says itself what there is to say.
  const text = model.dialog === undefined ? selectionText(model) : "";
  return text === "" ? [] : [span(text, "warn")];
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** Keys of the places where something is typed or chosen. */
function fixedHints(model: Model, place: Place): StyledLine | undefined {
  switch (place) {
    case "filter":
      return [span("words must occur, !word must not   enter done   esc clear", "dim")];
    case "sort":
      return [
        span(
          `${sortColumns(model)
            .map((column) => `${column.letter} ${column.title}`)
            .join("  ")}  s next`,
          "dim",
        ),
      ];
    case "time":
      return [span("2026-01-05 09:30, 2026-01-05 or 09:30 (UTC), empty = now   enter show   esc leave", "dim")];
    case "until":
      return [span("2026-01-05 09:30, 2026-01-05 or 09:30 (UTC), empty = no second time   enter show   esc leave", "dim")];
    case "move":
      return [span("tab next field   enter done   esc leave without doing it", "dim")];
    case "reason":
      return [span("type the reason   enter done", "dim")];
    case "register":
      return [span("tab next field   enter register   esc leave", "dim")];
    case "remove":
      return [span("type the name   enter remove   esc leave", "dim")];
    case "confirm":
      return [span("y yes   n no   tab type the text that goes with it", "dim")];
    case "help":
      return [span("j k scroll   esc close", "dim")];
    default:
      return undefined;
  }
}

function hint(model: Model, command: Command): Span[] {
  const entry = KEYMAP[command];
  const key = entry.keys[0] ?? "";
  // Grey, and in brackets where there is no grey.
  if (refusalOf(model, command) !== undefined) return [span(`(${key} ${entry.hint ?? ""})`, "dim"), span("  ")];
  return [span(key, "strong"), span(` ${entry.hint ?? ""}`, "plain"), span("  ")];
}

/** The first screen has nothing behind it. */
function isIdle(command: Command, place: Place): boolean {
  return command === "back" && place === "sources";
}

/** Hints of the place, as many as fit; help and quit always do. */
function hintLine(model: Model): StyledLine {
  const place = placeOf(model);
  const fixed = fixedHints(model, place);
  if (fixed !== undefined) return cutLine(fixed, model.size.columns);
  const last = [...hint(model, "help"), ...hint(model, "quit")];
  const line: Span[] = [];
  let room = model.size.columns - lineWidth(last);
  for (const command of COMMANDS) {
    const entry = KEYMAP[command];
    if (entry.hint === undefined || !entry.when.includes(place) || isIdle(command, place) || command === "help" || command === "quit")
      continue;
    const spans = hint(model, command);
    if (lineWidth(spans) > room) continue;
    room -= lineWidth(spans);
    line.push(...spans);
  }
  return [...line, ...last];
}

/** Two lines. */
export function Footer({ model }: { readonly model: Model }) {
  return (
    <>
      <Line line={cutLine(newsLine(model), model.size.columns)} />
      <Line line={hintLine(model)} />
    </>
  );
}

/** The arrow of this charset, for texts that go from something to something. */
export function arrowOf(model: Model): string {
  return glyphs(model.charset).arrow;
}
