// What the gates say, as a table.

import type { GateVerdictView } from "../../shared/contract/registry-views.ts";
import type { CliContext } from "./context.ts";
import { printTable, type TableColumn } from "./table.ts";

const GATE_COLUMNS: readonly TableColumn<GateVerdictView>[] = [
  { title: "GATE", cell: (row) => row.gate },
  { title: "VERDICT", cell: (row) => (row.passed ? "pass" : "FAIL"), role: (row) => (row.passed ? "good" : "bad") },
  { title: "VALUE", align: "right", cell: (row) => (row.value_text === "" ? "missing" : row.value_text) },
  { title: "RULE", cell: (row) => row.rule },
  { title: "METRIC", cell: (row) => (row.metric === "" ? "-" : row.metric) },
  { title: "WHY", cell: (row) => row.reason },
];

/** True when at least one gate refuses. */
export function isRefused(gates: readonly GateVerdictView[]): boolean {
  return gates.some(({ passed }) => !passed);
}

/** `3 of 3`, `failed: ic, sharpe`; empty without gates. */
export function gatesText(gates: readonly GateVerdictView[]): string {
  const failed = gates.filter(({ passed }) => !passed).map(({ gate }) => gate);
  if (gates.length === 0) return "";
  return failed.length === 0 ? `${gates.length} of ${gates.length}` : `failed: ${failed.join(", ")}`;
}

/** Prints the verdicts. */
export async function printGates(context: CliContext, gates: readonly GateVerdictView[]): Promise<void> {
  await printTable(context, GATE_COLUMNS, gates, "no gates hold for this line");
}
