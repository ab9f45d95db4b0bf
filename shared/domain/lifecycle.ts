// The legal moves of a version, as data (DESIGN §4, "Moves").

export const STATUSES = ["staged", "production", "archived", "failed"] as const;
export type Status = (typeof STATUSES)[number];

export const POLICIES = ["follow", "gated"] as const;
export type Policy = (typeof POLICIES)[number];

/** Why a status changed. */
export const MOVE_ACTIONS = [
  "captured",
  "returned",
  "activated",
  "resumed",
  "replaced",
  "withdrawn",
  "promoted",
  "rolled_back",
  "registered",
  "archived",
  "restaged",
  "failed",
] as const;
export type MoveAction = (typeof MOVE_ACTIONS)[number];

/** A version's beginning has no status before it. */
export type Before = Status | "none";

const LEGAL: Readonly<Record<MoveAction, readonly (readonly [Before, Status])[]>> = {
  captured: [
    ["none", "staged"],
    ["none", "production"],
    ["none", "failed"],
  ],
  registered: [["none", "staged"]],
  returned: [
    ["staged", "production"],
    ["archived", "production"],
  ],
  activated: [
    ["staged", "production"],
    ["archived", "production"],
  ],
  resumed: [
    ["staged", "production"],
    ["archived", "production"],
  ],
  promoted: [["staged", "production"]],
  rolled_back: [
    ["archived", "production"],
    ["production", "staged"],
    ["production", "failed"],
  ],
  replaced: [["production", "archived"]],
  withdrawn: [["production", "archived"]],
  archived: [["staged", "archived"]],
  restaged: [["archived", "staged"]],
  failed: [
    ["staged", "failed"],
    ["archived", "failed"],
    ["production", "failed"],
  ],
};

/** True when this action may take a version from one status to the other. */
export function isLegalMove(action: MoveAction, from: Before, to: Status): boolean {
  return LEGAL[action].some(([before, after]) => before === from && after === to);
}

/** The statuses from which an action may start, for messages that say what would be legal. */
export function legalStarts(action: MoveAction): readonly Before[] {
  return [...new Set(LEGAL[action].map(([before]) => before))];
}

const WAYS_ON: Readonly<Record<Status, string>> = {
  staged: "a staged version can be promoted, activated, archived or marked as failed",
  production: "a live version leaves by another one going live, by rollback, or by being marked as failed",
  archived: "an archived version can be restaged; one that was live before can also be gone back to by rollback or activate",
  failed: "a failed version stays failed; register or train a new one",
};

/** Why a version of this status cannot be moved so, and what would be legal. `done` is the past form, such as "promoted"; `from` the statuses that could. */
export function refusalOf(label: string, status: Status, from: readonly Before[], done: string): string {
  return `${label} is ${status}, and only ${from.join(" or ")} versions can be ${done}; ${WAYS_ON[status]}`;
}
