// Which files count, what each is, and which group a file name belongs to (contract §1.1, DESIGN §8.4).

/** The five old kinds, in the order in which suffixes are tried. */
export const ARTIFACT_KINDS = ["factors_txt", "ic_csv", "info_pkl", "model_pkl", "model_json"] as const;
/** Optional files beside a group. */
export const COMPANION_KINDS = ["manifest", "golden", "series"] as const;

export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];
export type CompanionKind = (typeof COMPANION_KINDS)[number];
export type FileKind = ArtifactKind | CompanionKind;
/** What a registered version has instead of a group's files: the model file that was given, and its metadata. */
export const REGISTERED_KINDS = ["model_file", "metadata"] as const;
export type RegisteredKind = (typeof REGISTERED_KINDS)[number];

/** The kinds whose bytes make up a captured version (the manifest only says when a group is complete). */
export type GroupContentKind = Exclude<FileKind, "manifest">;
/** The kinds whose bytes make up a version. */
export type ContentKind = GroupContentKind | RegisteredKind;

/** The kinds whose bytes make up a captured version, in the order in which they are listed. */
export const CONTENT_KINDS = [...ARTIFACT_KINDS, "golden", "series"] as const satisfies readonly GroupContentKind[];

/** What the daemon makes of a version's files and keeps beside them: the document converted from a pickle, and rows with the margins that it gave. */
export const DERIVED_KINDS = ["converted_json", "proof"] as const;
export type DerivedKind = (typeof DERIVED_KINDS)[number];

const SUFFIXES: readonly (readonly [FileKind, string])[] = [
  ["factors_txt", "_factors.txt"],
  ["ic_csv", "_ic.csv"],
  ["info_pkl", "_info.pkl"],
  ["model_pkl", "_model.pkl"],
  ["model_json", "_model.json"],
  ["manifest", "_manifest.json"],
  ["golden", "_golden.json"],
  ["series", "_series.csv"],
];

/** Kind and group of a file by its base name (case-sensitive); undefined for any other file. The group key may be empty. */
export function recogniseFile(baseName: string): { readonly kind: FileKind; readonly groupKey: string } | undefined {
  for (const [kind, suffix] of SUFFIXES) {
    if (baseName.endsWith(suffix)) return { kind, groupKey: baseName.slice(0, -suffix.length) };
  }
  return undefined;
}

/** True for the five kinds that by themselves make a group. */
export function isArtifactKind(kind: FileKind): kind is ArtifactKind {
  return (ARTIFACT_KINDS as readonly string[]).includes(kind);
}
