// The operations of the lifecycle: which part answers which.

import type { Handlers } from "./doors.ts";
import { createGatePolicies } from "./gate-policies.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { createPaperTrading } from "./paper-trading.ts";
import { createPromote } from "./promote.ts";
import { createRollback } from "./rollback.ts";
import { createStatusMoves } from "./status-moves.ts";
import { createValidate } from "./validate-version.ts";

/** Handlers of promotions, rollbacks, status moves, paper trading and gates. */
export function createLifecycle(
  parts: LifecycleParts,
): Pick<
  Handlers,
  | "line.promote"
  | "line.rollback"
  | "version.archive"
  | "version.restage"
  | "version.fail"
  | "version.validate"
  | "paper.start"
  | "paper.stop"
  | "policy.show"
  | "policy.set"
> {
  return {
    "line.promote": createPromote(parts),
    "line.rollback": createRollback(parts),
    "version.validate": createValidate(parts),
    ...createStatusMoves(parts),
    ...createPaperTrading(parts),
    ...createGatePolicies(parts),
  };
}
