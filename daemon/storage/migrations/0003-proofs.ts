// What is made of a version's files and kept with them, and how a version did on its golden rows. Never edited again, like every released migration.

import type { Migration } from "../migrate.ts";

/** Converted documents and proofs for versions. */
export const PROOFS: Migration = {
  number: 3,
  name: "proofs",
  statements: [
    `alter table version drop constraint version_golden`,
    `alter table version add constraint version_golden check (golden in ('absent', 'not_checked', 'passed', 'failed'))`,
    // A converted document and a proof lie on no disk: their path is empty, their time 0.
    `alter table version_file drop constraint version_file_kind`,
    `alter table version_file add constraint version_file_kind check (kind in
      ('factors_txt', 'ic_csv', 'info_pkl', 'model_pkl', 'model_json', 'golden', 'series', 'converted_json', 'proof'))`,
  ],
};
