// Soak counts scale, and their randomness repeats.

import { afterEach, describe, expect, it, vi } from "vitest";
import { createRandom, soakCount, soakSeed } from "./soak.ts";

describe("soak settings", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("scale the counts but never to nothing", () => {
    vi.stubEnv("SOAK_SCALE", "0.1");
    expect([soakCount(50), soakCount(3)]).toEqual([5, 1]);
    vi.stubEnv("SOAK_SCALE", undefined);
    expect(soakCount(50)).toBe(50);
  });

  it("refuse what is no number", () => {
    vi.stubEnv("SOAK_SCALE", "a tenth");
    expect(() => soakCount(50)).toThrow('SOAK_SCALE is "a tenth"');
    vi.stubEnv("SOAK_SEED", "-1");
    expect(() => soakSeed()).toThrow('SOAK_SEED is "-1"');
  });

  it("repeat with the same seed, differ with another, and stay within [0, 1)", () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 1000 }, () => random());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = draw(7).reduce((sum, value) => sum + value, 0) / 1000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });
});
