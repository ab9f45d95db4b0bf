// A machine that lacks something is told what, never an error.

import { describe, expect, it } from "vitest";
import { plainPython, programOnPath, requireProgram, requirePython } from "./requirements.ts";

describe("requirements", () => {
  it("a program that is not there is named", () => {
    expect(requireProgram("no-such-program", [])).toEqual({
      name: "no-such-program",
      available: false,
      command: "",
      reason: "no-such-program is not on PATH",
    });
  });

  it("a program that is there but fails does not count", () => {
    expect(requireProgram("false", ["-x"])).toMatchObject({ available: false, reason: "false -x ended with 1" });
    expect(requireProgram("true", [])).toMatchObject({ available: true, command: programOnPath("true"), reason: "" });
  });

  it("a Python without the wanted module says which, and how to get it", () => {
    const requirement = requirePython("python-nothing", ["json", "no_such_module"]);
    expect(requirement.available).toBe(false);
    const expected = plainPython().available ? "Python lacks no_such_module" : /python3|Python 3\.10/;
    expect(requirement.reason).toMatch(expected);
    expect(requirement.reason).toContain("install-suite-needs.sh");
  });
});
