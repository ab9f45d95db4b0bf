// Long answers that come in slices, put together again.

import type { ServerFrame } from "../../shared/contract/frames.ts";
import { parseServerFrame } from "./read-frame.ts";

/** The frame that the slices made: undefined while some are missing, "broken" when they join to none. */
export type Joined = Exclude<ServerFrame, { t: "part" }> | "broken" | undefined;

export interface Slices {
  add(part: Extract<ServerFrame, { t: "part" }>): Joined;
  /** Forgets the slices of a request. */
  drop(id: number): void;
}

/** No slices yet. */
export function createSlices(): Slices {
  const texts = new Map<number, string[]>();
  return {
    add({ id, text, last }) {
      const known = texts.get(id) ?? [];
      known.push(text);
      texts.set(id, known);
      if (!last) return undefined;
      texts.delete(id);
      const whole = parseServerFrame(known.join(""));
      return whole === undefined || whole.t === "part" ? "broken" : whole;
    },
    drop: (id) => void texts.delete(id),
  };
}
