// Waiting ends with what was waited for, or with an error that names it.

import { describe, expect, it } from "vitest";
import { waitFor } from "./wait-for.ts";

describe("waiting", () => {
  it("returns what the look found, also when it threw before", async () => {
    let looks = 0;
    const found = await waitFor("the third look", () => {
      looks += 1;
      if (looks === 1) throw new Error("not there");
      return looks === 3 ? "found" : undefined;
    });
    expect(found).toBe("found");
    expect(looks).toBe(3);
  });

  it("takes 0 and the empty text for something", async () => {
    expect(await waitFor("zero", () => 0)).toBe(0);
    expect(await waitFor("nothing written", () => "")).toBe("");
  });

  it("ends in an error that names the thing and keeps the last failure", async () => {
    const cause = new Error("connection refused");
    const waiting = waitFor("the daemon", () => Promise.reject<string>(cause), { deadlineMs: 30 });
    await expect(waiting).rejects.toMatchObject({ message: "waited 30 ms in vain for: the daemon", cause });
  });
});
