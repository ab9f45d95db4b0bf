// Moves that make nothing live: a version is put away, brought back to staged, or marked as failed.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { legalStarts, refusalOf, type MoveAction, type Status } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import type { LineState } from "./catalog.ts";
import type { ChangeDraft } from "./change-draft.ts";
import type { Handlers, RequestContext } from "./doors.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { endPaper, failLive, markFailed, type Because } from "./live-moves.ts";
import { requireLine, requireVersion } from "./moves.ts";
import type { VersionRecord } from "./ports.ts";
import { moveDone } from "./request-ids.ts";

type StatusMoveInput = Input<"version.archive">;
type Reply = Output<"version.archive">;

/** One of the moves: what it is called, and where it leads. */
interface StatusMove {
  readonly action: Extract<MoveAction, "archived" | "restaged" | "failed">;
  readonly to: Status;
  /** How a refusal calls it. */
  readonly done: string;
}

const ARCHIVE: StatusMove = { action: "archived", to: "archived", done: "archived" };
const RESTAGE: StatusMove = { action: "restaged", to: "staged", done: "restaged" };
const FAIL: StatusMove = { action: "failed", to: "failed", done: "marked as failed" };

/** The handlers of `version.archive`, `version.restage` and `version.fail`. */
export function createStatusMoves(parts: LifecycleParts): Pick<Handlers, "version.archive" | "version.restage" | "version.fail"> {
  return {
    "version.archive": (input, context) => moveStatus(parts, ARCHIVE, input, context),
    "version.restage": (input, context) => moveStatus(parts, RESTAGE, input, context),
    "version.fail": (input, context) => moveStatus(parts, FAIL, input, context, input.confirm_live),
  };
}

function moveStatus(
  { catalog, store, committer }: LifecycleParts,
  move: StatusMove,
  input: StatusMoveInput,
  { principal }: RequestContext,
  mayBeLive = false,
): Promise<Reply> {
  const line = requireLine(catalog, input.line);
  const because = { reason: input.reason === "" ? move.done : input.reason, actor: principal.name };
  return committer.change(async (draft) => {
    const request = { requestId: input.request_id, line, label: input.version, actions: [move.action] };
    const done = await moveDone(store, request);
    if (done !== undefined) return reply(line, done.move.label, done.move.from, done.move.to, done.move.sequence);
    const version = await requireVersion(store, line, input.version);
    if (!legalStarts(move.action).includes(version.status))
      throw new AppError("wrong_state", refusalOf(version.label, version.status, legalStarts(move.action), move.done));
    if (version.status === "production" && !mayBeLive) throw new AppError("wrong_state", liveRefusal(line, version));
    const sequence = apply(draft, line, version, move, because, input.request_id);
    return reply(line, version.label, version.status, move.to, sequence);
  });
}

/** Puts the move on the draft; returns its sequence number. */
function apply(
  draft: ChangeDraft,
  state: LineState,
  version: VersionRecord,
  { action, to }: StatusMove,
  because: Because,
  requestId: string,
): number {
  const line = draft.line(state);
  const facts = { requestId };
  if (version.status === "production") return failLive(draft, line, because, facts)?.sequence ?? 0;
  if (action === "failed") return markFailed(draft, line, version, "version_moved", because, facts).sequence;
  const { namespace, name } = line.record;
  const event = draft.event("version_moved", { source: namespace, groupKey: name, version: version.label, ...because });
  draft.move(line, version, action, version.status, to, event, facts);
  endPaper(draft, line, version, because.actor, "it was archived");
  return event.sequence;
}

function liveRefusal({ record }: LineState, { label }: VersionRecord): string {
  const name = lineName(record.namespace, record.name);
  return (
    `${label} is live on ${name}: marking it as failed leaves the line with nothing live, which has to be confirmed; ` +
    `rollback with "mark failed" goes back to an earlier version instead`
  );
}

function reply({ record }: LineState, version: string, from: string, to: string, sequence: number): Reply {
  return { line: lineName(record.namespace, record.name), version, from_status: from, to_status: to, sequence };
}
