// Nothing is captured while the store is away: what was read would be old by the time it could be committed.

import type { CaptureGate } from "./capture-gate.ts";
import type { CatalogStore } from "./ports.ts";

/** The gate of the disk, shut also while the store takes nothing. Sources stay as they are meanwhile: it is no fault of theirs. */
export function withStore(gate: CaptureGate, { availability }: Pick<CatalogStore, "availability">): CaptureGate {
  if (availability === undefined) return gate;
  return {
    get stopped() {
      return availability.fault === "" ? gate.stopped : `capture stopped: ${availability.fault}`;
    },
    isOpen: () => availability.fault === "" && gate.isOpen(),
    assertOpen: () => gate.assertOpen(),
    noteFull: () => gate.noteFull(),
    onChange(listener) {
      gate.onChange(listener);
      availability.onChange(listener);
    },
    [Symbol.dispose]: () => gate[Symbol.dispose](),
  };
}
