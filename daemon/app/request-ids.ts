// Moves that are asked for twice with the same id of the caller: the second answer is the first one's.

import { AppError } from "../../shared/contract/errors.ts";
import type { MoveAction } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { LineState } from "./catalog.ts";
import type { CatalogStore, ChainedMove, EventRecord } from "./ports.ts";

/** A move that was made for a request, with the event that it carries. */
export interface DoneMove {
  readonly move: ChainedMove;
  readonly event: EventRecord | undefined;
}

/** What is asked for under the id. */
export interface RequestedMove {
  readonly requestId: string;
  readonly line: Pick<LineState, "record">;
  /** The version that was asked for; undefined when the daemon chooses it. */
  readonly label: string | undefined;
  /** What such a request may have led to. */
  readonly actions: readonly MoveAction[];
}

/**
 * The move that was made under this id, if there is one. AppError `conflict` when the id stands for another move; `wrong_state` when what was
 * found out then was that the version must not go live.
 */
export async function moveDone(
  store: Pick<CatalogStore, "moveByRequest" | "eventsAfter">,
  { requestId, line, label, actions }: RequestedMove,
): Promise<DoneMove | undefined> {
  if (requestId === "") return undefined;
  const move = await store.moveByRequest(requestId);
  if (move === undefined) return undefined;
  const isSame = move.lineId === line.record.id && (label === undefined || label === move.label);
  if (isSame && move.action === "failed" && !actions.includes("failed"))
    throw new AppError("wrong_state", `${move.label} was marked as failed when this was asked for first: ${move.reason}`);
  if (!isSame || !actions.includes(move.action))
    throw new AppError(
      "conflict",
      `request id ${JSON.stringify(requestId)} stands for another move (${move.action} ${move.label} of ${move.line}); ` +
        `${lineName(line.record.namespace, line.record.name)} was not changed`,
    );
  const [event] = await store.eventsAfter(move.sequence - 1, 1);
  return { move, event };
}
