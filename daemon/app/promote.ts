// `line.promote`: a staged version goes live after its gates, its datasets and its bytes were looked at; the line is unpinned.

import { AppError } from "../../shared/contract/errors.ts";
import type { GateVerdictView } from "../../shared/contract/registry-views.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { legalStarts, refusalOf } from "../../shared/domain/lifecycle.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import { failpoint } from "../failpoint.ts";
import { admit } from "./admit-version.ts";
import type { LineState } from "./catalog.ts";
import type { ChangeDraft } from "./change-draft.ts";
import type { RequestContext } from "./doors.ts";
import { createGateKeeper, failedGates, type GateKeeper } from "./gate-inputs.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { goLive, setPinned, type Because } from "./live-moves.ts";
import { assertSameLive, firstReply, replyOf, settleHealth } from "./move-reply.ts";
import { requireLine, requireVersion } from "./moves.ts";
import type { VersionRecord } from "./ports.ts";
import { moveDone, type DoneMove } from "./request-ids.ts";
import { assertServable, datasetsOf } from "./safe-to-go-live.ts";

type PromoteInput = Input<"line.promote">;
type Reply = Output<"line.promote">;

/** One request: what was asked, of which line, and what was live on it then. */
interface Asked {
  readonly input: PromoteInput;
  readonly line: LineState;
  readonly liveThen: VersionRecord | null;
  readonly keeper: GateKeeper;
  readonly because: Because;
}

/** The handler of `line.promote`. */
export function createPromote(parts: LifecycleParts) {
  return async (input: PromoteInput, context: RequestContext): Promise<Reply> => {
    const line = requireLine(parts.catalog, input.line);
    const liveThen = line.live;
    assertMaySkip(input, context);
    const because = { reason: input.reason === "" ? "promoted" : input.reason, actor: context.principal.name };
    const asked: Asked = { input, line, liveThen, because, keeper: createGateKeeper(parts) };
    const version = await requireVersion(parts.store, line, input.version);
    const done = await moveOf(parts, asked, version);
    if (done !== undefined) return replay(line, done);
    if (line.live?.id === version.id) return isLiveAlready(line);
    assertStaged(version);
    const gates = await asked.keeper.judge(line, version);
    const datasets = await datasetsOf(parts, version);
    const warnings = [...(datasets?.warnings ?? [])];
    if (input.dry_run)
      return {
        ...replyOf(line, line.live?.label ?? ""),
        ...{ version: version.label, pinned: false, changed: false, gates, warnings },
        ...{ override: input.skip_gates, promoted_at: null },
      };
    FAILPOINT: await failpoint("promote.judged");
    if (!input.skip_gates && failedGates(gates).length > 0)
      throw await parts.committer.change((draft) => refusedByGates(draft, asked, version, gates));
    if (datasets?.compatible === false)
      throw new AppError("wrong_state", `${version.label} does not fit the current datasets: ${warnings.join("; ")}; nothing was changed`);
    await admit(parts, line, version, { actor: because.actor, requestId: input.request_id });
    FAILPOINT: await failpoint("promote.verified");
    const decided = await parts.committer.change((draft) => decide(parts, draft, asked, warnings));
    if (decided instanceof AppError) throw decided;
    return decided;
  };
}

/** Everything that may have changed since is looked at once more, while nobody else decides. */
async function decide(parts: LifecycleParts, draft: ChangeDraft, asked: Asked, warnings: string[]): Promise<Reply | AppError> {
  const { input, line, liveThen, keeper, because } = asked;
  const version = await requireVersion(parts.store, line, input.version);
  const done = await moveOf(parts, asked, version);
  if (done !== undefined) return replay(line, done);
  if (line.live?.id === version.id) return isLiveAlready(line);
  assertSameLive(line, liveThen);
  assertStaged(version);
  assertServable(line, version);
  const gates = await keeper.judge(line, version);
  if (!input.skip_gates && failedGates(gates).length > 0) return refusedByGates(draft, asked, version, gates);
  const datasets = await datasetsOf(parts, version);
  if (datasets?.compatible === false)
    throw new AppError("conflict", `the current datasets changed meanwhile: ${datasets.warnings.join("; ")}; nothing was changed`);
  const changed = draft.line(line);
  const facts = {
    gates: gates.length === 0 ? "" : JSON.stringify(gates),
    gatesSkipped: input.skip_gates && gates.length > 0,
    requestId: input.request_id,
  };
  const event = goLive(draft, changed, version, "promoted", because, { facts });
  setPinned(draft, changed, false, because);
  settleHealth(draft, line, changed, false, because.actor);
  FAILPOINT: await failpoint("promote.before_commit");
  return {
    ...replyOf(changed, liveThen?.label ?? ""),
    ...{ changed: true, gates, override: facts.gatesSkipped, promoted_at: formatMicros(event.at), warnings },
  };
}

function moveOf(parts: LifecycleParts, { input, line }: Asked, version: VersionRecord): Promise<DoneMove | undefined> {
  return moveDone(parts.store, { requestId: input.request_id, line, label: version.label, actions: ["promoted"] });
}

function replay(line: LineState, done: DoneMove): Reply {
  const { gates, gatesSkipped, at } = done.move;
  // Written by us as the verdicts' shape: trusted.
  const verdicts = gates === "" ? [] : (JSON.parse(gates) as GateVerdictView[]);
  return { ...firstReply(line, done, false), gates: verdicts, override: gatesSkipped, promoted_at: formatMicros(at), warnings: [] };
}

/** Promoting it once more archives nothing and adds nothing to the history. */
function isLiveAlready(line: LineState): Reply {
  const { previousLabel, liveSince } = line.record;
  return {
    ...replyOf(line, previousLabel),
    ...{ changed: false, gates: [], override: false, promoted_at: formatMicros(liveSince), warnings: [] },
  };
}

function assertStaged(version: VersionRecord): void {
  if (version.status !== "staged")
    throw new AppError("wrong_state", refusalOf(version.label, version.status, legalStarts("promoted"), "promoted"));
}

function assertMaySkip(input: PromoteInput, { principal }: RequestContext): void {
  if (!input.skip_gates) return;
  if (!principal.scopes.has("model:admin"))
    throw new AppError("forbidden", `skipping the gates needs model:admin, which ${principal.name} has not`);
  if (input.reason.trim() === "" && !input.dry_run)
    throw new AppError("invalid_input", "skipping the gates needs a reason, which the history keeps");
}

/** Notes the refusal in the events, and gives the error that says why. */
function refusedByGates(draft: ChangeDraft, { line, because }: Asked, version: VersionRecord, gates: readonly GateVerdictView[]): AppError {
  const message = gateText(version, gates);
  const { namespace, name } = line.record;
  draft.event("gates_refused", { source: namespace, groupKey: name, version: version.label, reason: message, actor: because.actor });
  return new AppError("gate_refused", message);
}

function gateText({ label }: VersionRecord, gates: readonly GateVerdictView[]): string {
  const failed = failedGates(gates).map(({ gate, value_text, rule, reason }) => {
    const found = value_text === "" ? "missing" : value_text;
    return `${gate} is ${found}, needed ${rule}${reason === "" ? "" : ` (${reason})`}`;
  });
  return `${label} does not pass its gates: ${failed.join("; ")}`;
}
