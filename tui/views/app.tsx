// The whole screen: exactly as many rows as the terminal has, never one more.

import { Box, useApp } from "ink";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { span } from "../format/styled.ts";
import { helpHeight, isTooSmall, LEAST_COLUMNS, LEAST_ROWS } from "../state/layout.ts";
import type { Model } from "../state/model.ts";
import type { Store } from "../state/store.ts";
import { dialogLines } from "./dialog-lines.ts";
import { Footer } from "./footer.tsx";
import { GroupsView } from "./groups-view.tsx";
import { Header } from "./header.tsx";
import { HelpView } from "./help-view.tsx";
import { LinesView } from "./lines-view.tsx";
import { LiveAtView } from "./live-at-view.tsx";
import { LineView } from "./line-view.tsx";
import { Canvas, Line, Lines } from "./line.tsx";
import { SourcesView } from "./sources-view.tsx";

function Body({ model }: { readonly model: Model }) {
  const { dialog, screen } = model;
  if (dialog?.kind === "help") return <HelpView model={model} top={dialog.top} />;
  if (dialog !== undefined) return <Lines lines={dialogLines(model, dialog)} height={helpHeight(model)} />;
  switch (screen.kind) {
    case "sources":
      return <SourcesView model={model} />;
    case "groups":
      return <GroupsView model={model} />;
    case "lines":
      return <LinesView model={model} />;
    case "live_at":
      return <LiveAtView model={model} />;
    case "line":
      return <LineView model={model} />;
  }
}

/** Draws the model. */
export function Screen({ model }: { readonly model: Model }) {
  const { columns, rows } = model.size;
  const canvas = useMemo(() => ({ columns, charset: model.charset }), [columns, model.charset]);
  const content = isTooSmall(model.size) ? (
    <Line line={[span(`needs ${LEAST_COLUMNS}x${LEAST_ROWS}`.slice(0, columns), "warn")]} />
  ) : (
    <>
      <Header model={model} />
      <Body model={model} />
      <Footer model={model} />
    </>
  );
  return (
    <Canvas value={canvas}>
      <Box width="100%" height={rows} flexDirection="column" overflow="hidden">
        {content}
      </Box>
    </Canvas>
  );
}

/** Gives the terminal back while the work is done, then draws everything anew. */
export type HandOver = (work: () => Promise<void>) => Promise<void>;

interface AppProps {
  readonly store: Pick<Store, "getModel" | "subscribe">;
  /** Called once the screen is there. */
  readonly onReady: (handOver: HandOver) => void;
}

/** The screen, drawn anew whenever the model changes. */
export function App({ store, onReady }: AppProps) {
  const { suspendTerminal } = useApp();
  useEffect(() => onReady(suspendTerminal), [onReady, suspendTerminal]);
  return <Screen model={useSyncExternalStore(store.subscribe, store.getModel)} />;
}
