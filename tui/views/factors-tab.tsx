// The model's factors by input position.

import { cutCells } from "../format/cell-width.ts";
import { signed } from "../format/numbers.ts";
import { span, type StyledLine } from "../format/styled.ts";
import { currentWindow, linePart, visibleFactors } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";

/** A line of titles, then one line a factor. */
export function FactorsTab({ model, height }: TabProps) {
  const width = model.size.columns;
  const missing = missingPart(linePart(model, "factors"), width);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const rows = visibleFactors(model);
  if (rows.length === 0)
    return (
      <Lines lines={paragraph("No factors: this version has no factors file, or the filter hides all.", width, "dim")} height={height} />
    );
  const { top } = currentWindow(model);
  const lines = rows.slice(top, top + height - 1).map((row): StyledLine => {
    const role = row.kendall_tau === null ? "dim" : row.kendall_tau < 0 ? "bad" : "good";
    return [
      span(`${String(row.dim).padStart(6)}  `),
      span(`${signed(row.kendall_tau).padStart(8)}  `, role),
      span(cutCells(row.factor_name, width - 18)),
    ];
  });
  return <Lines lines={[[span("   dim       tau  factor", "dim")], ...lines]} height={height} />;
}
