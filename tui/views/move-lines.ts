// The dialog of a move: from and to, gates, metrics, who has what loaded, and what to press.

import { wrapCells } from "../format/cell-width.ts";
import { glyphs } from "../format/charset.ts";
import { deltaText, gateLine } from "../format/gate-texts.ts";
import { counted } from "../format/numbers.ts";
import { cutLine, span, type StyledLine } from "../format/styled.ts";
import { shortTime } from "../format/times.ts";
import type { VersionView } from "../../shared/contract/views.ts";
import type { Model } from "../state/model.ts";
import { isOptionOffered } from "../state/move-dialog.ts";
import { MOVE_WORDS, type LoadedBy, type MoveDialog, type MovePlan } from "../state/move-types.ts";
import { endLines, fact, field, say } from "./dialog-parts.ts";

/** Cells of the labels at the left. */
const LABEL = 9;

function versionWords(label: string, view: VersionView | undefined): string {
  if (label === "") return "nothing is live";
  if (view === undefined) return label;
  const facts = [
    view.status,
    `created ${shortTime(view.created_at)}`,
    ...(view.train_end_date === null ? [] : [`train end ${view.train_end_date}`]),
    ...(view.sha256 === "" ? [] : [`sha ${view.sha256.slice(0, 12)}`]),
  ];
  return `${label}  (${facts.join(", ")})`;
}

function labelled(label: string, lines: readonly StyledLine[], width: number): StyledLine[] {
  return lines.map((line, at) => cutLine([span(`  ${at === 0 ? label.padEnd(LABEL) : " ".repeat(LABEL)}`, "dim"), ...line], width - 2));
}

function gateLines(dialog: MoveDialog, plan: MovePlan, width: number): StyledLine[] {
  if (dialog.move !== "promote") return [];
  if (plan.gates.length === 0) return labelled("gates", [[span(`none on this line (policy ${plan.policy})`, "warn")]], width);
  return labelled("gates", plan.gates.map(gateLine), width);
}

function metricLines(model: Model, { comparison, comparisonNote }: MovePlan): StyledLine[] {
  const width = model.size.columns;
  if (comparison === undefined)
    return comparisonNote === ""
      ? []
      : labelled(
          "metrics",
          wrapCells(comparisonNote, width - LABEL - 4).map((text) => [span(text, "dim")]),
          width,
        );
  const { arrow } = glyphs(model.charset);
  const names = Math.min(24, Math.max(0, ...comparison.metrics.map(({ name }) => name.length)));
  const deltas = comparison.metrics.map((delta): StyledLine => [span(deltaText(delta, names, arrow))]);
  const paired = comparison.paired.map((one): StyledLine => {
    const [mean, low, high] = [one.mean_difference, one.low, one.high].map((value) => value.toPrecision(3));
    return [span(`${one.column} on ${one.dates} common dates: ${mean}, ${one.confidence * 100} % within ${low} to ${high}`)];
  });
  const factors = [comparison.factors_added.length, comparison.factors_removed.length] as const;
  const changed: StyledLine[] = factors[0] + factors[1] === 0 ? [] : [[span(`factors: ${factors[0]} added, ${factors[1]} removed`)]];
  return labelled("metrics", [...deltas, ...paired, ...changed], width);
}

/** At most this many clients are named. */
const MOST_CLIENTS = 12;

function loadedText(clients: readonly LoadedBy[]): string {
  if (clients.length === 0) return "no client has said that it runs a version of this line";
  const named = clients.slice(0, MOST_CLIENTS).map(({ clientId, version }) => `${clientId} ${version}`);
  const more = clients.length > MOST_CLIENTS ? [`and ${counted(clients.length - MOST_CLIENTS, "other")}`] : [];
  return [...named, ...more].join(", ");
}

/** The lines as they are when there is room, else the first ones and how many are missing. */
function elastic(lines: readonly StyledLine[], room: number): readonly StyledLine[] {
  if (lines.length <= room) return lines;
  const kept = Math.max(0, room - 1);
  return room <= 0 ? [] : [...lines.slice(0, kept), [span(`           and ${counted(lines.length - kept, "more line")}`, "dim")]];
}

function titleOf(dialog: MoveDialog): string {
  const { move, line } = dialog;
  const { verb } = MOVE_WORDS[move];
  const version = dialog.plan?.version ?? dialog.version;
  if (move === "rollback") return `${verb} ${line}${version === "" ? "" : ` to ${version}`}`;
  return `${verb} ${line} ${version}`;
}

function fieldLines(model: Model, dialog: MoveDialog): StyledLine[] {
  const { textLabel, option } = MOVE_WORDS[dialog.move];
  if (!dialog.isProduction) return [field(model, textLabel, dialog.reason, dialog.field === "reason")];
  const isFocused = dialog.field === "option";
  const box = `[${dialog.isOptionOn ? "x" : " "}] ${option?.label ?? ""}${isFocused ? "  (space)" : ""}`;
  return [
    ...(isOptionOffered(model, dialog) ? [[span(isFocused ? "> " : "  ", "accent"), span(box, dialog.isOptionOn ? "warn" : "plain")]] : []),
    field(model, textLabel, dialog.reason, dialog.field === "reason"),
    field(model, `type ${dialog.line}`, dialog.typed, dialog.field === "name"),
  ];
}

function promptOf(dialog: MoveDialog): string {
  const { doing, textLabel } = MOVE_WORDS[dialog.move];
  if (dialog.isProduction)
    return dialog.field === "name" ? `enter   ${doing}      tab   next field      esc   leave` : "enter   next field      esc   leave";
  return dialog.field === "reason"
    ? "enter   the text is complete"
    : `y   yes, ${doing}      n   no (default)      tab   type the ${textLabel}`;
}

function noteLines(model: Model, dialog: MoveDialog, plan: MovePlan): StyledLine[] {
  const isEmptying = dialog.move === "fail" && plan.from === plan.version;
  const note = isEmptying ? `${plan.version} is live: nothing is served for this line afterwards. For good.` : MOVE_WORDS[dialog.move].note;
  return [
    ...plan.warnings.flatMap((warning) => say(model, `warning: ${warning}`, "warn")),
    ...say(model, note, isEmptying ? "warn" : "plain"),
  ];
}

function changeText(model: Model, dialog: MoveDialog, plan: MovePlan): string {
  const orNothing = (version: string): string => (version === "" ? "nothing" : version);
  const { arrow } = glyphs(model.charset);
  if (plan.from === plan.to) return `${orNothing(plan.from)} stays live`;
  return `${orNothing(plan.from)} ${arrow} ${orNothing(plan.to)}${dialog.move === "rollback" && dialog.isOptionOn ? ` (${orNothing(plan.from)} failed)` : ""}`;
}

function newsLines(model: Model, dialog: MoveDialog): StyledLine[] {
  return dialog.news === "" ? [] : say(model, `${dialog.news}: look again`, "warn");
}

/** The dialog before the daemon has said what would happen, or after it said that it cannot be. */
function openLines(model: Model, dialog: MoveDialog): StyledLine[] {
  const title: StyledLine[] = [[], ...say(model, titleOf(dialog), "strong"), ...newsLines(model, dialog), []];
  const refused =
    dialog.planFault === undefined ? say(model, "asking the daemon what would happen", "dim") : say(model, dialog.planFault, "bad");
  return [...title, ...refused, ...endLines(model, dialog, dialog.isProduction ? "esc   leave" : "n   leave")];
}

/** The lines of a move's dialog, at most `height` of them: metrics give way first, then the blanks. */
export function moveLines(model: Model, dialog: MoveDialog, height: number): StyledLine[] {
  const { plan } = dialog;
  if (plan === undefined || dialog.planFault !== undefined) return openLines(model, dialog);
  const width = model.size.columns;
  const isLive = plan.from === plan.to;
  const head: StyledLine[] = [
    [...say(model, titleOf(dialog), "strong").flat(), span("   "), span(changeText(model, dialog, plan), "warn")],
    ...newsLines(model, dialog),
    ...fact(model, "live now ", versionWords(plan.from, plan.fromView)),
    ...(isLive && plan.version === plan.from ? [] : fact(model, "version  ", versionWords(plan.version, plan.view), "accent")),
    ...gateLines(dialog, plan, width),
    ...fact(model, "loaded   ", loadedText(plan.loadedBy)),
  ];
  const note = plan.changes ? noteLines(model, dialog, plan) : say(model, "It is so already: nothing would change.", "warn");
  const end = plan.changes
    ? [...note, [], ...fieldLines(model, dialog), ...endLines(model, dialog, promptOf(dialog))]
    : [...note, ...endLines(model, dialog, dialog.isProduction ? "esc   leave" : "n   leave")];
  const metrics = elastic(metricLines(model, plan), height - head.length - end.length);
  const all = [...head, ...metrics, ...end];
  if (all.length < height) return [[], ...all];
  const blanks = end.filter((line) => line.length > 0);
  // What has to be typed and what went wrong stay in sight on the smallest screen.
  return all.length === height ? all : [...head.slice(0, Math.max(1, height - blanks.length)), ...blanks].slice(0, height);
}
