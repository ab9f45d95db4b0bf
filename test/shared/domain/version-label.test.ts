// Version labels: which are legal where, and an order by number and time.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capturedLabel, compareLabels, labelFault } from "../../../shared/domain/version-label.ts";

const legal = (namespace: string, labels: readonly string[]): readonly boolean[] =>
  labels.map((label) => labelFault(namespace, label) === undefined);

describe("legal labels", () => {
  it("of registry lines are exactly three numbers; leading zeros pass", () => {
    expect(legal("registry", ["v1.0.0", "v01.0.0", "v0.0.0", "v10.200.3000"])).toEqual([true, true, true, true]);
    const bad = [
      "v1",
      "v1.0",
      "1.0.0",
      "v1.0.0-rc1",
      "v1.0.0+b",
      "V1.0.0",
      "v1.0.0 ",
      "v1.0.0\n",
      "v1.0.0.0",
      "v1.٣.0",
      "",
      "v20250117",
      "20250117-143022",
    ];
    expect(legal("registry", bad)).toEqual(bad.map(() => false));
    expect(labelFault("registry", "v1")).toBe(
      '"v1" is no version label for lines of registry/: it must look like v1.2.3 (three numbers, nothing behind them)',
    );
  });

  it("of strategy lines are one to three numbers, a day, or a day and a time", () => {
    expect(legal("strategy", ["v1", "v1.2", "v1.0.0", "v20250117", "20250117-143022", "20240229-000000"])).toEqual(
      Array.from({ length: 6 }, () => true),
    );
    const bad = [
      "20250117",
      "20250230-120000",
      "20250117-240000",
      "20250117-126000",
      "20250117-120060",
      "20251301-120000",
      "v1.2.3.4",
      "latest",
      "v",
      "00000101-000000",
    ];
    expect(legal("strategy", bad)).toEqual(bad.map(() => false));
    expect(labelFault("strategy", "20250230-120000")).toBe('"20250230-120000" is no date and time');
  });

  it("of other lines are one to three numbers, as captures count them", () => {
    expect(legal("momentum", [capturedLabel(1), "v12", "v1.2.3", "20250117-143022"])).toEqual([true, true, true, false]);
    expect(legal("tech", ["v1", "1"])).toEqual([true, false]);
  });

  it("are not endless", () => {
    expect(labelFault("registry", `v${"1".repeat(80)}.0.0`)).toBe("a version label has at most 64 characters");
  });
});

describe("the order of labels", () => {
  it("is by number and by time", () => {
    const ordered = [
      ...["", "beta", "latest", "v0", "v0.0.0", "v1", "v1.0", "v01.0.0", "v1.0.0", "v1.2", "v1.2.1", "v1.9.0", "v1.10.0", "v2", "v10"],
      ...["v20250110", "v20250117", "20250117-090500", "20250117-143022", "v20250118", "v99999999999999999999999.0.0"],
    ];
    const shuffled = ordered.toReversed();
    expect(shuffled.toSorted(compareLabels)).toEqual(ordered);
  });

  it("is total: the same for any two, whichever comes first, and 0 only for equal texts", () => {
    const number = fc.integer({ min: 0, max: 12 }).chain((value) => fc.constantFrom(String(value), `0${value}`));
    const label = fc.oneof(
      fc.array(number, { minLength: 1, maxLength: 3 }).map((numbers) => `v${numbers.join(".")}`),
      fc.constantFrom("20250117-143022", "20250117-000000", "v20250117", "v20250117.1", "x", "", "v1.2.3.4", "\u{1f4c8}", "\uffff"),
    );
    fc.assert(
      fc.property(label, label, label, (a, b, c) => {
        const sign = (x: string, y: string): number => Math.sign(compareLabels(x, y));
        expect(sign(a, b)).toBe(-sign(b, a) + 0);
        expect(sign(a, b) === 0).toBe(a === b);
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
