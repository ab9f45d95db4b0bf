// Which file stands for each kind of a group when several do (DESIGN §5, "Old weaknesses").

import type { FileKind } from "../../shared/domain/artifact-kinds.ts";
import { compareCodePoints } from "../../shared/domain/names.ts";

/** What the choice looks at. */
export interface Candidate {
  readonly kind: FileKind;
  readonly path: string;
  /** Nanoseconds as decimal text. */
  readonly mtimeNs: string;
}

export interface Choice<T extends Candidate> {
  readonly chosen: ReadonlyMap<FileKind, T>;
  /** One text per file that is passed over, in the order of the paths. */
  readonly warnings: readonly string[];
}

/** One file per kind: the newest modification time wins, then the greater path; the others are named in warnings. */
export function chooseFiles<T extends Candidate>(files: readonly T[]): Choice<T> {
  const chosen = new Map<FileKind, T>();
  for (const file of files) {
    const other = chosen.get(file.kind);
    if (other === undefined || isNewer(file, other)) chosen.set(file.kind, file);
  }
  const warnings: string[] = [];
  for (const file of files.toSorted((a, b) => compareCodePoints(a.path, b.path))) {
    const winner = chosen.get(file.kind);
    if (winner !== undefined && winner !== file)
      warnings.push(`${file.path} is not used: ${winner.path} is the newer one, or comes later by path`);
  }
  return { chosen, warnings };
}

function isNewer(file: Candidate, other: Candidate): boolean {
  const a = BigInt(file.mtimeNs);
  const b = BigInt(other.mtimeNs);
  return a === b ? compareCodePoints(file.path, other.path) > 0 : a > b;
}
