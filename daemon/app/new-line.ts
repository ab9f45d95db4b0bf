// A line that nothing has happened on yet.

import type { Policy } from "../../shared/domain/lifecycle.ts";
import type { LineRecord } from "./ports.ts";

/** The record of a line without versions. */
export function newLine(id: number, namespace: string, name: string, policy: Policy): LineRecord {
  return {
    ...{ id, namespace, name, policy, pinned: false, nextNumber: 1 },
    ...{ liveVersionId: null, lastLiveVersionId: null, liveSequence: 0, liveSince: 0n, liveReason: "", previousLabel: "" },
    ...{ degraded: "", healthSequence: 0, healthSince: 0n },
  };
}
