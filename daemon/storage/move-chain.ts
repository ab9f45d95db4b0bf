// The chain of the history: each move's hash covers everything that the move says and the hash of the move before.

import { createHash } from "node:crypto";
import type { MoveRecord } from "../app/ports.ts";

/** What the first move follows from. */
export const CHAIN_BEGIN = "";

/**
 * The hash of a move after the one with `previous`: sha256, in hexadecimal, of a JSON list of `previous` and the move's facts in a fixed order.
 * JSON keeps neighbours apart, so that no two moves have the same text.
 */
export function chainHash(previous: string, move: MoveRecord): string {
  const text = JSON.stringify([
    previous,
    move.sequence,
    String(move.at),
    move.line,
    move.label,
    move.contentDigest,
    move.action,
    move.from,
    move.to,
    move.reason,
    move.actor,
    move.gates,
    move.gatesSkipped,
    move.requestId,
  ]);
  return createHash("sha256").update(text).digest("hex");
}
