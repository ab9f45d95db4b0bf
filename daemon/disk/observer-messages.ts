// What the main thread and the observer's thread say to each other.

import type { FileStamp, ObservedGroup, SourceCondition } from "../app/ports.ts";

/** How the observer works; times in ms. */
export interface ObserverSettings {
  /** A group is shown when it was quiet for so long. */
  readonly settleMs: number;
  /** Everything is listed again after so long, whatever the events said. */
  readonly rescanMs: number;
  /** False: no events and no timed listing, only `rescan`. */
  readonly watch: boolean;
}

export interface KnownGroup {
  readonly groupKey: string;
  readonly files: readonly FileStamp[];
}

/** The application's answer to a shown group. */
export interface Answer {
  readonly group: ObservedGroup;
  readonly outcome: "done" | "again";
}

/** From the main thread. A message with a `request` is answered by one reply with its number. */
export type Command =
  | { readonly kind: "known"; readonly sourceId: number; readonly groups: readonly KnownGroup[] }
  | {
      readonly kind: "add";
      readonly request: number;
      readonly sourceId: number;
      readonly rootPath: string;
      readonly rootDevice: string | null;
    }
  | { readonly kind: "remove"; readonly request: number; readonly sourceId: number }
  | { readonly kind: "rescan"; readonly request: number; readonly sourceId: number; readonly groupKey: string | undefined }
  | { readonly kind: "dealt"; readonly answers: readonly Answer[] }
  | { readonly kind: "forget"; readonly sourceId: number; readonly groupKey: string }
  /** The last parcel was taken in; the next one may come. */
  | { readonly kind: "taken" };

/** Counts of a listing: groups seen, and those that differ from what was dealt with. */
export interface ListingCounts {
  readonly groups: number;
  readonly changed: number;
}

/** From the observer's thread. */
export type Report =
  | { readonly kind: "changed"; readonly sourceId: number; readonly groups: readonly ObservedGroup[] }
  | { readonly kind: "gone"; readonly sourceId: number; readonly groupKeys: readonly string[] }
  | { readonly kind: "condition"; readonly sourceId: number; readonly condition: SourceCondition }
  | { readonly kind: "scanned"; readonly sourceId: number; readonly groups: number; readonly pending: number }
  | { readonly kind: "reply"; readonly request: number; readonly counts: ListingCounts };

/** Reports in order, few enough that the main thread takes them in within a few ms. */
export interface Parcel {
  readonly reports: readonly Report[];
}

/** Groups in one message, in either direction: about 1 ms to take in. */
export const GROUPS_PER_MESSAGE = 100;
