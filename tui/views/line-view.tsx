// One group: its tabs, a line that sums it up, and the tab that is shown.

import { isRegistryNamespace } from "../../shared/domain/names.ts";
import { counted } from "../format/numbers.ts";
import { cutLine, lineWidth, span, type Role, type Span, type StyledLine } from "../format/styled.ts";
import { groupCondition } from "../state/columns.ts";
import { bodyHeight } from "../state/layout.ts";
import { TABS, type Model, type Tab } from "../state/model.ts";
import { openGroup } from "../state/selectors.ts";
import { FactorsTab } from "./factors-tab.tsx";
import { FilesTab } from "./files-tab.tsx";
import { HistoryTab } from "./history-tab.tsx";
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
  history: "History",
};
const VIEWS: Readonly<Record<Tab, (props: TabProps) => React.JSX.Element>> = {
  ic: IcTab,
  training: TrainingTab,
  model: ModelTab,
  factors: FactorsTab,
  info: InfoTab,
  versions: VersionsTab,
  files: FilesTab,
  history: HistoryTab,
};

/** How the tabs are written, the widest first: what stands between them, and how much of a title. */
const TAB_STYLES = [
  { gap: " ", number: " ", side: " ", most: 9 },
  { gap: "", number: " ", side: " ", most: 9 },
  { gap: " ", number: "", side: "", most: 9 },
  { gap: " ", number: "", side: "", most: 5 },
] as const;

function tabSpans(shown: Tab, { gap, number, side, most }: (typeof TAB_STYLES)[number]): Span[] {
  return TABS.flatMap((tab, at): Span[] => {
    const title = `${at + 1}${number}${TITLES[tab].slice(0, most)}`;
    return [tab === shown ? span(`[${title}]`, "strong") : span(`${side}${title}${side}`, "dim"), ...(gap === "" ? [] : [span(gap)])];
  });
}

/** All tabs with their keys; on a narrow screen closer together, so that none is cut off. */
function tabsLine(shown: Tab, width: number): StyledLine {
  const lines = TAB_STYLES.map((style) => tabSpans(shown, style));
  return lines.find((line) => lineWidth(line) <= width) ?? lines.at(-1) ?? [];
}

function summaryLine(model: Model): StyledLine {
  const group = openGroup(model);
  if (group === undefined) return [];
  const condition = groupCondition(group);
  const role: Role = group.degraded !== "" ? "bad" : condition === "ok" ? "good" : "warn";
  const live = group.version === "" ? "nothing live" : `live ${group.version}${group.pinned ? " (pinned)" : ""}`;
  const facts = isRegistryNamespace(group.source)
    ? [group.line, live, `policy ${group.policy}`]
    : [
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
