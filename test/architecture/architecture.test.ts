// Holds the repository to the rules of the house.

import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { allRules } from "./all-rules.ts";
import { createSourceTree, productFiles, toText } from "./source-tree.ts";

const tree = createSourceTree(fileURLToPath(new URL("../../", import.meta.url)));

describe("the repository", () => {
  it("was read at all", () => {
    expect(productFiles(tree)).toContain("shared/lib/clock.ts");
    expect(tree.facts("daemon/app/doors.ts").imports.map(({ specifier }) => specifier)).toContain("./ports.ts");
  });

  it.each(allRules)("$name", (rule) => {
    expect(rule.check(tree).map(toText)).toEqual([]);
  });
});
