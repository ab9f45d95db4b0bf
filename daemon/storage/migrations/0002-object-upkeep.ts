// Finding objects by their pack and versions by their bytes, for the upkeep of the object store. Never edited again, like every released migration.

import type { Migration } from "../migrate.ts";

// The order in which packs are read through; the digest tells empty objects at one place apart.
const STORED_OBJECT_BY_PACK = `create index stored_object_by_pack on stored_object (pack, byte_offset, sha256)`;

// Which versions need these bytes, the newest first.
const VERSION_FILE_BY_DIGEST = `create index version_file_by_digest on version_file (sha256, version_id)`;

/** Indexes for dropping, packing together and checking objects. */
export const OBJECT_UPKEEP: Migration = {
  number: 2,
  name: "object upkeep",
  statements: [STORED_OBJECT_BY_PACK, VERSION_FILE_BY_DIGEST],
};
