// The whole screen: exactly as many rows as the terminal has, never one more.

import { Box } from "ink";
import { useSyncExternalStore } from "react";
import { span } from "../format/styled.ts";
import { helpHeight, isTooSmall, LEAST_COLUMNS, LEAST_ROWS } from "../state/layout.ts";
import type { Model } from "../state/model.ts";
import type { Store } from "../state/store.ts";
import { dialogLines } from "./dialog-lines.ts";
import { Footer } from "./footer.tsx";
import { GroupsView } from "./groups-view.tsx";
import { Header } from "./header.tsx";
import { HelpView } from "./help-view.tsx";
import { LineView } from "./line-view.tsx";
import { Line, Lines } from "./line.tsx";
import { SourcesView } from "./sources-view.tsx";

function Body({ model }: { readonly model: Model }) {
  const { dialog, screen } = model;
  if (dialog?.kind === "help") return <HelpView model={model} top={dialog.top} />;
  if (dialog !== undefined) return <Lines lines={dialogLines(model, dialog)} height={helpHeight(model)} />;
  if (screen.kind === "sources") return <SourcesView model={model} />;
  return screen.kind === "groups" ? <GroupsView model={model} /> : <LineView model={model} />;
}

/** Draws the model. The width is Ink's own: when the terminal shrinks it paints once before the model knows, and must not wrap then. */
export function Screen({ model }: { readonly model: Model }) {
  const { columns, rows } = model.size;
  const content = isTooSmall(model.size) ? (
    <Line line={[span(`needs ${LEAST_COLUMNS}×${LEAST_ROWS}`.slice(0, columns), "warn")]} />
  ) : (
    <>
      <Header model={model} />
      <Body model={model} />
      <Footer model={model} />
    </>
  );
  return (
    <Box width="100%" height={rows} flexDirection="column" overflow="hidden">
      {content}
    </Box>
  );
}

/** The screen, drawn anew whenever the model changes. */
export function App({ store }: { readonly store: Store }) {
  return <Screen model={useSyncExternalStore(store.subscribe, store.getModel)} />;
}
