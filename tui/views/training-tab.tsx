// Training curves: the chart, and in words the best round, the last one, and the gap between train and valid.

import { curveChart } from "../charts/curve-chart.ts";
import { bestText, gapText, lastText, legendText, metricCurves, metricNames, type MetricCurves } from "../charts/curve-facts.ts";
import { wrapCells } from "../format/cell-width.ts";
import { glyphs } from "../format/charset.ts";
import { span, type StyledLine } from "../format/styled.ts";
import { linePart } from "../state/selectors.ts";
import type { Model } from "../state/model.ts";
import { Lines } from "./line.tsx";
import type { TabProps } from "./line-view.tsx";
import { missingPart, paragraph } from "./part-lines.ts";

/** Chart above, facts below. */
export function TrainingTab({ model, height }: TabProps) {
  const width = model.size.columns;
  const curve = linePart(model, "curve");
  const missing = missingPart(curve, width);
  if (missing !== undefined || curve?.value === undefined) return <Lines lines={missing ?? []} height={height} />;
  const names = metricNames(curve.value);
  const metric = model.metric !== undefined && names.includes(model.metric) ? model.metric : names[0];
  const curves = metric === undefined ? undefined : metricCurves(curve.value, metric);
  if (curves === undefined) {
    const text =
      "This version's files hold no training curves (an info pickle with evals_result or a model pickle with evals_result_ brings them).";
    return <Lines lines={paragraph(text, width, "dim")} height={height} />;
  }
  const facts = factLines(model, curves, names, width);
  const chart = curveChart(curves, {
    width: width - 1,
    height: Math.max(4, height - facts.length - 1),
    charset: model.charset,
    isLog: model.isLog,
  });
  return <Lines lines={[titleLine(model, curves, names), ...chart, ...facts]} height={height} />;
}

function titleLine(model: Model, curves: MetricCurves, names: readonly string[]): StyledLine {
  const [dotted, solid] = model.charset === "ascii" ? ["- -", "---"] : ["···", "──"];
  const which = names.length > 1 ? `${names.indexOf(curves.metric) + 1}/${names.length}` : "";
  return [
    span(` ${curves.metric} `, "strong"),
    span(`${which}${model.isLog ? " log y" : ""}  `, "dim"),
    span(legendText(curves, dotted, solid), "accent"),
  ];
}

function factLines(model: Model, curves: MetricCurves, names: readonly string[], width: number): StyledLine[] {
  const facts = [bestText(curves), lastText(curves), gapText(curves, glyphs(model.charset).arrow)];
  const more = names.length > 1 ? [[span(` m: next metric of ${names.join(", ")}`.slice(0, width), "dim")]] : [];
  return [...facts.flatMap((fact) => wrapCells(fact, width - 1).map((line): StyledLine => [span(` ${line}`)])), ...more];
}
