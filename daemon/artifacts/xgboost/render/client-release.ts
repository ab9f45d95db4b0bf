// How clients spell their release of XGBoost.

import type { Release } from "../../predict/release.ts";

const SPELLING = /^v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:[.+-]?[a-z][\w.+-]{0,40})?$/i;

/** Reads "1.7", "1.7.6", "v3.0.2", "2.1.0rc1" or "3.1.0-dev"; a missing patch is 0. Undefined for any other text. */
export function parseClientRelease(text: string): Release | undefined {
  const match = SPELLING.exec(text.trim());
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}
