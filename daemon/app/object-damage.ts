// Stored bytes that are not what they were: the words for it, and how it stands on a line.

import type { LineRecord, ObjectDamage, VersionRecord } from "./ports.ts";

const DAMAGES: ReadonlySet<unknown> = new Set<ObjectDamage>(["missing", "short", "other_bytes", "unreadable"]);

/** What an error of the object store says about the object that was read; undefined when it says nothing about it. */
export function damageOf(error: unknown): ObjectDamage | undefined {
  if (!(error instanceof Error) || !("fault" in error) || !DAMAGES.has(error.fault)) return undefined;
  return error.fault as ObjectDamage;
}

const BEGINNING = "stored bytes are damaged: ";

/** What is wrong with a line whose live version has these parts damaged. */
export function damageText(version: Pick<VersionRecord, "label">, names: readonly string[]): string {
  return `${BEGINNING}${names.join(", ")} of ${version.label}; put the same files back and run model-manager verify, or train anew`;
}

/** The line's degraded reason if it tells of damaged stored bytes, else "". It stands until they are mended or another version is live. */
export function standingDamage(line: Pick<LineRecord, "degraded">): string {
  return line.degraded.startsWith(BEGINNING) ? line.degraded : "";
}
