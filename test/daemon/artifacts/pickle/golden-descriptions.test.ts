// Every fixture pickle is described as Python describes what it loads from it: five producers with pandas 1.5 to 3.0 and Python 2.7, and
// eight more with pandas 0.25 to 3.1.

import { describe, expect, it } from "vitest";
import { fixtureBytes, globalNames, goldenFiles, goldenOf, inspected } from "./fixture-pickles.ts";
import { difference } from "./same-description.ts";

/** Files of these hold classes and functions of their own, whose calls are unknown. */
const OWN_CODE = /^(opaque|cloudpickle_code|py27_values)/;

describe.each(["info_pickles", "pickle_releases"])("%s", (archive) => {
  it.each(goldenFiles(archive))("%s", (file) => {
    const { description, facts } = inspected(fixtureBytes(archive, file));
    const golden = goldenOf(archive, file);
    if (!description.ok) throw new Error("refused");
    expect(difference(golden.value, description.json)).toBeUndefined();
    expect(description.truncated).toBe(false);
    if (golden.globals !== undefined) expect(globalNames(facts).sort()).toEqual(golden.globals.toSorted());
    if (!OWN_CODE.test(file)) expect(facts.unknownCalls).toEqual([]);
    expect(facts.trailing).toBe(0);
  });

  it("is whole", () => {
    expect(goldenFiles(archive)).toHaveLength({ info_pickles: 300, pickle_releases: 236 }[archive] ?? 0);
  });
});

describe("the comparison", () => {
  it.each<readonly [string, unknown, unknown]>([
    ["an int for a float", { $: "float", v: "3.0" }, 3],
    ["another zero", { $: "float", v: "-0.0" }, { $: "float", v: "0.0" }],
    ["a float that differs in its last bit", 0.1, 0.10000000000000002],
    ["a list for a tuple", { $: "tuple", v: [1] }, [1]],
    ["another order of a dict", { $: "dict", v: [["a", 1], ["b", 2]] }, { $: "dict", v: [["b", 2], ["a", 1]] }], // prettier-ignore
    ["a member more", [1], [1, 2]],
    ["a key more", { $: "date", v: "2024-01-01" }, { $: "date", v: "2024-01-01", fold: 0 }],
    ["another element of a set", { $: "set", v: [1, 2] }, { $: "set", v: [1, 3] }],
  ])("sees %s", (_name, golden, ours) => {
    expect(difference(golden, ours)).toBeDefined();
    expect(difference(golden, golden)).toBeUndefined();
  });
});
