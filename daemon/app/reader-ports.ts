// What reading a group of files gives.

import type { GoldenState, PartFault } from "../../shared/domain/description.ts";
import type { ObservedGroup } from "./ports.ts";
import type { DerivedObject, VersionFile } from "./records.ts";

/** The bytes of one file that makes up a version. */
export interface ReadFile extends VersionFile {
  readonly bytes: Uint8Array;
}

/** Bytes that a reader made of a group's files, to be kept with the version. */
export interface MadeObject extends DerivedObject {
  readonly bytes: Uint8Array;
}

/** The few things of a group's description that a list shows. */
export interface GroupSummary {
  readonly symbol: string;
  readonly returnName: string;
  readonly featureDim: number;
  readonly factorCount: number;
  readonly trainStart: string | null;
  readonly trainEnd: string | null;
  readonly golden: GoldenState;
  readonly warnings: readonly string[];
}

/** What reading a settled group gave. */
export type GroupReading =
  | {
      readonly outcome: "read";
      /** The files used, one per kind, whose bytes could be had. */
      readonly files: readonly ReadFile[];
      /** Parts that cannot be read, in the order of the kinds. */
      readonly faults: readonly PartFault[];
      /** Disagreements between the parts; empty = consistent. */
      readonly contradictions: readonly string[];
      /** Digest over kind and sha256 of `files`. */
      readonly contentDigest: string;
      readonly ready: boolean;
      /** Why it is not ready; empty when it is. */
      readonly notReady: string;
      /** Why it must not go live although it is ready: its margins are not those that it should give. Empty = nothing speaks against it. */
      readonly failure: string;
      /** The document converted from a pickle, and the rows that prove the model. */
      readonly derived: readonly MadeObject[];
      /** The model document as served (CRLF and CR as LF); sha256 "" without one. */
      readonly served: { readonly sha256: string; readonly bytes: number };
      readonly summary: GroupSummary;
      /** Exact JSON text of the GroupDescription; as a text it crosses threads cheaply. */
      readonly descriptionText: string;
    }
  /** A file changed or went while it was read. */
  | { readonly outcome: "unstable" }
  /** The manifest names files that are missing or have another digest. */
  | { readonly outcome: "incomplete"; readonly reason: string }
  /** Nothing could be learnt: deadline, memory limit, crash of the reader. */
  | { readonly outcome: "failed"; readonly reason: string };

/** Reads groups in worker threads, with a deadline and a memory limit each. */
export interface GroupReader {
  read(rootPath: string, group: ObservedGroup): Promise<GroupReading>;
  /** Grows when our readers learn more, so that stored groups are looked at again. */
  readonly version: number;
  [Symbol.asyncDispose](): Promise<void>;
}
