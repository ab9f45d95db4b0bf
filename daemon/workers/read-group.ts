// Reads one group: its files once each, their digests, what they mean, and whether anything changed meanwhile.

import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { posix } from "node:path";
import { CONTENT_KINDS } from "../../shared/domain/artifact-kinds.ts";
import type { GroupDescription } from "../../shared/domain/description.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import type { FileStamp, GroupReading, GroupSummary, MadeObject, ObservedGroup, ReadFile } from "../app/ports.ts";
import { chooseFiles } from "../artifacts/choose-files.ts";
import { describeGroup, type GroupFindings } from "../artifacts/describe-group.ts";
import type { GroupFile } from "../artifacts/group-parts.ts";
import { checkManifest } from "./check-manifest.ts";
import { contentDigest } from "./content-digest.ts";
import { isUnchanged, readWholeFile } from "./read-file.ts";
import type { ReaderSettings } from "./reader-messages.ts";

const UNSTABLE: GroupReading = { outcome: "unstable" };

interface ReadFiles {
  readonly files: readonly (ReadFile & { readonly bytes: Uint8Array<ArrayBuffer> })[];
  readonly parts: readonly GroupFile[];
}

/** A reading and the buffers to hand over with it. */
export interface GroupAnswer {
  readonly reading: GroupReading;
  readonly buffers: readonly ArrayBuffer[];
}

/** Reads a group below `rootPath`. Faults of files are values in the answer; throws only when the process lacks means, or for a bug. */
export function readGroup(rootPath: string, group: ObservedGroup, settings: ReaderSettings): GroupAnswer {
  const { chosen, warnings } = chooseFiles(group.files);
  const read = readContent(
    rootPath,
    CONTENT_KINDS.map((kind) => chosen.get(kind)).filter((file) => file !== undefined),
    settings,
  );
  if (read === undefined) return { reading: UNSTABLE, buffers: [] };
  const manifest = chosen.get("manifest");
  if (manifest !== undefined) {
    const digests = new Map(read.files.map((file) => [posix.basename(file.path), file.sha256]));
    const check = checkManifest({
      rootPath,
      path: manifest.path,
      stamp: manifest.stamp,
      maxArtifactBytes: settings.maxArtifactBytes,
      digestOf: (name) => digests.get(name),
    });
    if (check.outcome === "changed") return { reading: UNSTABLE, buffers: [] };
    if (check.outcome === "incomplete") return { reading: check, buffers: [] };
  }
  const findings = describeGroup(group.groupKey, read.parts, warnings);
  // The last look: whatever was read is what still lies there.
  if (!group.files.every((file) => isUnchanged(`${rootPath}/${file.path}`, file.stamp))) return { reading: UNSTABLE, buffers: [] };
  const derived = derivedOf(findings);
  return {
    reading: readingOf(read.files, findings, derived),
    buffers: [...read.files, ...derived].map(({ bytes }) => bytes.buffer),
  };
}

/** The bytes of the chosen files; undefined when one of them is not the listed file any more. */
function readContent(rootPath: string, chosen: readonly FileStamp[], settings: ReaderSettings): ReadFiles | undefined {
  const files: (ReadFile & { readonly bytes: Uint8Array<ArrayBuffer> })[] = [];
  const parts: GroupFile[] = [];
  for (const { kind, path, size, mtimeNs, stamp } of chosen) {
    if (kind === "manifest") continue;
    const file = readWholeFile(`${rootPath}/${path}`, settings.maxArtifactBytes, stamp);
    if (file.outcome === "changed") return undefined;
    if (file.outcome === "fault") {
      parts.push({ kind, path, bytes: undefined, unreadable: file.reason });
      continue;
    }
    parts.push({ kind, path, bytes: file.bytes, unreadable: "" });
    files.push({ kind, path, size, mtimeNs, sha256: file.sha256, bytes: file.bytes });
  }
  return { files, parts };
}

function readingOf(files: readonly ReadFile[], findings: GroupFindings, derived: readonly MadeObject[]): GroupReading {
  const { description, document, faults, contradictions, ready, notReady, failure } = findings;
  return {
    outcome: "read",
    files,
    faults,
    contradictions,
    contentDigest: contentDigest(files),
    ready,
    notReady,
    failure,
    derived,
    served: servedDocument(files, document),
    summary: summaryOf(description),
    descriptionText: descriptionText(description),
  };
}

function summaryOf(description: GroupDescription): GroupSummary {
  const info = description.info_summary;
  const dates = "train_start_date" in info ? info : { train_start_date: null, train_end_date: null };
  return {
    symbol: description.symbol,
    returnName: description.return_name,
    featureDim: description.feature_dim,
    factorCount: description.factors.length,
    trainStart: dates.train_start_date,
    trainEnd: dates.train_end_date,
    golden: description.golden,
    warnings: description.warnings,
  };
}

/** What was made of the files, in buffers of their own. */
function derivedOf({ document, proof }: GroupFindings): readonly (MadeObject & { readonly bytes: Uint8Array<ArrayBuffer> })[] {
  const made = [
    { kind: "converted_json", given: document?.converted },
    { kind: "proof", given: proof },
  ] as const;
  return made.flatMap(({ kind, given }) => {
    if (given === undefined) return [];
    const bytes = new Uint8Array(given);
    return [{ kind, size: bytes.length, sha256: hash("sha256", bytes), bytes }];
  });
}

/** `stringifyExact`, but without its per-member call in the usual case that no integer is beyond 2^53. */
function descriptionText(description: GroupDescription): string {
  try {
    return JSON.stringify(description);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return stringifyExact(description);
  }
}

function servedDocument(
  files: readonly ReadFile[],
  document: GroupFindings["document"],
): { readonly sha256: string; readonly bytes: number } {
  const file = files.find((candidate) => candidate.kind === "model_json");
  if (document === undefined) return { sha256: "", bytes: 0 };
  const { rewritten, converted } = document;
  if (converted !== undefined) return { sha256: hash("sha256", converted), bytes: converted.length };
  if (file === undefined) return { sha256: "", bytes: 0 };
  if (rewritten === undefined) return { sha256: file.sha256, bytes: file.bytes.length };
  return { sha256: hash("sha256", rewritten), bytes: Buffer.byteLength(rewritten) };
}
