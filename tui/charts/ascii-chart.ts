// Line charts in plain ASCII through asciichart, which by itself throws on gaps and takes one column for every value.

import asciichart from "asciichart";
import { drawable, stepDigits, tickLabel, valueRange, type AxisRange } from "./axis.ts";

/** One line of the chart. */
export interface AsciiSeries {
  readonly values: readonly (number | null)[];
  /** Every other column only, to tell it from a solid line. */
  readonly isDotted?: boolean;
  /** One letter, printed right of the line's end. */
  readonly letter?: string;
}

/** Size in cells, axis and letters included; the lines are exactly `width` long and `height` many. */
export interface AsciiChartSize {
  readonly width: number;
  readonly height: number;
  readonly isLog?: boolean;
}

/** The chart's lines, and where the plot begins in them, for whoever adds an x axis. */
export interface AsciiChart {
  readonly lines: readonly string[];
  readonly plotStart: number;
  readonly plotWidth: number;
}

// In asciichart's order: first value, axis, two half lines, line, down to, up to, down from, up from, vertical.
const SYMBOLS = ["|", "|", "-", "-", "-", "`", ",", ".", "'", "|"];

/** Draws one or more series over one y axis. Never throws: without a finite value the lines say so. Later series are drawn over earlier ones. */
export function renderAsciiChart(series: readonly AsciiSeries[], size: AsciiChartSize): AsciiChart {
  const height = Math.max(2, Math.floor(size.height));
  const isLog = size.isLog === true;
  const range = valueRange(
    series.map((one) => one.values),
    isLog,
  );
  if (range === undefined) return emptyChart(size.width, height);
  const steps = height - 1;
  const labelOf = axisLabels(range, steps, isLog);
  const labelWidth = Math.max(...Array.from({ length: height }, (_row, at) => labelOf(at).length));
  const plotStart = labelWidth + 1;
  const letters = series.some((one) => one.letter !== undefined) ? 2 : 0;
  const plotWidth = Math.max(2, Math.floor(size.width) - plotStart - letters);
  const length = Math.max(...series.map((one) => one.values.length));
  const grid = Array.from({ length: height }, () => Array.from<string>({ length: plotWidth + letters }).fill(" "));
  for (const one of series) drawSeries(grid, one, { range, isLog, steps, plotWidth, length });
  // asciichart's first line is the top of the axis.
  const lines = grid.map((cells, row) => `${labelOf(steps - row).padStart(labelWidth)}|${cells.join("")}`);
  return { lines, plotStart, plotWidth };
}

interface Plot {
  readonly range: AxisRange;
  readonly isLog: boolean;
  readonly steps: number;
  readonly plotWidth: number;
  readonly length: number;
}

function drawSeries(grid: string[][], series: AsciiSeries, plot: Plot): void {
  const columns = resample(series.values.map(drawable), plot.length, plot.plotWidth).map((value) => toStep(value, plot));
  const filled = fillGaps(columns);
  if (filled === undefined) return;
  // Values are whole steps already, so that one step is one row whatever their size.
  const text = asciichart.plot(filled, { min: 0, max: plot.steps, height: plot.steps, offset: 2, symbols: SYMBOLS, format: () => "x" });
  let end: number | undefined;
  for (const [row, line] of text.split("\n").entries()) {
    for (let x = 0; x < plot.plotWidth; x++) {
      const isGap = columns[x] === undefined || (series.isDotted === true && x % 2 === 1);
      // Two characters of axis come first; asciichart has one column less than it has values.
      const glyph = x === plot.plotWidth - 1 ? lastGlyph(columns[x], plot.steps - row) : line[x + 2];
      if (!isGap && glyph !== undefined && glyph !== " ") setCell(grid, row, x, glyph);
    }
  }
  for (const [x, step] of columns.entries()) if (step !== undefined) end = x;
  const last = end === undefined ? undefined : columns[end];
  if (series.letter !== undefined && end !== undefined && last !== undefined)
    setCell(grid, plot.steps - Math.round(last), Math.min(end + 1, plot.plotWidth), series.letter);
}

function lastGlyph(step: number | undefined, row: number): string | undefined {
  return step !== undefined && Math.round(step) === row ? "-" : undefined;
}

function setCell(grid: string[][], row: number, x: number, glyph: string): void {
  const cells = grid[row];
  if (cells !== undefined && x < cells.length) cells[x] = glyph;
}

/** A value as a height between 0 and `steps`; undefined for one that has none. */
function toStep(value: number | null, plot: Plot): number | undefined {
  if (value === null || !Number.isFinite(value) || (plot.isLog && value <= 0)) return undefined;
  const scale = (x: number): number => (plot.isLog ? Math.log10(x) : x);
  const low = scale(plot.range.min);
  return Math.round(((scale(value) - low) / (scale(plot.range.max) - low)) * plot.steps);
}

/** One value a column: of the values that share a column, the one that stands out most from their mean; null where there is none. */
function resample(values: readonly (number | null)[], length: number, width: number): (number | null)[] {
  return Array.from({ length: width }, (_column, x) => {
    if (length <= width) {
      const at = width <= 1 ? 0 : (x * Math.max(0, length - 1)) / (width - 1);
      return interpolate(values, at);
    }
    const bin = values
      .slice(Math.floor((x * length) / width), Math.floor(((x + 1) * length) / width))
      .filter((value) => value !== null && Number.isFinite(value));
    if (bin.length === 0) return null;
    const mean = bin.reduce<number>((sum, value) => sum + (value ?? 0) / bin.length, 0);
    return bin.reduce((best, value) => (Math.abs((value ?? 0) - mean) > Math.abs((best ?? 0) - mean) ? value : best), bin[0] ?? null);
  });
}

function interpolate(values: readonly (number | null)[], at: number): number | null {
  const before = values[Math.floor(at)];
  const after = values[Math.ceil(at)];
  if (before === undefined || before === null || after === undefined || after === null) return values[Math.round(at)] ?? null;
  return before + (after - before) * (at - Math.floor(at));
}

/** Gaps take the value before them (after them, at the start): they are blanked once drawn. Undefined when there is nothing else. */
function fillGaps(columns: readonly (number | undefined)[]): number[] | undefined {
  let last = columns.find((value) => value !== undefined);
  if (last === undefined) return undefined;
  return columns.map((value) => (last = value ?? last ?? 0));
}

function axisLabels(range: AxisRange, steps: number, isLog: boolean): (step: number) => string {
  if (isLog) return (step) => (10 ** (Math.log10(range.min) + (step / steps) * Math.log10(range.max / range.min))).toPrecision(3);
  const step = (range.max - range.min) / steps;
  const digits = stepDigits(step);
  // A row's step is seldom round: one digit more tells 0.015 from 0.02.
  const isRound = Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6;
  return (row) => tickLabel(range.min + (row / steps) * (range.max - range.min), isRound ? digits : digits + 1);
}

function emptyChart(width: number, height: number): AsciiChart {
  const message = "no finite values";
  const lines = Array.from({ length: height }, (_line, at) =>
    at === Math.floor(height / 2) ? message.slice(0, width).padEnd(width) : " ".repeat(width),
  );
  return { lines, plotStart: 0, plotWidth: width };
}
