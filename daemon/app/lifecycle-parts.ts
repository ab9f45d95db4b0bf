// What the operations of the lifecycle work with.

import type { Clock } from "../../shared/lib/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Committer } from "./commit.ts";
import type { ObjectMender } from "./mend-objects.ts";
import type { CatalogStore, ModelDesk, ObjectStore } from "./ports.ts";
import type { Prover } from "./prove-version.ts";

/** The parts of the application that they need. */
export interface LifecycleParts {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly objects: Pick<ObjectStore, "read">;
  readonly mender: ObjectMender;
  readonly prover: Prover;
  readonly desk: Pick<ModelDesk, "ask">;
  readonly committer: Committer;
  readonly clock: Clock;
  /** A version trained on other than the current datasets is not promoted. */
  readonly strictVersions: boolean;
}
