// Following the history from its beginning: every move's hash, its event, and the status that it left its version in.

import { AppError } from "../../shared/contract/errors.ts";
import type { Output } from "../../shared/contract/operations.ts";
import { STATUSES, type Before, type Status } from "../../shared/domain/lifecycle.ts";
import type { RequestContext } from "./doors.ts";
import { createTurns } from "./pace.ts";
import type { CatalogStore, ChainFault, ChainPart, ChainPlace } from "./ports.ts";

/** What a proof reads. */
export interface HistoryParts {
  readonly store: Pick<CatalogStore, "checkChain" | "statusesAfter" | "checkStatus">;
}

type Proof = Output<"history.verify">;

/** Moves of one query: a few milliseconds. */
const PAGE = 200;
/** Statuses of one query. */
const STATUS_PAGE = 2_000;

const ALL: readonly Before[] = ["none", ...STATUSES];

/** Proves the history to its end, what is written meanwhile included. Stops at the first move that does not fit. */
export async function verifyHistory({ store }: HistoryParts, { signal }: RequestContext): Promise<Proof> {
  const statuses = createStatusList();
  const turn = createTurns();
  const breathe = async (): Promise<void> => {
    await turn();
    if (signal.aborted) throw new AppError("cancelled", "cancelled by the caller");
  };
  let place: ChainPlace = { sequence: Number.MIN_SAFE_INTEGER, hash: "", uncovered: 0 };
  let moves = 0;
  for (;;) {
    const part = await store.checkChain(place, PAGE);
    const fault = replay(statuses, part) ?? part.fault;
    moves += part.moves.length;
    place = part.place;
    if (fault !== undefined) return broken(moves, place, fault);
    if (part.moves.length < PAGE) break;
    await breathe();
  }
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const page = await store.statusesAfter(after, STATUS_PAGE);
    for (const { id, status } of page) {
      if (statuses.of(id) === status) continue;
      // It may have moved since its moves were read.
      const fault = await store.checkStatus(id);
      if (fault !== undefined) return broken(moves, place, fault);
    }
    if (page.length < STATUS_PAGE) break;
    after = page.at(-1)?.id ?? after;
    await breathe();
  }
  return { valid: true, moves, hash: place.hash, broken_at: null, detail: describe(moves, place) };
}

/** Takes the versions through the moves; the first that does not begin where the one before it ended. */
function replay(statuses: StatusList, { moves }: ChainPart): ChainFault | undefined {
  for (const { sequence, versionId, from, to } of moves) {
    const before = statuses.of(versionId);
    if (before !== from) return { sequence, detail: `it begins with ${from}, but the moves before it left that version with ${before}` };
    statuses.set(versionId, to);
  }
  return undefined;
}

/** Statuses by version id. */
interface StatusList {
  of(versionId: number): Before;
  set(versionId: number, status: Status): void;
}

/** One byte for each version, of which there may be millions. */
function createStatusList(): StatusList {
  let numbers = new Uint8Array(1024);
  return {
    of: (versionId) => ALL[numbers[versionId] ?? 0] ?? "none",
    set(versionId, status) {
      if (versionId >= numbers.length) {
        const larger = new Uint8Array(2 * versionId);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[versionId] = ALL.indexOf(status);
    },
  };
}

function broken(moves: number, { hash }: ChainPlace, { sequence, detail }: ChainFault): Proof {
  const which = sequence === null ? "" : `move ${sequence}: `;
  return { valid: false, moves, hash, broken_at: sequence, detail: `${which}${detail}` };
}

function describe(moves: number, { uncovered }: ChainPlace): string {
  if (moves === 0) return "there are no moves yet";
  return uncovered === 0
    ? "every move follows from the one before"
    : `none of the ${moves} moves has a hash of its own yet; the next move covers them`;
}
