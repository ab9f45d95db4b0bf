// What a promotion must show: the gates, their default thresholds, and how settings of a type and of a line change them.

export const GATE_NAMES = ["ic", "sharpe", "paper_trade_hours", "better_than_incumbent"] as const;
export type GateName = (typeof GATE_NAMES)[number];

/** Columns of a dated series, for `better_than_incumbent`. */
export const SERIES_COLUMNS = ["ic", "ret"] as const;
export type SeriesColumn = (typeof SERIES_COLUMNS)[number];

export interface GateSetting {
  readonly enabled: boolean;
  /**
   * Names of metrics; the first one that the version has is taken, also when it is NaN. For `paper_trade_hours` the declared hours that are
   * shown, for `better_than_incumbent` the column of the series: `ic` or `ret`.
   */
  readonly metrics: readonly string[];
  /** `ic`, `sharpe`, `better_than_incumbent` (lower end of the interval): strictly above. `paper_trade_hours`: at least. */
  readonly threshold: number;
}

/** All gates; plain JSON. */
export interface GatePolicy {
  readonly gates: Readonly<Record<GateName, GateSetting>>;
}

/** What a type or a line sets otherwise; what it leaves out stays. */
export interface GatePolicyChange {
  readonly gates?: Readonly<Partial<Record<GateName, Partial<GateSetting>>>>;
}

/** The thresholds of the old registry; validation's IC stands in where a version has no `ic`. */
export const DEFAULT_GATE_POLICY: GatePolicy = {
  gates: {
    ic: { enabled: true, metrics: ["ic", "valid_ic"], threshold: 0.02 },
    sharpe: { enabled: true, metrics: ["sharpe"], threshold: 0.5 },
    paper_trade_hours: { enabled: true, metrics: ["paper_trade_hours"], threshold: 24 },
    better_than_incumbent: { enabled: false, metrics: ["ic"], threshold: 0 },
  },
};

/** The policy that holds for a line: its own settings over those of its type over the defaults, setting by setting. Null = nothing set. */
export function mergePolicies(defaults: GatePolicy, typePolicy: GatePolicyChange | null, linePolicy: GatePolicyChange | null): GatePolicy {
  const merged = (gate: GateName): GateSetting => ({ ...defaults.gates[gate], ...typePolicy?.gates?.[gate], ...linePolicy?.gates?.[gate] });
  return {
    gates: {
      ic: merged("ic"),
      sharpe: merged("sharpe"),
      paper_trade_hours: merged("paper_trade_hours"),
      better_than_incumbent: merged("better_than_incumbent"),
    },
  };
}
