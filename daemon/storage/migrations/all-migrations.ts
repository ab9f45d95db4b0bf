// Every migration in order. New ones are added at the end; the numbers have no gaps.

import type { Migration } from "../migrate.ts";
import { CATALOG } from "./0001-catalog.ts";
import { OBJECT_UPKEEP } from "./0002-object-upkeep.ts";
import { PROOFS } from "./0003-proofs.ts";
import { REGISTRY } from "./0004-registry.ts";

export const MIGRATIONS: readonly Migration[] = [CATALOG, OBJECT_UPKEEP, PROOFS, REGISTRY];
