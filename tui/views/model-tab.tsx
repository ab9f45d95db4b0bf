// What the model is: summary, importance, parameters, pickle, golden state, kept rows.

import { currentWindow, linePart, shownModelLines } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart } from "./part-lines.ts";

/** The lines, scrolled. */
export function ModelTab({ model, height }: TabProps) {
  const missing = missingPart(linePart(model, "model"), model.size.columns);
  if (missing !== undefined) return <Lines lines={missing} height={height} />;
  const { top } = currentWindow(model);
  return <Lines lines={shownModelLines(model).slice(top, top + height)} height={height} />;
}
