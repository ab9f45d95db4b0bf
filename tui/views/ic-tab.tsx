// IC by factor: bars around one zero column, largest first.

import { icBarLine, icLayout, icScaleLine } from "../charts/ic-bars.ts";
import { span, spread } from "../format/styled.ts";
import { currentWindow, linePart, visibleIcRows } from "../state/selectors.ts";
import { Line, Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";

/** Bars, and a line with the scale below them. */
export function IcTab({ model, height }: TabProps) {
  const width = model.size.columns;
  // The factors say why some have no tau: with them on their way the bars would be drawn twice.
  const factors = linePart(model, "factors");
  const isHalf = factors?.value === undefined && factors?.isLoading === true;
  const missing = isHalf ? paragraph("loading", width, "dim") : missingPart(linePart(model, "ic"), width);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const rows = visibleIcRows(model);
  if (rows.length === 0)
    return <Lines lines={paragraph("This version has no IC table and no named factors.", width, "dim")} height={height} />;
  const layout = icLayout(rows, width - 1, model.charset);
  const { top } = currentWindow(model);
  const bars = rows.slice(top, top + height - 1).map((row) => icBarLine(row, layout));
  const order = `${rows.length} by ${model.icOrder === "signed" ? "tau" : "|tau|"}`;
  return (
    <>
      <Lines lines={bars} height={height - 1} />
      <Line line={spread(overlay(order, icScaleLine(layout)), [], width)} />
    </>
  );
}

/** The order's words in the free space at the beginning of the scale line. */
function overlay(words: string, line: readonly { readonly text: string }[]) {
  const text = line.map((part) => part.text).join("");
  const free = text.length - text.trimStart().length;
  return [span(words.slice(0, Math.max(0, free - 1)).padEnd(free) + text.trimStart(), "dim")];
}
