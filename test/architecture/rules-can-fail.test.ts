// Each rule of the house can fail: it is shown a tree that breaks it.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTempDirectory } from "../support/temp-dir.ts";
import { allRules } from "./all-rules.ts";
import { badSamples, soundTree, type Sample } from "./bad-samples.ts";
import { createSourceTree, toText, type SourceTree } from "./source-tree.ts";

function writeTree(root: string, sample: Sample): SourceTree {
  for (const [path, text] of Object.entries(sample)) {
    if (text === "") continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return createSourceTree(root);
}

describe("the rules", () => {
  const directory = useTempDirectory("rules");

  it.each(allRules)("a sound tree keeps: $name", (rule) => {
    expect(rule.check(writeTree(directory(), soundTree)).map(toText)).toEqual([]);
  });

  it.each(badSamples)("broken is seen: $rule ($why)", ({ rule, add, says }) => {
    const tree = writeTree(directory(), { ...soundTree, ...add });
    const seen =
      allRules
        .find(({ name }) => name === rule)
        ?.check(tree)
        .map(toText) ?? [];
    expect(seen).toHaveLength(says.length);
    for (const text of says) expect(seen).toContainEqual(expect.stringContaining(text));
  });

  it("leave no rule without a sample that breaks it", () => {
    expect(allRules.map(({ name }) => name).filter((name) => !badSamples.some(({ rule }) => rule === name))).toEqual([]);
  });
});
