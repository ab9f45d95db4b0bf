// What the files say about the training: summary, configuration, model.

import { currentWindow, infoLines, linePart } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart } from "./part-lines.ts";

/** The tree of values, scrolled. */
export function InfoTab({ model, height }: TabProps) {
  const missing = missingPart(linePart(model, "show"), model.size.columns);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const { top } = currentWindow(model);
  return <Lines lines={infoLines(model).slice(top, top + height)} height={height} />;
}
