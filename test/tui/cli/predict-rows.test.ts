// Rows on their way to a model and numbers on their way back: columns by name, questions that fit a frame, exact texts.

import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { parseFrame } from "../../../daemon/transport/ipc/parse-frame.ts";
import { DEFAULT_IPC_LIMITS } from "../../../daemon/transport/ipc/limits.ts";
import { stringifyExact } from "../../../shared/lib/exact-json.ts";
import { jsonValues } from "../../../tui/cli/prediction-table.ts";
import { orderColumns, questionsOf, QUESTION_VALUES } from "../../../tui/cli/predict-rows.ts";

describe("columns", () => {
  const file = { rows: [[1, 2]], names: ["b", "a"] };

  test.each([
    ["no header", { ...file, names: null }, ["a", "b"]],
    ["the header is the model's", { ...file, names: ["a", "b"] }, ["a", "b"]],
    ["the header only counts", { ...file, names: ["f0", "f1"] }, ["a", "b"]],
    ["the model names nothing", file, []],
    ["a feature has no name", file, ["a", ""]],
    ["two features have one name", file, ["a", "a"]],
  ])("stay as they are when %s", (_why, rows, features) => {
    expect(orderColumns(rows, features, "m")).toEqual({ rows: file.rows, remark: "" });
  });

  test("a column that is there twice is refused", () => {
    expect(() => orderColumns({ rows: [[1, 2, 3]], names: ["a", "b", "a"] }, ["b", "a"], "m")).toThrow(
      'two columns of the rows are named "a"',
    );
  });
});

describe("questions", () => {
  test("the largest fit a frame of the socket and its schema, also when every number is long", () => {
    const long = 0.10000000149011612;
    for (const width of [1, 2, 27, QUESTION_VALUES - 1]) {
      const rows = Array.from({ length: Math.ceil((2 * QUESTION_VALUES) / width) }, () =>
        Array.from({ length: width }, () => -long * 1e-30),
      );
      for (const question of questionsOf(rows)) {
        const input = { line: `s/${"g".repeat(500)}`, version: "v2", kind: "prediction", rows: question };
        const text = stringifyExact({ t: "call", id: 4711, op: "model.predict", input });
        expect(text.length).toBeLessThan(DEFAULT_IPC_LIMITS.frameChars);
        expect(parseFrame(text)).toBeDefined();
        expect(OPERATIONS["model.predict"].input.safeParse(input).success).toBe(true);
      }
    }
  });

  test("numbers become the shortest of the same float32, missing values stay", () => {
    expect([...questionsOf([[0.10000000149011612, null, 16777217]])]).toEqual([[[0.1, null, 16777216]]]);
  });

  test("what is no float32, and a row that fits no question, is refused with its place", () => {
    expect(() => [...questionsOf([[1], [1e39]])]).toThrow("row 2, column 1: 1e+39 does not fit a float32");
    expect(() => [...questionsOf([Array.from({ length: QUESTION_VALUES }, () => 1)])]).toThrow(/row 1 has 8000 values.*predict --file/);
  });
});

describe("numbers in JSON", () => {
  test("keep the sign of zero, infinity and whole leaf numbers", () => {
    const values = [[-0, Infinity, -Infinity, NaN, null, Math.fround(0.1), 16777217]];
    expect(stringifyExact(jsonValues("margin", values))).toBe("[[-0.0,1e999,-1e999,null,null,0.1,16777216]]");
    expect(stringifyExact(jsonValues("leaf", [[16777217]]))).toBe("[[16777217]]");
    expect(JSON.parse("[-0.0,1e999]")).toEqual([-0, Infinity]);
  });
});
