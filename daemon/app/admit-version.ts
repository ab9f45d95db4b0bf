// The last look at a version before it goes live; one that turns out to be corrupt is marked as failed, and what is live stays.

import { AppError } from "../../shared/contract/errors.ts";
import type { LineState } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import { markFailed } from "./live-moves.ts";
import type { CatalogStore, VersionRecord } from "./ports.ts";
import { assertBytesKept, assertServable, corruptionOf, type SafetyTools } from "./safe-to-go-live.ts";

/** What admission works with. */
export interface AdmissionTools extends SafetyTools {
  readonly store: Pick<CatalogStore, "registrationsOf" | "versionsWithoutBytes" | "versionById">;
  readonly committer: Committer;
}

/** Who asks, under which id. `keeps`: a corrupt version is refused and stays what it is, since its files may come back from the directory. */
export interface AdmissionRequest {
  readonly actor: string;
  readonly requestId: string;
  readonly keeps?: boolean;
}

/**
 * Resolves when the version may go live as far as its bytes tell. AppError `wrong_state` when it cannot be served or is corrupt: then it is failed
 * from now on, with an event `model.validation.failed`. AppError `unavailable` when the look could not be made; nothing is changed then.
 */
export async function admit(tools: AdmissionTools, line: LineState, version: VersionRecord, request: AdmissionRequest): Promise<void> {
  assertServable(line, version);
  await assertBytesKept(tools.store, version);
  const corruption = await corruptionOf(tools, version);
  if (corruption === "") return;
  const isFailed = request.keeps !== true && (await failCorrupt(tools, line, version, corruption, request));
  const outcome = isFailed ? "; it is marked as failed now, and what is live stays" : "";
  throw new AppError("wrong_state", `${version.label} must not go live: ${corruption}${outcome}`);
}

/** True when it is failed now; what is live is never failed by the daemon itself. */
function failCorrupt(
  { committer, store }: AdmissionTools,
  line: LineState,
  version: VersionRecord,
  corruption: string,
  { actor, requestId }: AdmissionRequest,
): Promise<boolean> {
  return committer.change(async (draft) => {
    const now = await store.versionById(version.id);
    if (now?.status !== "staged" && now?.status !== "archived") return false;
    markFailed(draft, draft.line(line), now, "model.validation.failed", { reason: corruption, actor }, { requestId });
    return true;
  });
}
