// Dataset versions of a model against the current ones.

import { describe, expect, it } from "vitest";
import { checkCompatibility, parseStrictMode } from "../../../shared/domain/version-compatibility.ts";

describe("version compatibility", () => {
  it("is exact when all texts are equal; other current datasets do not matter", () => {
    expect(checkCompatibility({ crsp: "v1.2.3" }, { crsp: "v1.2.3", fred: "v9" })).toEqual({
      compatible: true,
      level: "exact",
      warnings: [],
      differences: [],
    });
    expect(checkCompatibility({}, {}).level).toBe("exact");
  });

  it("blocks drift when strict, which is the default, and allows it with a warning else", () => {
    const model = { crsp: "v1.2.3", compustat: "v1.0.1" };
    const current = { crsp: "v1.2.4", compustat: "v1.0.1" };
    const warnings = ["crsp: model trained on v1.2.3, current is v1.2.4"];
    expect(checkCompatibility(model, current)).toMatchObject({ compatible: false, level: "drift", warnings });
    expect(checkCompatibility(model, current, false)).toMatchObject({ compatible: true, level: "drift", warnings });
  });

  it("compares texts, not numbers", () => {
    expect(checkCompatibility({ crsp: "v1.0" }, { crsp: "v1.0.0" }).level).toBe("drift");
  });

  it("blocks a missing dataset always, and still reports every drift", () => {
    const model = { zeta: "1", crsp: "v1", alpha: "2", beta: "3" };
    const current = { crsp: "v2", beta: "4" };
    for (const isStrict of [true, false]) {
      expect(checkCompatibility(model, current, isStrict)).toEqual({
        compatible: false,
        level: "missing",
        warnings: [
          "alpha: model trained on 2, no current version is set",
          "zeta: model trained on 1, no current version is set",
          "beta: model trained on 3, current is 4",
          "crsp: model trained on v1, current is v2",
        ],
        differences: [
          { dataset: "alpha", trained: "2", current: null },
          { dataset: "zeta", trained: "1", current: null },
          { dataset: "beta", trained: "3", current: "4" },
          { dataset: "crsp", trained: "v1", current: "v2" },
        ],
      });
    }
  });

  it("does not find a dataset among what every object has", () => {
    expect(checkCompatibility({ constructor: "v1" }, {}).level).toBe("missing");
  });
});

describe("STRICT_VERSION_MODE", () => {
  it("is off for false, 0 and no in any case, and on for everything else", () => {
    expect(["false", "FALSE", "0", "no", "No"].map(parseStrictMode)).toEqual([false, false, false, false, false]);
    expect(["true", "1", "off", "", "none", " false", undefined].map(parseStrictMode)).toEqual(Array.from({ length: 7 }, () => true));
  });
});
