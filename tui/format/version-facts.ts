// What is known of one version beside its row: gates, paper trading, metrics, and the policy of its line.

import type { Output } from "../../shared/contract/operations.ts";
import type { VersionView } from "../../shared/contract/views.ts";
import { wrapCells } from "./cell-width.ts";
import { gateLine, policyText } from "./gate-texts.ts";
import { compact } from "./numbers.ts";
import { cutLine, span, type StyledLine } from "./styled.ts";
import { shortTime } from "./times.ts";

function paperText({ paper }: VersionView): string {
  if (paper === null) return "";
  const end = paper.stopped_at === null ? "running" : `until ${shortTime(paper.stopped_at)}`;
  const evidence = paper.evidence === "" ? "" : `; ${paper.evidence}`;
  return `${paper.hours.toFixed(2)} h since ${shortTime(paper.started_at)}, ${end} (${paper.started_by})${evidence}`;
}

function metricsText({ metrics }: VersionView): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${compact(value)}`)
    .join("  ");
}

/** Lines that sum a version up; none for one that was only captured. */
export function versionFactLines(version: VersionView, policy: Output<"policy.show"> | undefined, width: number): StyledLine[] {
  const { registration } = version;
  if (registration === null && version.gates.length === 0 && version.paper === null) return [];
  const facts: readonly (readonly [string, string])[] = [
    ["metrics ", metricsText(version)],
    ["paper   ", paperText(version)],
    ["by      ", [version.actor, version.reason].filter((text) => text !== "").join(": ")],
    ["policy  ", policy === undefined ? "" : policyText(policy.effective)],
    ["notes   ", registration?.notes ?? ""],
  ];
  const gates = version.gates.map((gate, at): StyledLine => [span(at === 0 ? "  gates    " : "           ", "dim"), ...gateLine(gate)]);
  const texts = facts.flatMap(([label, text]) =>
    (text === "" ? [] : wrapCells(text, width - 12)).map((part, at): StyledLine => [
      span(`  ${at === 0 ? label : "        "} `, "dim"),
      span(part),
    ]),
  );
  return [...gates, ...texts].map((line) => cutLine(line, width));
}
