// The facts of a pickle without its values: for files of which nothing else is wanted, at a fraction of the cost of reading them.

import { containerOf } from "./container.ts";
import { FactRecorder, type PickleFacts } from "./facts.ts";
import { limitsFor, type PickleLimits } from "./limits.ts";
import { readPickle } from "./read-pickle.ts";
import { Scan } from "./scan/scan.ts";
import { unpack } from "./unpack/unpack.ts";

/**
 * Walks over a pickle (a container around it is unpacked first) and gives the facts that `readPickle` gives, with one difference: a call
 * counts as known by its name alone. Never throws. Files with arrays of joblib are read, because only their values say how long the arrays are.
 */
export function scanPickle(bytes: Uint8Array, limits: Partial<PickleLimits> = {}): PickleFacts {
  const all: PickleLimits = { ...limitsFor(bytes.length), ...limits };
  const facts = new FactRecorder(all.maxFacts);
  if (bytes.length > all.maxBytes) {
    facts.limit("bytes");
    return facts.facts();
  }
  facts.container = containerOf(bytes);
  const stream = unpack(bytes, facts.container, all);
  if (!stream.ok && stream.tooLong) facts.limit("unpacked bytes");
  const end = new Scan(stream.ok ? stream.bytes : stream.partial, facts).run();
  return end === "raw bytes" ? readPickle(bytes, limits).facts : facts.facts();
}
