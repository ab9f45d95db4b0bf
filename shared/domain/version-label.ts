// Version labels: which are legal on which line, and their order, which is by number and time and never by text.

import { compareCodePoints } from "./names.ts";

/** The label of the n-th captured version of a line, counting from 1. */
export function capturedLabel(number: number): string {
  return `v${number}`;
}

/** A form that labels may have, and how a message shows it. */
interface LabelForm {
  readonly pattern: RegExp;
  readonly shown: string;
  /** Why a label of this form is none all the same. */
  readonly fault?: (label: string) => string | undefined;
}

const NUMBERS: LabelForm = { pattern: /^v\d+(?:\.\d+){0,2}$/, shown: "v1, v1.2 or v1.2.3" };
const THREE_NUMBERS: LabelForm = { pattern: /^v\d+\.\d+\.\d+$/, shown: "v1.2.3 (three numbers, nothing behind them)" };
const INSTANT: LabelForm = { pattern: /^\d{8}-\d{6}$/, shown: "20250117-143022", fault: instantFault };

/** Forms by namespace; every other namespace takes `NUMBERS`. A date such as v20250117 is a number. */
const FORMS: ReadonlyMap<string, readonly LabelForm[]> = new Map([
  ["registry", [THREE_NUMBERS]],
  ["strategy", [NUMBERS, { ...NUMBERS, shown: "v20250117" }, INSTANT]],
]);

/** More than any number or date needs. */
const MAX_LENGTH = 64;

/** Why a label cannot name a version of a line of this namespace, as a sentence; undefined when it can. */
export function labelFault(namespace: string, label: string): string | undefined {
  if (label.length > MAX_LENGTH) return `a version label has at most ${MAX_LENGTH} characters`;
  const forms = FORMS.get(namespace) ?? [NUMBERS];
  const form = forms.find(({ pattern }) => pattern.test(label));
  if (form !== undefined) return form.fault?.(label);
  const wanted = forms.map(({ shown }) => shown).join(", or ");
  return `${JSON.stringify(label)} is no version label for lines of ${namespace}/: it must look like ${wanted}`;
}

/** `20250117-143022`: the date must exist, the time must be one of a day. */
function instantFault(label: string): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = [0, 4, 6, 9, 11, 13].map((at) =>
    Number(label.slice(at, at === 0 ? 4 : at + 2)),
  );
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDate = year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate && hour < 24 && minute < 60 && second < 60 ? undefined : `${JSON.stringify(label)} is no date and time`;
}

/**
 * Orders labels: v1.10.0 comes after v1.9.0, v20250110 before 20250117-090000, which comes before 20250117-143022. A missing number counts as 0, so a
 * day comes before its times. Equal numbers (v1 and v1.0, v1.0.0 and v01.0.0): the shorter list of numbers first, then by text. Labels of no known
 * form come before all others, by text. Total: 0 only for the same text.
 */
export function compareLabels(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  if (left === undefined || right === undefined) {
    if (left !== undefined) return 1;
    return right === undefined ? compareCodePoints(a, b) : -1;
  }
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const order = compareDigits(left[place] ?? "", right[place] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length || compareCodePoints(a, b);
}

/** The numbers of a label as digits without leading zeros (0 is the empty text); undefined for an unknown form. */
function numbersOf(label: string): readonly string[] | undefined {
  const text = NUMBERS.pattern.test(label) ? label.slice(1) : INSTANT.pattern.test(label) ? label : undefined;
  return text?.split(/[.-]/).map((digits) => digits.replace(/^0+/, ""));
}

/** Any number of digits: the longer text is the larger number. */
function compareDigits(a: string, b: string): number {
  return a.length - b.length || compareCodePoints(a, b);
}
