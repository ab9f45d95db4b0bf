// Time zones as pandas prints them in the name of a dtype.

import { offsetText } from "../date-text.ts";
import { isNode, type PickleValue } from "../values.ts";

/** `UTC`, `Europe/Berlin`, `UTC+05:30`; undefined for a zone of a kind that we do not know. */
export function zoneText(zone: PickleValue): string | undefined {
  if (!isNode(zone) || zone.kind !== "zone") return undefined;
  if (zone.key !== undefined) return zone.key;
  return zone.offsetSeconds === 0 ? "UTC" : `UTC${offsetText(zone)}`;
}
