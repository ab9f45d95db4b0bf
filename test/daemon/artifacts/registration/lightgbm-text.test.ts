// LightGBM's text models with one thing wrong each: what is refused, and where.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLightgbmText } from "../../../../daemon/artifacts/registration/lightgbm-text.ts";
import { fixtureFolder } from "../../../support/fixture-archive.ts";

const folder = fixtureFolder("registration/models");
const text = readFileSync(join(folder, "lightgbm-4.7.0-categories.txt"), "latin1");

/** The model with a change, and with the sizes of its trees set right unless they are left. */
function changed(pattern: RegExp | string, to: string, sizes: "right" | "left" = "right", model = text): string {
  const edited = model.replace(pattern, to);
  if (edited === model) throw new Error(`nothing matches ${String(pattern)}`);
  if (sizes === "left") return edited;
  const trees = edited.slice(edited.indexOf("Tree=0"), edited.indexOf("end of trees")).split(/(?=^Tree=)/m);
  return edited.replace(/^tree_sizes=.*$/m, `tree_sizes=${trees.map((tree) => tree.length).join(" ")}`);
}

function fault(model: string): string {
  const read = readLightgbmText(Buffer.from(model, "latin1"));
  return read.ok ? "" : read.reason;
}

describe("LightGBM text", () => {
  it("is read", () => {
    expect(readLightgbmText(Buffer.from(text))).toEqual({
      ok: true,
      version: "v4",
      objective: "regression",
      features: 4,
      trees: 3,
      classes: 1,
    });
  });

  it("is refused when its trees are not where tree_sizes says", () => {
    expect(fault(changed(/(tree_sizes=)\d+/, "$1100", "left"))).toBe("tree 1 of 3 is not where tree_sizes says");
    expect(fault(changed(/(tree_sizes=\d+ \d+) \d+/, "$1", "left"))).toBe("more trees follow than the 2 of tree_sizes");
    expect(fault(changed(/(tree_sizes=\d+ \d+ )\d+/, "$1999999", "left"))).toMatch(
      /^tree 2 of 3 is cut off: it has 999999 bytes by tree_sizes, \d+ are left$/,
    );
    expect(fault(changed(/(tree_sizes=)\d+/, "$1-1", "left"))).toBe('tree_sizes holds "-1"');
    expect(fault(changed(/^Tree=1\n/m, "Tree=2\n"))).toBe("tree 1 of 3 is not where tree_sizes says");
    expect(fault(text.replaceAll("\n", "\r\n"))).toMatch(/its line breaks were changed$/);
  });

  it("is refused without what stands behind the trees", () => {
    expect(fault(changed("end of trees\n", "", "left"))).toBe('"end of trees" is missing behind the trees');
    expect(fault(changed("end of parameters\n", "", "left"))).toBe('"end of parameters" is missing');
    expect(fault(text.slice(0, text.indexOf("feature_importances")))).toBe("the text is cut off behind its trees");
  });

  it("is refused when its header contradicts itself", () => {
    expect(fault(changed("num_class=1\n", ""))).toContain("num_class is missing");
    expect(fault(changed("max_feature_idx=3", "max_feature_idx=x"))).toContain("max_feature_idx is missing");
    expect(fault(changed("max_feature_idx=3", "max_feature_idx=4"))).toBe(
      "feature_names has 4 entries, but max_feature_idx says 5 features",
    );
    expect(fault(changed("num_tree_per_iteration=1", "num_tree_per_iteration=2"))).toBe("3 trees are no whole number of rounds of 2");
  });

  it("is refused when a tree's lists are broken", () => {
    const inTree0 = (pattern: RegExp, to: string): string => fault(changed(pattern, to));
    expect(inTree0(/(\nleaf_value=)\S+ /, "$1")).toBe("tree 0: leaf_value has 4 numbers instead of 5");
    expect(inTree0(/(\nleaf_value=)\S+/, "$1nan")).toBe('tree 0: leaf_value holds "nan"');
    expect(inTree0(/(\nleaf_value=)\S+/, "$11e999")).toBe('tree 0: leaf_value holds "1e999"');
    expect(inTree0(/\nnum_leaves=5/, "\nnum_leaves=0")).toBe("tree 0: num_leaves is 0");
    expect(inTree0(/\nnum_leaves=5/, "")).toBe("tree 0: num_leaves is missing");
    expect(inTree0(/\nthreshold=.*/, "")).toBe("tree 0: threshold is missing");
    expect(inTree0(/(\nsplit_feature=)\d/, "$14")).toBe("tree 0: it splits by feature 4, but the model has 4");
    expect(inTree0(/(\ncat_boundaries=0 )\d+/, "$15")).toBe("tree 0: cat_threshold has 2 numbers instead of 5");
    expect(inTree0(/(\nnum_cat=)1[^]*?(\nis_linear)/, "$10$2")).toMatch(/is missing$/);
    expect(inTree0(/\nnum_cat=1/, "\nnum_cat=0")).toMatch(
      /cat_threshold has 2 numbers instead of 0|by a set of categories that is not there/,
    );
  });

  it("is refused when a tree is no tree", () => {
    const first = (list: string): readonly string[] => new RegExp(`\n${list}=(.*)`).exec(text)?.[1]?.split(" ") ?? [];
    const [left, right] = [first("left_child"), first("right_child")];
    const withLists = (l: readonly string[], r: readonly string[]): string =>
      fault(changed(/\nleft_child=.*\nright_child=.*/, `\nleft_child=${l.join(" ")}\nright_child=${r.join(" ")}`));
    expect(withLists(["0", ...left.slice(1)], right)).toBe("tree 0: split 0 has two parents");
    expect(withLists(left.with(0, "9"), right)).toBe("tree 0: a child is 9, but there are 5 leaves");
    expect(withLists(left.with(0, "-6"), right)).toBe("tree 0: a child is -6, but there are 5 leaves");
    expect(withLists(["1", "2", "3", "-1"], ["-1", "-2", "-3", "-4"])).toBe("tree 0: leaf 0 has two parents");
    expect(withLists(["-1", "2", "3", "1"], ["-2", "-3", "-4", "-5"])).toBe("tree 0: the root leads to 3 nodes of 9");
  });

  it("of releases without tree_sizes is read by the names of its trees", () => {
    const old = readFileSync(join(folder, "lightgbm-2.0.12-regression.txt"), "latin1").replace(/^tree_sizes=.*\n/m, "");
    expect(readLightgbmText(Buffer.from(old, "latin1"))).toMatchObject({ ok: true, version: "v2", trees: 3 });
    expect(fault(old.replace(/^Tree=1\n/m, "Tree=7\n"))).toBe("tree 1 is missing");
  });
});
