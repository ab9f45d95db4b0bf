// Which versions' bytes stay (DESIGN §5, "Keep and drop"), as pure functions.

import { isRegistryNamespace } from "../../shared/domain/names.ts";
import type { LineRecord, VersionRecord } from "./ports.ts";

/** A line that follows its files keeps the bytes of so many versions, counted from its newest number. */
export const KEPT_VERSIONS = 50;

/** Why a version's bytes are gone, and how they come back. */
export const KEPT_ONLY = `a line that follows its files keeps those of its last ${KEPT_VERSIONS} versions; put the same files back to have them again`;

type Line = Pick<LineRecord, "namespace" | "policy" | "nextNumber" | "liveVersionId">;

/** Lines where nothing goes: gated ones, and those that do not come from a directory and hence cannot be captured again. */
export function keepsEverything(line: Pick<Line, "namespace" | "policy">): boolean {
  return line.policy === "gated" || isRegistryNamespace(line.namespace);
}

/** The lowest number among the line's last versions; below it only the bytes of the live version and of tested ones stay. 1 or less = none is below. */
export function firstKeptNumber(line: Pick<Line, "nextNumber">): number {
  return line.nextNumber - KEPT_VERSIONS;
}

/** True when the bytes of this version must stay. What is pinned is live; what is tested has an open record of paper trading. */
export function mustKeep(line: Line, version: Pick<VersionRecord, "id" | "number">, isTested: boolean): boolean {
  return keepsEverything(line) || isTested || version.id === line.liveVersionId || version.number >= firstKeptNumber(line);
}

/** True when the line may have versions whose bytes can go. */
export function mayDrop(line: Line): boolean {
  return firstKeptNumber(line) > 1 && !keepsEverything(line);
}
