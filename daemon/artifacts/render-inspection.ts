// An inspection as lines of text for a terminal.

import { stringifyExact } from "../../shared/lib/exact-json.ts";
import type { Inspection } from "./inspect.ts";
import type { CallFact, PickleFacts } from "./pickle/facts.ts";

const MAX_VALUE_LINES = 2000;
const MAX_LISTED = 50;

/** Facts first, then the value as tagged JSON, cut after 2,000 lines. Nothing in the lines can drive a terminal. */
export function renderInspection(inspection: Inspection): string[] {
  const { name, bytes, kind, format, facts, rejected, truncated } = inspection;
  const lines = [`file      ${name}`, `bytes     ${bytes}`, `kind      ${kind ?? "none of the artifact kinds"}`, `read as   ${format}`];
  if (facts !== null) lines.push(...factLines(facts));
  if (rejected !== null) lines.push(`refused   ${rejected.reason}${rejected.offset > 0 ? ` (at byte ${rejected.offset})` : ""}`);
  if (inspection.value !== null || rejected === null) lines.push("value", ...valueLines(inspection));
  if (truncated) lines.push("a part of the value is left out: too large, too deep, or it contains itself");
  return lines.map(harmless);
}

function valueLines(inspection: Inspection): string[] {
  const lines = stringifyExact(inspection.value, 2).split("\n");
  if (lines.length <= MAX_VALUE_LINES) return lines;
  return [...lines.slice(0, MAX_VALUE_LINES), `… ${lines.length - MAX_VALUE_LINES} more lines (--json prints all)`];
}

function factLines(facts: PickleFacts): string[] {
  const lines = [`protocol  ${facts.protocol}`];
  if (facts.container !== "none") lines.push(`packed    ${facts.container}`);
  lines.push(
    `globals   ${facts.globalsTotal}`,
    ...listed(
      facts.globals.map((fact) => `  ${fact.module} ${fact.name} (byte ${fact.offset})`),
      facts.globalsTotal,
    ),
  );
  lines.push(`calls     ${facts.callsTotal}, of functions unknown to us ${facts.unknownCallsTotal}; nothing was called`);
  lines.push(...listed(facts.unknownCalls.map(callLine), facts.unknownCallsTotal));
  if (facts.unknownObjectsTotal > 0) {
    lines.push(
      `objects   ${facts.unknownObjectsTotal} of unknown classes`,
      ...listed(facts.unknownObjects.map(callLine), facts.unknownObjectsTotal),
    );
  }
  if (facts.externalsTotal > 0) lines.push(`outside   ${facts.externalsTotal} references to something outside the file`);
  if (facts.trailing > 0) lines.push(`trailing  ${facts.trailing} bytes behind the pickle`);
  if (facts.limitsHit.length > 0) lines.push(`limits    ${facts.limitsHit.join(", ")}`);
  return lines;
}

function callLine(fact: CallFact): string {
  return `  ${fact.opcode} ${fact.module} ${fact.name} (byte ${fact.offset})`;
}

function listed(lines: readonly string[], total: number): string[] {
  const shown = lines.slice(0, MAX_LISTED);
  return total > shown.length ? [...shown, `  … ${total - shown.length} more`] : [...shown];
}

// oxlint-disable-next-line no-control-regex
const MARKS = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Control characters and marks that change the direction of text become visible escapes. */
function harmless(line: string): string {
  return line.replaceAll(MARKS, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
