// The help: every key, drawn from the keymap.

import { cutLine, span, type StyledLine } from "../format/styled.ts";
import { helpEntries, type HelpEntry } from "../keys/help-entries.ts";
import { helpHeight } from "../state/layout.ts";
import type { Model } from "../state/model.ts";
import { refusalOf } from "../state/permission.ts";
import { screenPlace } from "../state/selectors.ts";
import { Lines } from "./line.tsx";

function entryLine(model: Model, entry: HelpEntry): StyledLine {
  if ("heading" in entry) return [span(` ${entry.heading}`, "strong")];
  const refusal = refusalOf(model, entry.command);
  const keys = `   ${entry.keys.padEnd(20)} `;
  if (refusal !== undefined) return [span(`${keys}(${entry.help}) ${refusal}`, "dim")];
  return [span(keys, "accent"), span(entry.help)];
}

/** The visible part of the help. */
export function HelpView({ model, top }: { readonly model: Model; readonly top: number }) {
  const height = helpHeight(model);
  const lines = helpEntries(screenPlace(model.screen))
    .slice(top, top + height)
    .map((entry) => cutLine(entryLine(model, entry), model.size.columns));
  return <Lines lines={lines} height={height} />;
}
