// Every hostile file of the manifest: its outcome, the names and calls seen in it, and the files derived from others. Nothing is executed.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { plainJson } from "../../../../daemon/artifacts/pickle/plain-json.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { scanPickle } from "../../../../daemon/artifacts/pickle/scan-pickle.ts";
import { stringifyExact } from "../../../../shared/lib/exact-json.ts";
import {
  callTexts,
  fixtureBytes,
  globalNames,
  goldenFiles,
  goldenOf,
  hostileManifest,
  inspected,
  pickletoolsWalks,
  type HostileFile,
} from "./fixture-pickles.ts";
import { difference } from "./same-description.ts";

const { files, recipes } = hostileManifest();
/** A call that runs would leave this file in the working directory. */
const MARKER = "PWNED";

/** The manifest of this file lists what lies in the nested stream only. */
const LISTED_IN_PART = new Set(["joblib_object_dtype.joblib"]);

function expectNames(file: HostileFile, names: readonly string[], calls: readonly string[]): void {
  if (LISTED_IN_PART.has(file.name)) {
    expect(names).toEqual(expect.arrayContaining(file.globals));
    expect(calls).toEqual(expect.arrayContaining(file.calls));
    return;
  }
  // The manifest has the first 50 names and the first 20 calls.
  expect(names.slice(0, 50)).toEqual(file.globals);
  expect(calls.slice(0, 20)).toEqual(file.calls);
}

describe("hostile files", () => {
  it("are all there", () => {
    expect(files).toHaveLength(124);
  });

  it.each(files.map((file) => [file.name, file] as const))("%s", (_name, file) => {
    const bytes = fixtureBytes("hostile", file.name);
    const copy = Buffer.from(bytes);
    const read = readPickle(bytes);
    if (file.outcome === "data") expect(read).toMatchObject({ ok: true });
    if (file.outcome === "refused" && file.or === undefined) expect(read).toMatchObject({ ok: false });
    if (read.ok) {
      // Both ways of writing a value out end, whatever it holds.
      expect(stringifyExact(inspected(bytes).description)).not.toBe("");
      expect(stringifyExact(plainJson(read.value).json)).not.toBe("");
    } else {
      expect(read.reason).not.toBe("");
      expect(read.offset).toBeGreaterThanOrEqual(0);
      expect(read.offset).toBeLessThanOrEqual(Math.max(bytes.length, read.facts.opcodes));
    }
    expectNames(file, globalNames(read.facts), callTexts(read.facts));
    if (file.calls_total !== undefined) expect(read.facts.callsTotal).toBe(file.calls_total);
    if (file.globals_total !== undefined) expect(read.facts.globalsTotal).toBe(file.globals_total);
    if (file.container !== undefined) expect(read.facts.container).toBe(file.container);
    expect(bytes).toEqual(copy);
    expect(existsSync(MARKER)).toBe(false);
  });

  it.each(files.map((file) => [file.name, file] as const))("%s: the scan sees what the reader sees", (name) => {
    const bytes = fixtureBytes("hostile", name);
    const { facts } = readPickle(bytes);
    const scanned = scanPickle(bytes);
    expect(globalNames(scanned)).toEqual(globalNames(facts));
    expect(callTexts(scanned)).toEqual(callTexts(facts));
    expect(scanned).toMatchObject({ protocol: facts.protocol, consumed: facts.consumed, trailing: facts.trailing, opcodes: facts.opcodes });
  });
});

describe("what the manifest says of single files", () => {
  const value = (name: string): unknown => {
    const { description } = inspected(fixtureBytes("hostile", name));
    return description.ok ? description.json : "refused";
  };

  it.each<readonly [string, unknown]>([
    ["popped_call.p4.pkl", { $: "dict", v: [["ok", 1]] }],
    ["memoized_call.p4.pkl", []],
    ["multi_stream.p4.pkl", { $: "dict", v: [["a", 1]] }],
    ["stack_leftover.p2.pkl", 3],
    ["memo_2p31.p1.pkl", null],
    ["bad_bool_int.p0.pkl", [false, true, 1]],
    ["string_escapes.p0.pkl", ["aAB\n'\\", "it's", "A\u{1f600}\\\\u0042"]],
    ["binfloat_specials.p1.pkl", [{ $: "float", v: "nan" }, { $: "float", v: "-0.0" }, { $: "float", v: "inf" }, 5e-324]],
    ["duplicate_keys.p4.pkl", { $: "dict", v: [["a", 2], [1, "float"], [{ $: "float", v: "nan" }, 1], [{ $: "float", v: "nan" }, 2]] }], // prettier-ignore
  ])("%s", (name, expected) => {
    expect(value(name)).toEqual(expected);
  });

  it("poisoned_info keeps every other key, and the hook is opaque", () => {
    const json = JSON.stringify(value("poisoned_info.p4.pkl"));
    expect(json).toContain('"hook",{"$":"object","class":"os.system"');
    expect(json).toContain('"symbol"');
  });

  it("utf8_surrogates keeps lone surrogates apart", () => {
    expect(JSON.stringify(value("utf8_surrogates.p4.pkl"))).toContain("\\ud800");
  });

  it("a name that only looks allowed makes an unknown call", () => {
    const { facts } = inspected(fixtureBytes("hostile", "fake_names.p4.pkl"));
    expect(facts.unknownCallsTotal).toBe(18);
  });

  it("functions of real libraries that run code are unknown calls", () => {
    const { facts } = inspected(fixtureBytes("hostile", "library_gadgets.p4.pkl"));
    expect(facts.unknownCallsTotal).toBe(18);
  });

  it("bytes behind STOP are counted and not read", () => {
    expect(inspected(fixtureBytes("hostile", "multi_stream.p4.pkl")).facts).toMatchObject({ consumed: 10, trailing: 32, globals: [] });
  });
});

describe("files cut off", () => {
  const walks = [...pickletoolsWalks()];

  /** Each place of a small file; 10 of a large one, its first and last ones among them. */
  function cuts(length: number): number[] {
    if (length <= 2000) return Array.from({ length }, (_, i) => i);
    return [1, 10, 100, ...Array.from({ length: 6 }, (_, i) => Math.floor(((i + 1) * length) / 7)), length - 1];
  }

  it.each(walks)("%s: facts before the cut are those that pickletools sees", (name, walk) => {
    const bytes = fixtureBytes("hostile", name);
    for (const cut of cuts(bytes.length)) {
      const { facts, ...read } = readPickle(bytes.subarray(0, cut));
      // Behind STOP a cut takes nothing away.
      if (walk.stop === null || cut < walk.stop) expect(read.ok).toBe(false);
      if (cut > walk.until) continue;
      const seen = walk.globals.filter(([, , , end]) => end <= cut).map(([module, global, offset]) => ({ module, name: global, offset }));
      expect(facts.globals.slice(0, 100), `cut at ${cut}`).toEqual(seen);
      expect(facts.externals).toEqual(walk.externals.filter(([, end]) => end <= cut).map(([offset]) => offset));
    }
  });

  it("cover every hostile file that is no container", () => {
    expect(walks.map(([name]) => name).sort()).toEqual(
      files
        .filter((file) => file.container === undefined)
        .map((file) => file.name)
        .sort(),
    );
  });
});

describe("the manifest's recipes", () => {
  /** A recipe's file lies among the hostile or the valid ones. */
  const sourceOf = (name: string): Buffer => {
    const file = recipes.find((recipe) => recipe.name === name)?.file ?? "";
    const valid = /^\.\.\/info_pickles\/(.*)$/.exec(file)?.[1];
    if (valid === undefined) return fixtureBytes("hostile", file);
    // The recipe leaves the container's kind out of a joblib file's name.
    return fixtureBytes(
      "info_pickles",
      goldenFiles("info_pickles").find((known) => known === valid || known === `${valid}.joblib`) ?? valid,
    );
  };

  it("are these", () => {
    expect(recipes.map((recipe) => recipe.name)).toEqual([
      "truncate_each_byte",
      "truncate_each_byte_hostile",
      "append_byte",
      "truncate_joblib",
    ]);
  });

  it.each(["truncate_each_byte", "truncate_each_byte_hostile", "truncate_joblib"])("%s: every strict prefix is refused", (name) => {
    const bytes = sourceOf(name);
    const whole = readPickle(bytes).facts;
    for (let cut = 0; cut < bytes.length; cut++) {
      const { ok, facts } = readPickle(bytes.subarray(0, cut));
      expect(ok).toBe(false);
      // What was completed before the cut is reported, and nothing else.
      expect(facts.globals).toEqual(whole.globals.slice(0, facts.globals.length));
      expect(facts.globals.length).toBeGreaterThanOrEqual(whole.globals.filter((fact) => fact.offset + 100 < cut).length);
      expect(facts.calls).toEqual(whole.calls.filter((fact) => fact.offset < cut));
    }
  });

  it("append_byte: the same value, and one byte behind it", () => {
    const bytes = sourceOf("append_byte");
    const golden = goldenOf("info_pickles", "info_basic.pd22np126.p4.pkl").value;
    for (let byte = 0; byte < 256; byte++) {
      const { description, facts } = inspected(Buffer.concat([bytes, Buffer.from([byte])]));
      expect(facts).toMatchObject({ consumed: bytes.length, trailing: 1 });
      expect(description.ok && difference(golden, description.json)).toBeUndefined();
    }
  });
});
