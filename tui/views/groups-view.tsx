// The groups and symbols of one source.

import type { GroupView } from "../../shared/contract/views.ts";
import { wrapCells } from "../format/cell-width.ts";
import { span, type Role, type StyledLine } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import { GROUP_COLUMNS } from "../state/columns.ts";
import { bodyHeight } from "../state/layout.ts";
import { memoLast } from "../state/memo-last.ts";
import type { Model } from "../state/model.ts";
import { currentList, currentWindow, visibleGroups } from "../state/selectors.ts";
import { Lines } from "./line.tsx";
import { Table } from "./table.tsx";

const neededOf = memoLast((rows: readonly GroupView[]) => neededWidths(GROUP_COLUMNS, rows));

function emptyLines(model: Model): StyledLine[] | undefined {
  const { open } = model;
  const say = (text: string, role: Role): StyledLine[] => [
    [],
    ...wrapCells(text, model.size.columns - 2).map((line) => [span(` ${line}`, role)]),
  ];
  if (open === undefined || (open.rows.length === 0 && open.isLoading)) return say("loading", "dim");
  if (open.rows.length === 0)
    return open.fault !== undefined
      ? say(open.fault, "bad")
      : say("There is no group of model artifacts in this directory yet. It is watched: files that arrive show here.", "dim");
  return visibleGroups(model).length === 0 ? say("No group matches the filter; esc clears it.", "dim") : undefined;
}

function roleOf(group: GroupView): Role {
  if (group.degraded !== "") return "bad";
  return group.pinned ? "accent" : group.warnings.length > 0 ? "warn" : "plain";
}

/** Titles and rows, one line more than the body. */
export function GroupsView({ model }: { readonly model: Model }) {
  const empty = emptyLines(model);
  if (empty !== undefined) return <Lines lines={empty} height={bodyHeight(model) + 1} />;
  return (
    <Table
      columns={GROUP_COLUMNS}
      rows={visibleGroups(model)}
      needed={neededOf(model.open?.rows ?? [])}
      window={currentWindow(model)}
      sort={currentList(model).sort}
      width={model.size.columns}
      charset={model.charset}
      isMarked={(row) => model.marks.has(row.line)}
      roleOf={roleOf}
    />
  );
}
