// What was live at a time, or what differs between two; below the table what there is to say of the selected line.

import type { LiveAtView as LiveRow, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
import { wrapCells } from "../format/cell-width.ts";
import { span, type StyledLine } from "../format/styled.ts";
import { neededWidths } from "../format/table.ts";
import { shortTime } from "../format/times.ts";
import { bodyHeight, LIVE_DETAIL } from "../state/layout.ts";
import { CHANGE_COLUMNS, clientsText, LIVE_COLUMNS } from "../state/line-columns.ts";
import { memoLast } from "../state/memo-last.ts";
import type { Model } from "../state/model.ts";
import { currentRows, currentWindow, visibleChanges, visibleLive } from "../state/selectors.ts";
import { arrowOf } from "./footer.tsx";
import { Lines } from "./line.tsx";
import { missingRows } from "./part-lines.ts";
import { Table } from "./table.tsx";

const neededLive = memoLast((rows: readonly LiveRow[]) => neededWidths(LIVE_COLUMNS, rows));
const neededChanges = memoLast((rows: readonly LiveDifferenceView[]) => neededWidths(CHANGE_COLUMNS, rows));

function detailLines(model: Model, texts: readonly string[]): StyledLine[] {
  const lines = texts.flatMap((text) => wrapCells(text, model.size.columns - 2)).map((text): StyledLine => [span(` ${text}`, "dim")]);
  return [[], ...lines];
}

function liveTexts(row: LiveRow | undefined): string[] {
  if (row === undefined) return [];
  const clients = `loaded by then: ${row.clients.length === 0 ? "no client had said so" : clientsText(row)}`;
  if (row.version === "") return [`${row.line}: nothing was live`, clients];
  const until = row.until === null ? "and still is" : `until ${shortTime(row.until)}`;
  const why = [row.action ?? "", row.actor === "" ? "" : `by ${row.actor}`, row.reason === "" ? "" : `(${row.reason})`];
  return [
    `${row.version} was live since ${row.since === null ? "the beginning" : shortTime(row.since)} ${until}: ${why.filter((part) => part !== "").join(" ")}`,
    clients,
  ];
}

function LiveTable({ model }: { readonly model: Model }) {
  const rows = visibleLive(model);
  return (
    <>
      <Table
        columns={LIVE_COLUMNS}
        rows={rows}
        needed={neededLive(model.liveAt?.table.rows ?? [])}
        window={currentWindow(model)}
        sort={undefined}
        width={model.size.columns}
        charset={model.charset}
        isMarked={() => false}
        roleOf={() => "plain"}
      />
      <Lines lines={detailLines(model, liveTexts(rows[currentRows(model).index]))} height={LIVE_DETAIL} />
    </>
  );
}

function ChangesTable({ model }: { readonly model: Model }) {
  const rows = visibleChanges(model);
  const row = rows[currentRows(model).index];
  const orNone = (version: string): string => (version === "" ? "nothing" : version);
  const texts = row === undefined ? [] : [`${row.line}: ${orNone(row.before)} ${arrowOf(model)} ${orNone(row.after)}`];
  return (
    <>
      <Table
        columns={CHANGE_COLUMNS}
        rows={rows}
        needed={neededChanges(model.liveAt?.changes.rows ?? [])}
        window={currentWindow(model)}
        sort={undefined}
        width={model.size.columns}
        charset={model.charset}
        isMarked={() => false}
        roleOf={() => "plain"}
      />
      <Lines lines={detailLines(model, texts)} height={LIVE_DETAIL} />
    </>
  );
}

/** Titles, rows and details, one line more than the body. */
export function LiveAtView({ model }: { readonly model: Model }) {
  const { liveAt } = model;
  const isTable = liveAt?.until === undefined;
  const count = currentRows(model).count;
  const missing = isTable
    ? missingRows(liveAt?.table, count, model.size.columns, "No line existed then.")
    : missingRows(liveAt.changes, count, model.size.columns, "The same was live at both times, on every line.");
  if (missing !== undefined) return <Lines lines={missing} height={bodyHeight(model) + 1} />;
  return isTable ? <LiveTable model={model} /> : <ChangesTable model={model} />;
}
