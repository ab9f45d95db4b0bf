// `line.rollback`: back to the version that was live before, which is looked at first; the line is pinned to it.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { refusalOf } from "../../shared/domain/lifecycle.ts";
import { lineName } from "../../shared/domain/names.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import { failpoint } from "../failpoint.ts";
import { admit } from "./admit-version.ts";
import type { LineState } from "./catalog.ts";
import type { ChangeDraft } from "./change-draft.ts";
import type { RequestContext } from "./doors.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { rollbackTarget, wasEverLive } from "./line-history.ts";
import { goLive, setPinned, type Because, type Departure } from "./live-moves.ts";
import { assertSameLive, firstReply, replyOf, settleHealth } from "./move-reply.ts";
import { requireLine, requireVersion } from "./moves.ts";
import type { VersionRecord } from "./ports.ts";
import { moveDone, type DoneMove } from "./request-ids.ts";
import { assertBytesKept, assertServable, datasetsOf } from "./safe-to-go-live.ts";

type RollbackInput = Input<"line.rollback">;
type Reply = Output<"line.rollback">;

interface Asked {
  readonly input: RollbackInput;
  readonly line: LineState;
  readonly liveThen: VersionRecord | null;
  readonly because: Because;
}

/** The handler of `line.rollback`. */
export function createRollback(parts: LifecycleParts) {
  return async (input: RollbackInput, context: RequestContext): Promise<Reply> => {
    const line = requireLine(parts.catalog, input.line);
    const because = { reason: input.reason === "" ? "rolled back" : input.reason, actor: context.principal.name };
    const asked: Asked = { input, line, liveThen: line.live, because };
    const done = await moveOf(parts, asked);
    if (done !== undefined) return replay(line, done);
    const target = await targetOf(parts, asked);
    const warnings = [...((await datasetsOf(parts, target))?.warnings ?? [])];
    if (input.dry_run) {
      await assertBytesKept(parts.store, target);
      const shown = { version: target.label, pinned: true, changed: false, rolled_back_at: null, warnings };
      return { ...replyOf(line, line.live?.label ?? ""), ...shown };
    }
    await admit(parts, line, target, { actor: because.actor, requestId: input.request_id });
    FAILPOINT: await failpoint("rollback.verified");
    return parts.committer.change((draft) => decide(parts, draft, asked, target, warnings));
  };
}

async function decide(parts: LifecycleParts, draft: ChangeDraft, asked: Asked, chosen: VersionRecord, warnings: string[]): Promise<Reply> {
  const { input, line, liveThen, because } = asked;
  const done = await moveOf(parts, asked);
  if (done !== undefined) return replay(line, done);
  assertSameLive(line, liveThen);
  const target = await targetOf(parts, asked);
  if (target.id !== chosen.id)
    throw new AppError("conflict", `${chosen.label} is not where a rollback goes any more; nothing was changed, look again`);
  assertServable(line, target);
  await assertBytesKept(parts.store, target);
  const changed = draft.line(line);
  const wasPinned = changed.record.pinned;
  const isLive = liveThen?.id === target.id;
  if (!isLive)
    goLive(draft, changed, target, "rolled_back", because, { facts: { requestId: input.request_id }, departure: left(asked, target) });
  setPinned(draft, changed, true, because);
  if (!isLive) settleHealth(draft, line, changed, false, because.actor);
  FAILPOINT: await failpoint("rollback.before_commit");
  return {
    ...replyOf(changed, isLive ? changed.record.previousLabel : (liveThen?.label ?? "")),
    ...{ changed: !isLive || !wasPinned, rolled_back_at: formatMicros(changed.record.liveSince), warnings },
  };
}

function left({ input, because }: Asked, target: VersionRecord): Departure {
  return {
    action: "rolled_back",
    to: input.mark_failed ? "failed" : "staged",
    reason: `rolled back to ${target.label}: ${because.reason}`,
  };
}

function moveOf(parts: LifecycleParts, { input, line }: Asked): Promise<DoneMove | undefined> {
  return moveDone(parts.store, { requestId: input.request_id, line, label: input.to, actions: ["rolled_back"] });
}

function replay(line: LineState, done: DoneMove): Reply {
  return { ...firstReply(line, done, true), rolled_back_at: formatMicros(done.move.at), warnings: [] };
}

/** Where it goes. AppError `wrong_state` when there is no such version, or the one that was asked for is none. */
async function targetOf(parts: LifecycleParts, { input, line }: Asked): Promise<VersionRecord> {
  const name = lineName(line.record.namespace, line.record.name);
  if (input.mark_failed && line.live === null)
    throw new AppError("wrong_state", `nothing is live on ${name} that could be marked as failed; nothing was changed`);
  if (input.to !== undefined) return namedTarget(parts, line, input.to, input.mark_failed);
  const target = await rollbackTarget(parts.store, line.record);
  if (target !== undefined) return target;
  throw new AppError("wrong_state", `${name} has no earlier version to go back to: none that was live is archived; nothing was changed`);
}

async function namedTarget({ store }: LifecycleParts, line: LineState, label: string, isMarking: boolean): Promise<VersionRecord> {
  const version = await requireVersion(store, line, label);
  if (line.live?.id === version.id) {
    if (isMarking) throw new AppError("wrong_state", `${label} is live itself; name the version to go back to, or leave it out`);
    return version;
  }
  if (version.status !== "archived") throw new AppError("wrong_state", refusalOf(label, version.status, ["archived"], "gone back to"));
  if (!(await wasEverLive(store, version)))
    throw new AppError("wrong_state", `${label} never was live, so there is nothing to go back to; restage it, then promote it`);
  return version;
}
