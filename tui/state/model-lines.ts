// The lines of the model tab: on a wide screen two columns, what is known beside importance; else one below the other.

import { coefficientRows, importanceLines, importanceRows, MEASURE_WORDS, type ImportanceMeasure } from "../charts/importance-bars.ts";
import type { ModelView } from "../../shared/contract/model-operations.ts";
import { cellWidth, cutCells, fitCells, wrapCells } from "../format/cell-width.ts";
import type { Charset } from "../format/charset.ts";
import { float32Text } from "../format/float32.ts";
import { globalTexts, modelFacts, parameterFacts, valueText, type ModelFact } from "../format/model-facts.ts";
import { counted } from "../format/numbers.ts";
import { cutLine, lineWidth, span, type StyledLine } from "../format/styled.ts";

export interface ModelLinesOptions {
  readonly width: number;
  readonly charset: Charset;
  readonly measure: ImportanceMeasure;
  /** Names of the features by position, as far as they are known. */
  readonly names: readonly string[];
}

/** From this width on there are two columns. */
const WIDE = 120;
const MOST_LABEL = 24;
/** Lines of one kept row's values. */
const MOST_ROW_LINES = 3;

/** Labels in one column, texts wrapped in the other. */
function factLines(facts: readonly ModelFact[], width: number): StyledLine[] {
  const labels = facts.map(({ label }) => cutCells(label, MOST_LABEL));
  const column = Math.max(0, ...labels.map(cellWidth)) + 2;
  return facts.flatMap(({ text, role }, at) =>
    wrapCells(text, Math.max(10, width - column - 2)).map((part, line): StyledLine => {
      const label = line === 0 ? (labels[at] ?? "") : "";
      return [span(` ${fitCells(label, column)}`, "dim"), span(part, role)];
    }),
  );
}

function section(title: string, lines: readonly StyledLine[]): StyledLine[] {
  return lines.length === 0 ? [] : [[], [span(` ${title}`, "strong")], ...lines];
}

/** A section that begins a column or a screen: without the empty line above. */
function first(lines: readonly StyledLine[]): readonly StyledLine[] {
  return lines.slice(1);
}

function barLines(view: ModelView, { width, charset, measure, names }: ModelLinesOptions, room: number): StyledLine[] {
  const indent = (lines: readonly StyledLine[]): StyledLine[] => lines.map((line) => [span(" "), ...line]);
  const layout = { width: room - 2, charset };
  if (view.coefficients.length > 0) {
    const rows = coefficientRows(view, names);
    return section(`coefficients, ${rows.length}, largest first`, indent(importanceLines(rows, { ...layout, isSigned: true })));
  }
  const rows = importanceRows(view, measure);
  if (rows.length === 0) return section("importance", [[span(" no tree splits by any feature", "dim")]]);
  const isPart = view.importance_total > rows.length;
  const which = isPart
    ? `${rows.length} of ${view.importance_total} features, those of the largest total gain`
    : counted(rows.length, "feature");
  const title = wrapCells(`importance by ${MEASURE_WORDS[measure]}: ${which}`, Math.min(width, room) - 2);
  const more = title.slice(1).map((text): StyledLine => [span(` ${text}`, "strong")]);
  return section(title[0] ?? "", [...more, ...indent(importanceLines(rows, { ...layout, isSigned: false }))]);
}

function pickleLines({ pickle }: ModelView, width: number): StyledLine[] {
  if (pickle === null) return [];
  const globals = globalTexts(pickle).flatMap(({ text, role }) =>
    wrapCells(text, width - 4).map((part): StyledLine => [span(`   ${part}`, role)]),
  );
  const classes =
    pickle.classes === null ? [] : factLines([{ label: "classes", text: pickle.classes.map(valueText).join(", "), role: "plain" }], width);
  return [
    ...section("classes of the pickle", classes),
    ...section(`globals of the pickle: ${pickle.globals_total}, none was looked up`, globals),
  ];
}

function numbersText(values: readonly (number | null)[]): string {
  return values.map(float32Text).join(" ");
}

/** The kept rows with their answers: what another system's answers can be compared with. */
function sampleLines(view: ModelView, width: number): StyledLine[] {
  const lines = view.samples.flatMap(({ row, margin, prediction }, at): StyledLine[] => {
    const wrapped = wrapCells(numbersText(row), width - 6);
    const shown = wrapped.slice(0, MOST_ROW_LINES);
    const isCut = wrapped.length > shown.length;
    return [
      ...wrapCells(`row ${at + 1}: margin ${numbersText(margin)}, prediction ${numbersText(prediction)}`, width - 3).map(
        (text): StyledLine => [span(`  ${text}`)],
      ),
      ...shown.map((text): StyledLine => [span(`    ${text}`, "dim")]),
      ...(isCut ? [[span(`    and more: ${counted(row.length, "value")} in all`, "dim")]] : []),
    ];
  });
  return section(`first ${view.samples.length} of ${view.proof_rows} kept rows (nan = missing or infinite)`, lines);
}

/** Two columns of lines as one. */
function besides(left: readonly StyledLine[], right: readonly StyledLine[], leftWidth: number): StyledLine[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_line, at) => {
    const cut = cutLine(left[at] ?? [], leftWidth - 1);
    const beside = right[at];
    return beside === undefined ? cut : [...cut, span(" ".repeat(leftWidth - lineWidth(cut))), ...beside];
  });
}

/** All lines of the tab. */
export function modelLines(view: ModelView, options: ModelLinesOptions): readonly StyledLine[] {
  const { width } = options;
  const isWide = width >= WIDE;
  const leftWidth = isWide ? Math.floor(width / 2) : width;
  const summary = factLines(modelFacts(view), leftWidth);
  const bars = barLines(view, options, width - (isWide ? leftWidth : 0));
  const details = [
    ...section("parameters", factLines(parameterFacts(view), leftWidth)),
    ...pickleLines(view, leftWidth),
    ...(view.samples.length === 0 ? [] : sampleLines(view, leftWidth)),
  ];
  return isWide ? besides([...summary, ...details], first(bars), leftWidth) : [...summary, ...bars, ...details];
}
