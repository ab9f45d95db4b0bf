// The table of moves: what is legal, and nothing else; and a refusal that says what would be.

import { expect, test } from "vitest";
import { isLegalMove, legalStarts, MOVE_ACTIONS, refusalOf, STATUSES } from "../../../shared/domain/lifecycle.ts";

test("from one status to another lead exactly the actions of the design's table", () => {
  const legal = MOVE_ACTIONS.flatMap((action) =>
    (["none", ...STATUSES] as const).flatMap((from) =>
      STATUSES.flatMap((to) => (isLegalMove(action, from, to) ? [`${from} → ${to}: ${action}`] : [])),
    ),
  );
  expect(legal.toSorted()).toEqual(
    [
      ...["none → staged: registered", "none → staged: captured", "none → production: captured", "none → failed: captured"],
      ...[
        "staged → production: promoted",
        "staged → production: activated",
        "staged → production: resumed",
        "staged → production: returned",
      ],
      ...["archived → production: rolled_back", "archived → production: activated"],
      ...["archived → production: resumed", "archived → production: returned"],
      ...["production → archived: replaced", "production → archived: withdrawn"],
      ...["production → staged: rolled_back", "production → failed: rolled_back"],
      ...["production → failed: failed", "staged → failed: failed", "archived → failed: failed"],
      ...["staged → archived: archived", "archived → staged: restaged"],
    ].toSorted(),
  );
});

test("nothing leads out of failed", () => {
  for (const action of MOVE_ACTIONS) expect(legalStarts(action)).not.toContain("failed");
});

test("a refusal names the status, what could be moved so, and what is possible instead", () => {
  expect(refusalOf("v1", "failed", legalStarts("promoted"), "promoted")).toBe(
    "v1 is failed, and only staged versions can be promoted; a failed version stays failed; register or train a new one",
  );
});
