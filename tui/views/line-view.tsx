// One group: its tabs, a line that sums it up, and the tab that is shown.

import { counted } from "../format/numbers.ts";
import { cutLine, lineWidth, span, type Role, type Span, type StyledLine } from "../format/styled.ts";
import { groupCondition } from "../state/columns.ts";
import { bodyHeight } from "../state/layout.ts";
import { TABS, type Model, type Tab } from "../state/model.ts";
import { openGroup } from "../state/selectors.ts";
import { FactorsTab } from "./factors-tab.tsx";
import { FilesTab } from "./files-tab.tsx";
import { IcTab } from "./ic-tab.tsx";
import { InfoTab } from "./info-tab.tsx";
import { Line } from "./line.tsx";
import { ModelTab } from "./model-tab.tsx";
import { TrainingTab } from "./training-tab.tsx";
import { VersionsTab } from "./versions-tab.tsx";

export interface TabProps {
  readonly model: Model;
  readonly height: number;
}

const TITLES: Readonly<Record<Tab, string>> = {
  ic: "IC",
  training: "Training",
  model: "Model",
  factors: "Factors",
  info: "Info",
  versions: "Versions",
  files: "Files",
};
const VIEWS: Readonly<Record<Tab, (props: TabProps) => React.JSX.Element>> = {
  ic: IcTab,
  training: TrainingTab,
  model: ModelTab,
  factors: FactorsTab,
  info: InfoTab,
  versions: VersionsTab,
  files: FilesTab,
};

/** All tabs with their keys; on a narrow screen closer together, so that none is cut off. */
function tabsLine(shown: Tab, width: number): StyledLine {
  const line = TABS.flatMap((tab, at): Span[] => {
    const title = `${at + 1} ${TITLES[tab]}`;
    return tab === shown ? [span(`[${title}]`, "strong"), span(" ")] : [span(` ${title} `, "dim"), span(" ")];
  });
  if (lineWidth(line) <= width) return line;
  return TABS.flatMap((tab, at): Span[] => {
    const title = `${at + 1}${TITLES[tab]}`;
    return [tab === shown ? span(`[${title}]`, "strong") : span(title, "dim"), span(" ")];
  });
}

function summaryLine(model: Model): StyledLine {
  const group = openGroup(model);
  if (group === undefined) return [];
  const condition = groupCondition(group);
  const role: Role = group.degraded !== "" ? "bad" : condition === "ok" ? "good" : "warn";
  const live = group.version === "" ? "nothing live" : `live ${group.version}${group.pinned ? " (pinned)" : ""}`;
  const facts = [
    `${group.symbol} ${group.return_name}`.trim(),
    live,
    counted(group.factor_count, "factor"),
    `train end ${group.train_end_date ?? "n/a"}`,
    group.ready ? "ready" : "not ready",
  ];
  const mark = model.marks.has(group.line) ? [span("* ", "warn")] : [span("  ")];
  const state = condition === "pinned" ? [] : [span("  "), span(condition, role)];
  return cutLine([...mark, span(facts.filter((fact) => fact !== "").join("  ")), ...state], model.size.columns);
}

/** Tabs, summary, body. */
export function LineView({ model }: { readonly model: Model }) {
  if (model.screen.kind !== "line") return null;
  const View = VIEWS[model.screen.tab];
  return (
    <>
      <Line line={tabsLine(model.screen.tab, model.size.columns)} />
      <Line line={summaryLine(model)} />
      <View model={model} height={bodyHeight(model)} />
    </>
  );
}
