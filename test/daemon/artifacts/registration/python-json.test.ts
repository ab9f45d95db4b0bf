// JSON in Python's own bytes: against thousands of documents that Python wrote and hashed.

import { describe, expect, it } from "vitest";
import { isJsonObject, type JsonObject } from "../../../../daemon/artifacts/json/json-value.ts";
import {
  checksumLine,
  configHash,
  dependenciesHash,
  metadataSha256,
  sidecarText,
} from "../../../../daemon/artifacts/registration/provenance.ts";
import { comparePythonText, pythonJson, readPythonJson, type PythonJson } from "../../../../daemon/artifacts/registration/python-json.ts";
import { registrationGoldens } from "./registration-cases.ts";

const goldens = registrationGoldens();

function read(text: string): PythonJson {
  const result = readPythonJson(Buffer.from(text));
  if (!result.ok) throw new Error(`${result.reason} in ${text}`);
  return result.value;
}

function readObject(text: string): JsonObject {
  const value = read(text);
  if (!isJsonObject(value)) throw new Error(`no object: ${text}`);
  return value;
}

function fault(text: string): string {
  const result = readPythonJson(Buffer.from(text));
  return result.ok ? "" : `${result.offset}: ${result.reason}`;
}

describe("Python's JSON", () => {
  it("hashes 4,000 documents as Python does", () => {
    const wrong = goldens.documents.filter(([text, expected]) => !configHash(readObject(text)).startsWith(expected));
    expect(goldens.documents.length).toBe(4000);
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it("writes the compact text byte for byte", () => {
    const full = goldens.documents.filter((golden) => golden[3] !== undefined);
    expect(full.length).toBe(300);
    for (const [text, , , compact] of full) expect(pythonJson(read(text), "compact")).toBe(compact);
  });

  it("writes the indented text of a sidecar as Python does", () => {
    const wrong = goldens.documents.filter(([text, , expected]) => !metadataSha256(sidecarText(read(text))).startsWith(expected));
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  it("keeps 1 and 1.0 apart, and prints numbers by repr", () => {
    expect(goldens.spellings.length).toBeGreaterThan(25);
    for (const [text, printed] of goldens.spellings) expect([text, pythonJson(read(text), "compact")]).toEqual([text, printed]);
    expect(configHash(readObject('{"a": 1}'))).not.toBe(configHash(readObject('{"a": 1.0}')));
  });

  it("refuses what Python refuses, with the place", () => {
    expect(["", "{", '{"a": 01}', "[1,]", "nan", "\ufeff{}", "{} {}"].map(fault)).toEqual([
      "0: no JSON: the text is empty",
      "1: no JSON: a member name is missing",
      "6: no JSON: a number has a wrong form",
      "3: no JSON: a value is missing",
      "0: no JSON: a value is missing",
      "0: a byte order mark stands before the JSON",
      "3: no JSON: more text follows the document",
    ]);
    expect(fault(`{"é": ${"9".repeat(4301)}}`)).toBe("7: no JSON: a whole number has more than 4300 digits");
    expect(fault(`-${"9".repeat(4300)}`)).toBe("");
    expect(fault("[".repeat(600))).toContain("more than 512 levels");
  });

  it("orders texts by code point, lone halves of pairs too", () => {
    const texts = [
      "",
      "a",
      "a\ud800",
      "a\ud800\ue000",
      "a\ud800\udc00",
      "a\u{10ffff}",
      "\ud7ff",
      "\ud800",
      "\udfff",
      "\ue000",
      "\u{10000}",
    ];
    const byCodePoint = (a: string, b: string): number => {
      const [left, right] = [Array.from(a, (c) => c.codePointAt(0) ?? 0), Array.from(b, (c) => c.codePointAt(0) ?? 0)];
      const place = left.findIndex((code, i) => code !== right[i]);
      return place < 0 ? left.length - right.length : (left[place] ?? 0) - (right[place] ?? -1);
    };
    for (const a of texts)
      for (const b of texts) expect([a, b, Math.sign(comparePythonText(a, b))]).toEqual([a, b, Math.sign(byCodePoint(a, b))]);
  });
});

describe("what stands beside a model", () => {
  it("hashes requirements and installed packages as Python does", () => {
    for (const [text, expected] of goldens.requirements) expect([text, dependenciesHash(text, [])]).toEqual([text, expected]);
    for (const [packages, expected] of goldens.installed) {
      const installed = packages.map(([name, version]) => ({ name, version }));
      expect(dependenciesHash(undefined, installed)).toBe(expected);
      expect(dependenciesHash(undefined, installed.toReversed())).toBe(expected);
    }
    expect(dependenciesHash(undefined, [])).toBe("unknown");
  });

  it("has the checksum line of the older layout", () => {
    expect(checksumLine("ab".repeat(32))).toBe(`${"ab".repeat(32)}  model.*\n`);
  });
});
