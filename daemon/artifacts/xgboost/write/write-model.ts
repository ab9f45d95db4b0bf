// A typed model as the bytes of a document that one release of XGBoost writes and reads.

import type { Release } from "../../predict/release.ts";
import type { XgboostModel } from "../model.ts";
import { documentFields } from "./document-fields.ts";
import { jsonBytes } from "./json-bytes.ts";
import { layoutOf, NEWEST_LAYOUT } from "./layouts.ts";
import { ubjsonBytes } from "./ubjson-bytes.ts";

/**
 * `model.json` as `release` (1.0 and later) writes it, in UTF-8. The model must suit the release: `renderFor` makes it so, or says why it cannot;
 * any model suits its own release, but for pruned trees of 1.0, which that release itself cannot read back.
 */
export function writeModelJson(model: XgboostModel, release: Release): Uint8Array {
  return jsonBytes(documentFields(model, layoutOf(release) ?? NEWEST_LAYOUT, release));
}

/** `model.ubj` as `release` (1.6 and later) writes it; the model must suit the release, as for `writeModelJson`. */
export function writeModelUbjson(model: XgboostModel, release: Release): Uint8Array {
  return ubjsonBytes(documentFields(model, layoutOf(release) ?? NEWEST_LAYOUT, release));
}
