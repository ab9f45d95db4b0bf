// The part of asciichart 1.5 that we use; the package brings no types.

declare module "asciichart" {
  export interface PlotConfig {
    min?: number;
    max?: number;
    height?: number;
    offset?: number;
    padding?: string;
    symbols?: readonly string[];
    format?: (value: number, row: number) => string;
  }
  const asciichart: { plot(series: readonly number[], config?: PlotConfig): string };
  export default asciichart;
}
