// Draws one series of values on a dot canvas: extremes survive, missing values are gaps, infinities are marked at the edge.

import type { Role } from "../format/styled.ts";
import type { AxisRange } from "./axis.ts";
import type { DotCanvas } from "./dot-canvas.ts";

export interface PlotStyle {
  readonly range: AxisRange;
  readonly isLog: boolean;
  /** Every other dot column only, so that two lines differ without colour. */
  readonly isDotted: boolean;
  readonly role: Role;
  /** Values that the whole width stands for: a shorter series ends before the right edge. */
  readonly length: number;
}

/** Height of a value in dots from the top, or undefined when it has none (missing, not finite, or not positive on a log axis). */
export function dotHeight(value: number | null | undefined, canvasHeight: number, range: AxisRange, isLog: boolean): number | undefined {
  if (value === null || value === undefined || !Number.isFinite(value) || (isLog && value <= 0)) return undefined;
  const [low, high, at] = isLog ? [Math.log10(range.min), Math.log10(range.max), Math.log10(value)] : [range.min, range.max, value];
  const y = Math.round(((high - at) / (high - low)) * (canvasHeight - 1));
  return Math.min(canvasHeight - 1, Math.max(0, y));
}

/** Dot column of the value at `index`, when `length` values fill `width` dots. */
export function dotColumn(index: number, length: number, width: number): number {
  return length <= 1 ? 0 : Math.min(width - 1, Math.round((index * (width - 1)) / (length - 1)));
}

/** Draws the values from left to right. */
export function plotSeries(canvas: DotCanvas, values: readonly (number | null)[], style: PlotStyle): void {
  let previous: { readonly x: number; readonly y: number } | undefined;
  for (const [index, value] of values.entries()) {
    const x = dotColumn(index, style.length, canvas.width);
    if (value === Infinity || value === -Infinity) canvas.sign(x, value > 0 ? 0 : canvas.height - 1, value > 0 ? "^" : "v", style.role);
    const y = dotHeight(value, canvas.height, style.range, style.isLog);
    if (y === undefined) {
      previous = undefined;
      continue;
    }
    if (previous === undefined) mark(canvas, x, y, y, style);
    else if (previous.x === x) mark(canvas, x, previous.y, y, style);
    else join(canvas, previous, { x, y }, style);
    previous = { x, y };
  }
}

function mark(canvas: DotCanvas, x: number, from: number, to: number, style: PlotStyle): void {
  if (style.isDotted && x % 2 === 1 && canvas.width > 1) return;
  canvas.column(x, from, to, style.role);
}

/** A straight line between two points: each dot column takes the part of the rise that falls on it. */
function join(
  canvas: DotCanvas,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  style: PlotStyle,
): void {
  const run = to.x - from.x;
  let last = from.y;
  for (let step = 1; step <= run; step++) {
    const y = Math.round(from.y + ((to.y - from.y) * step) / run);
    // Starting one dot after the last keeps a steep line one dot wide.
    mark(canvas, from.x + step, y === last ? y : last + Math.sign(y - last), y, style);
    last = y;
  }
}
