// The chart of training curves: axis, plot, letters at the lines' ends, best round marked, rounds below.

import { glyphs, type Charset } from "../format/charset.ts";
import { lineText, span, type Span, type StyledLine } from "../format/styled.ts";
import { renderAsciiChart } from "./ascii-chart.ts";
import { niceTicks, tickLabel, valueRange, type AxisRange } from "./axis.ts";
import { bestText, gapText, lastText, legendText, metricCurves, metricNames, type CurveInput, type MetricCurves } from "./curve-facts.ts";
import { createDotCanvas } from "./dot-canvas.ts";
import { dotColumn, dotHeight, plotSeries } from "./plot-series.ts";

export interface CurveChartSize {
  /** Cells, axis included. */
  readonly width: number;
  readonly height: number;
  readonly charset: Charset;
  readonly isLog?: boolean;
}

/** Exactly `height` lines of at most `width` cells: the plot, and the rounds below it. Without any finite value a line says so. */
export function curveChart(curves: MetricCurves, size: CurveChartSize): StyledLine[] {
  const plotRows = Math.max(2, size.height - 1);
  const isLog = size.isLog === true;
  const range = valueRange(
    curves.curves.map((curve) => curve.values),
    isLog,
  );
  if (range === undefined) {
    const reason = isLog ? "no positive values: nothing to draw on a log axis" : "no finite values";
    return Array.from({ length: plotRows + 1 }, (_line, at) => (at === 0 ? [span(reason.slice(0, size.width), "warn")] : []));
  }
  return size.charset === "ascii" ? asciiCurves(curves, size, plotRows) : dotCurves(curves, size, plotRows, range);
}

function asciiCurves(curves: MetricCurves, size: CurveChartSize, plotRows: number): StyledLine[] {
  const series = curves.curves.map((curve) => ({ values: curve.values, letter: curve.letter, isDotted: curve.kind === "train" }));
  const chart = renderAsciiChart(series, { width: size.width, height: plotRows, isLog: size.isLog === true });
  return [...chart.lines.map((line) => [span(line)]), roundsLine(curves, chart.plotStart, chart.plotWidth, size.width)];
}

function dotCurves(curves: MetricCurves, size: CurveChartSize, plotRows: number, range: AxisRange): StyledLine[] {
  const isLog = size.isLog === true;
  const labels = axisLabels(range, plotRows, isLog);
  const labelWidth = Math.max(1, ...[...labels.values()].map((label) => label.length));
  const letterRoom = curves.curves.length + 1;
  const plotWidth = Math.max(4, size.width - labelWidth - 1 - letterRoom);
  const canvas = createDotCanvas(plotWidth, plotRows, size.charset);
  if (curves.best !== undefined) {
    const x = dotColumn(curves.best.iteration, curves.rounds, canvas.width);
    for (let y = 0; y < canvas.height; y += 2) canvas.dot(x, y, "warn");
  }
  for (const curve of curves.curves) {
    plotSeries(canvas, curve.values, { range, isLog, isDotted: curve.kind === "train", role: curve.kind, length: curves.rounds });
  }
  const letters = endLetters(curves, canvas.height, plotRows, range, isLog);
  const axis = glyphs(size.charset).axis;
  const lines = canvas
    .toLines()
    .map((line, row) => [span(`${(labels.get(row) ?? "").padStart(labelWidth)}${axis}`, "dim"), ...line, ...(letters.get(row) ?? [])]);
  return [...lines, roundsLine(curves, labelWidth + 1, plotWidth, size.width)];
}

/** Row → label, for the round values of the y axis. */
function axisLabels(range: AxisRange, plotRows: number, isLog: boolean): ReadonlyMap<number, string> {
  const ticks = isLog ? logTicks(range) : niceTicks(range, Math.max(2, Math.floor(plotRows / 2)));
  const labels = new Map<number, string>();
  for (const value of ticks.values) {
    const row = dotHeight(value, plotRows, range, isLog);
    if (row !== undefined && !labels.has(row)) labels.set(row, isLog ? value.toPrecision(2) : tickLabel(value, ticks.digits));
  }
  return labels;
}

/** 1, 2 and 5 times the powers of ten inside the range; its ends when there are none. */
function logTicks(range: AxisRange): { readonly values: readonly number[]; readonly digits: number } {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(range.min)); power <= Math.ceil(Math.log10(range.max)); power++) {
    for (const factor of [1, 2, 5]) {
      const value = factor * 10 ** power;
      if (value >= range.min && value <= range.max) values.push(value);
    }
  }
  return { values: values.length >= 2 ? values : [range.min, range.max], digits: 0 };
}

/** Each curve's letter beside the row where it ends; curves that end on one row stand side by side. */
function endLetters(
  curves: MetricCurves,
  dots: number,
  plotRows: number,
  range: AxisRange,
  isLog: boolean,
): ReadonlyMap<number, readonly Span[]> {
  const rows = new Map<number, Span[]>();
  for (const curve of curves.curves) {
    const last = curve.values.findLast((value) => dotHeight(value, dots, range, isLog) !== undefined);
    const y = dotHeight(last, dots, range, isLog);
    if (y === undefined) continue;
    const row = Math.floor((y * plotRows) / dots);
    const spans = rows.get(row) ?? [span(" ")];
    rows.set(row, [...spans, span(curve.letter, curve.kind)]);
  }
  return rows;
}

/** The x axis: first and last round, and the best one with a mark below its place. */
function roundsLine(curves: MetricCurves, plotStart: number, plotWidth: number, width: number): StyledLine {
  const cells = Array.from<string>({ length: Math.max(plotWidth, 1) }).fill(" ");
  const write = (at: number, text: string): void => {
    const start = Math.max(0, Math.min(at, cells.length - text.length));
    // A label keeps clear of its neighbours, or is left out.
    if (cells.slice(Math.max(0, start - 1), start + text.length + 1).some((cell) => cell !== " ")) return;
    for (const [offset, character] of [...text].entries()) cells[start + offset] = character;
  };
  if (curves.best !== undefined) write(dotColumn(curves.best.iteration, curves.rounds, plotWidth), `^best ${curves.best.iteration}`);
  write(0, "0");
  write(plotWidth, String(curves.rounds - 1));
  return [span((" ".repeat(plotStart) + cells.join("")).slice(0, width), "dim")];
}

/**
 * One metric's chart as plain lines, with legend, best round, last values and gap below; for the command line.
 * `metric` defaults to the first one; a name that does not exist answers a line that says which exist.
 */
export function curveLines(input: CurveInput, size: CurveChartSize & { readonly metric?: string }): string[] {
  const names = metricNames(input);
  const metric = size.metric ?? names[0];
  if (metric === undefined) return ["no training curves in these files"];
  const curves = metricCurves(input, metric);
  if (curves === undefined) return [`no metric ${JSON.stringify(metric)}; there are: ${names.join(", ")}`];
  const arrow = glyphs(size.charset).arrow;
  const facts = [legendText(curves, "dotted", "solid"), bestText(curves), lastText(curves), gapText(curves, arrow)];
  const chart = curveChart(curves, { ...size, height: Math.max(3, size.height - facts.length - 1) });
  return [metric, ...chart.map((line) => lineText(line).trimEnd()), ...facts];
}
