// Gate verdicts, policies and metric differences as lines of text.

import type { ComparisonView, GateVerdictView } from "../../shared/contract/registry-views.ts";
import { compact, signed } from "./numbers.ts";
import { span, type StyledLine } from "./styled.ts";

/** One verdict: the word first, then value and rule, then why. */
export function gateLine(gate: GateVerdictView): StyledLine {
  const found = gate.value_text === "" ? "missing" : gate.value === null ? gate.value_text : compact(gate.value);
  const word = gate.passed ? "passed " : "REFUSED";
  const isNamed = gate.metric !== "" && gate.metric !== gate.gate && gate.gate !== "paper_trade_hours";
  const metric = isNamed ? ` (${gate.metric})` : "";
  const declared = gate.declared === null ? "" : `, declared ${compact(gate.declared)}, not counted`;
  return [
    span(`${word} `, gate.passed ? "good" : "bad"),
    span(`${gate.gate.padEnd(18)} ${found}${metric}  needs ${gate.rule}${declared}`),
    span(gate.passed || gate.reason === "" ? "" : `  ${gate.reason}`, "dim"),
  ];
}

/** `ic 0.031 → 0.042  +0.0110` */
export function deltaText(delta: ComparisonView["metrics"][number], nameWidth: number, arrow: string): string {
  const side = (value: number | null): string => compact(value).padStart(10);
  return `${delta.name.padEnd(nameWidth)} ${side(delta.first)} ${arrow} ${side(delta.second)}  ${signed(delta.difference)}`;
}

interface GateSettingText {
  readonly enabled?: unknown;
  readonly metrics?: unknown;
  readonly threshold?: unknown;
}

/** The gates of a policy in one line, from its JSON text; a text of another shape is shown as it is. */
export function policyText(effective: string): string {
  const parsed = parse(effective);
  const gates: unknown = isObject(parsed) ? parsed["gates"] : undefined;
  if (!isObject(gates)) return effective;
  const texts = Object.entries(gates).flatMap(([gate, setting]) => (isObject(setting) ? settingText(gate, setting) : []));
  return texts.length === 0 ? "no gate is switched on" : texts.join(", ");
}

function settingText(gate: string, { enabled, metrics, threshold }: GateSettingText): string[] {
  if (enabled === false) return [];
  const sign = gate === "paper_trade_hours" ? ">=" : ">";
  const names = Array.isArray(metrics) ? metrics.filter((name) => name !== gate) : [];
  const also = names.length === 0 || gate === "paper_trade_hours" ? "" : ` (${names.join(", ")})`;
  return [`${gate}${also} ${sign} ${String(threshold)}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
