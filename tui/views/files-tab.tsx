// The files of a group as they are on disk.

import { cutCellsLeft } from "../format/cell-width.ts";
import { byteSize } from "../format/numbers.ts";
import { span, type StyledLine } from "../format/styled.ts";
import { shortTime } from "../format/times.ts";
import { currentWindow, linePart } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";

/** A line of titles, then one line a file. */
export function FilesTab({ model, height }: TabProps) {
  const width = model.size.columns;
  const show = linePart(model, "show");
  const missing = missingPart(show, width);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const files = show?.value?.artifacts ?? [];
  if (files.length === 0) return <Lines lines={paragraph("No files of this group are on disk now.", width, "dim")} height={height} />;
  const { top } = currentWindow(model);
  const shaWidth = width >= 160 ? 64 : width >= 100 ? 16 : 8;
  const fixed = 12 + 10 + shaWidth + 20 + 8;
  const lines = files
    .slice(top, top + height - 1)
    .map((file): StyledLine => [
      span(`  ${file.kind.padEnd(12)} `, "accent"),
      span(
        `${byteSize(file.size_bytes).padStart(9)}  ${file.sha256.slice(0, shaWidth).padEnd(shaWidth)}  ${shortTime(file.modified_at).padEnd(20)}  `,
      ),
      span(cutCellsLeft(file.path, Math.max(8, width - fixed))),
    ]);
  const title = `  ${"kind".padEnd(12)} ${"size".padStart(9)}  ${"sha256".padEnd(shaWidth)}  ${"modified".padEnd(20)}  path`;
  return <Lines lines={[[span(title, "dim")], ...lines]} height={height} />;
}
