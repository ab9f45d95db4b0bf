// Lists of file stamps: what one group's files look like, and whether two looks are the same.

import { isArtifactKind } from "../../shared/domain/artifact-kinds.ts";
import type { FileStamp } from "../app/ports.ts";

/** The files of one group, sorted by path. */
export type Listing = readonly FileStamp[];

/** A group without files. */
export const NO_FILES: Listing = [];

/** True when both hold the same paths with the same stamps: nothing was touched in between. */
export function sameListing(one: Listing | undefined, other: Listing | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined || one.length !== other.length) return false;
  return one.every((file, index) => {
    const same = other[index];
    return file === same || (file.path === same?.path && file.stamp === same.stamp);
  });
}

/** The files as a group: companions without one of the five artifact kinds are no group. */
export function asGroup(files: Listing): Listing {
  return files.some((file) => isArtifactKind(file.kind)) ? files : NO_FILES;
}

/** True when one of the files says by its digests when the group is complete (DESIGN §8.4). */
export function hasManifest(files: Listing): boolean {
  return files.some((file) => file.kind === "manifest");
}

/** Sorts by path, by UTF-16 code unit, in place. */
export function sortByPath(files: FileStamp[]): FileStamp[] {
  return files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Newest ctime of the files in whole milliseconds since 1970; 0 without files. */
export function newestCtimeMs(files: Listing): number {
  let newest = 0;
  for (const file of files) {
    const ctimeNs = file.stamp.slice(file.stamp.lastIndexOf(":") + 1);
    newest = Math.max(newest, Number(ctimeNs.slice(0, -6)));
  }
  return newest;
}
