// Numbers of the bench: medians, percentiles and the lines that print them beside their bars.

import { loadavg } from "node:os";

/** The p-quantile (0..1) of the values by nearest rank. NaN without values. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** One line of the table: what was measured, against what, and the bar it is held to. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly bar: string;
}

/** Prints a table; the load says how quiet the machine was. */
export function printRows(rows: readonly Row[]): void {
  const head: Row = { what: "measured", ours: "ours", baseline: "baseline", ratio: "ratio", bar: "bar" };
  const keys = ["what", "ours", "baseline", "ratio", "bar"] as const;
  const widths = keys.map((key) => Math.max(...[head, ...rows].map((row) => row[key].length)));
  for (const row of [head, ...rows])
    process.stdout.write(
      `${keys
        .map((key, i) => row[key].padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
  process.stdout.write(
    `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}, node ${process.version}\n`,
  );
}

/** Milliseconds with a sensible number of digits. */
export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}
