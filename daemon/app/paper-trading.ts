// `paper.start` and `paper.stop`: how long a staged version was tried in paper trading, measured by the daemon's clock.

import { AppError } from "../../shared/contract/errors.ts";
import { legalStarts, refusalOf } from "../../shared/domain/lifecycle.ts";
import type { Handlers } from "./doors.ts";
import type { LifecycleParts } from "./lifecycle-parts.ts";
import { requireLine, requireVersion } from "./moves.ts";
import { toPaperView } from "./to-views.ts";

/** The handlers of `paper.start` and `paper.stop`. */
export function createPaperTrading({ catalog, store, committer }: LifecycleParts): Pick<Handlers, "paper.start" | "paper.stop"> {
  return {
    "paper.start": (input, { principal }) =>
      committer.change(async (draft) => {
        const line = requireLine(catalog, input.line);
        const version = await requireVersion(store, line, input.version);
        const { label, status } = version;
        // The same statuses as for a promotion, which is what it is for.
        if (status !== "staged")
          throw new AppError("wrong_state", refusalOf(label, status, legalStarts("promoted"), "tried in paper trading"));
        if (catalog.papers.has(version.id)) throw new AppError("wrong_state", `paper trading of ${label} has begun already; stop it first`);
        const { namespace, name } = line.record;
        draft.event("paper_started", {
          ...{ source: namespace, groupKey: name, version: label },
          reason: input.evidence,
          actor: principal.name,
        });
        const now = draft.now();
        const paper = draft.registry.openPaper({
          ...{ lineId: line.record.id, versionId: version.id },
          ...{ startedAt: now, startedBy: principal.name, stoppedAt: null, stoppedBy: "", evidence: input.evidence },
        });
        return toPaperView(line, label, paper, now);
      }),

    "paper.stop": (input, { principal }) =>
      committer.change(async (draft) => {
        const line = requireLine(catalog, input.line);
        const version = await requireVersion(store, line, input.version);
        const now = draft.now();
        const paper = draft.registry.endPaper(version.id, now, principal.name, input.evidence);
        if (paper === undefined) throw new AppError("wrong_state", `no paper trading of ${version.label} is going on; start it first`);
        const { namespace, name } = line.record;
        draft.event("paper_stopped", {
          ...{ source: namespace, groupKey: name, version: version.label },
          reason: input.evidence === "" ? "stopped" : input.evidence,
          actor: principal.name,
        });
        return toPaperView(line, version.label, paper, now);
      }),
  };
}
