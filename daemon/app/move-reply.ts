// What every move of what is live answers with.

import type { Output } from "../../shared/contract/operations.ts";
import { AppError } from "../../shared/contract/errors.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { LineState } from "./catalog.ts";
import type { ChangeDraft, LineDraft } from "./change-draft.ts";
import { setHealth } from "./live-moves.ts";
import { standingDamage } from "./object-damage.ts";
import type { VersionRecord } from "./ports.ts";
import type { DoneMove } from "./request-ids.ts";

export type MoveReply = Output<"line.activate">;

/** The line as it is on the draft or in memory, with the label that was live before. */
export function replyOf(line: Pick<LineState, "record" | "live">, previous: string): Omit<MoveReply, "changed"> {
  const { record, live } = line;
  return {
    line: lineName(record.namespace, record.name),
    version: live?.label ?? "",
    previous_version: previous,
    pinned: record.pinned,
    sequence: record.liveSequence,
  };
}

/** The answer that the request with this id was given the first time. */
export function firstReply(line: Pick<LineState, "record">, { move, event }: DoneMove, pinned: boolean): MoveReply {
  return {
    line: lineName(line.record.namespace, line.record.name),
    version: move.label,
    previous_version: event?.previousVersion ?? "",
    pinned,
    sequence: move.sequence,
    changed: true,
  };
}

/** Throws `conflict` when something else is live than when the move was asked for: whoever asked saw another line. */
export function assertSameLive(line: LineState, seen: VersionRecord | null): void {
  if (line.live?.id === seen?.id) return;
  const now = line.live === null ? "nothing is live on it any more" : `${line.live.label} went live`;
  throw new AppError(
    "conflict",
    `${lineName(line.record.namespace, line.record.name)} changed meanwhile: ${now}; nothing was changed by this, look again`,
  );
}

/** After a move: the files on disk may be just those of what is live; and what is wrong with the stored bytes of another version concerns nobody any more. */
export function settleHealth(draft: ChangeDraft, state: LineState, line: LineDraft, wasLive: boolean, actor: string): void {
  const isOnDisk = state.group !== null && state.group.contentDigest === line.live?.contentDigest;
  if (isOnDisk || (!wasLive && standingDamage(line.record) !== "")) setHealth(draft, line, "", actor);
}
