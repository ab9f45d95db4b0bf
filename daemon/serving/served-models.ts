// Encoded answers from memory: made once per version that is asked for, the least recently used leave first.

import { LRUCache } from "lru-cache";
import type { GroupDescription } from "../../shared/domain/description.ts";
import type { ServedModels, ServedParts, ServedVersion } from "../app/ports.ts";
import { metadataOf } from "./metadata.ts";
import { type EncodedPayload, encodePayload, type StoredDocument } from "./payload-message.ts";

/** What the encoded answers are made from. */
export interface ServedModelsOptions {
  /** The document of a version: as stored, or as rendered. Checked against its digest. */
  readonly readDocument: (served: ServedVersion) => Promise<StoredDocument>;
  readonly loadDescription: (versionId: number) => Promise<GroupDescription>;
  /** How much memory the kept answers may take, in bytes. An answer larger than that is served and not kept. */
  readonly maxBytes: number;
}

/** Beside its bytes an entry costs its key, two views and its place in the list; and each factor an object. */
const ENTRY_OVERHEAD = 1024;
const FACTOR_OVERHEAD = 80;

/** An encoded answer and what its parts say, so that neither needs the store again. */
interface KeptAnswer extends EncodedPayload {
  readonly description: ServedParts["description"];
  readonly metadata: ServedParts["metadata"];
}

/** Makes the cache of encoded answers. Requests for the same missing answer share one load; a failed load is not kept. */
export function createServedModels(options: ServedModelsOptions): ServedModels {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: options.maxBytes,
    sizeCalculation: (entry) => entry.bytes + ENTRY_OVERHEAD + FACTOR_OVERHEAD * entry.description.dim_factors.length,
  });
  const loading = new Map<string, Promise<KeptAnswer>>();

  type Parts = readonly [stored: StoredDocument, description: GroupDescription];

  async function encode(served: ServedVersion, key: string, parts: Parts | Promise<Parts>): Promise<KeptAnswer> {
    try {
      const [stored, description] = await parts;
      const encoded = await encodePayload(served, stored, description);
      const { dim_factors } = description;
      const entry: KeptAnswer = { ...encoded, description: { dim_factors }, metadata: metadataOf(served, description) };
      kept.set(key, entry);
      return entry;
    } finally {
      loading.delete(key);
    }
  }

  function start(served: ServedVersion, key: string, parts: Parts | Promise<Parts>): Promise<KeptAnswer> {
    const pending = encode(served, key, parts);
    loading.set(key, pending);
    return pending;
  }

  function entryOf(served: ServedVersion): KeptAnswer | Promise<KeptAnswer> {
    const key = keyOf(served);
    const entry = kept.get(key);
    if (entry !== undefined) return entry;
    return loading.get(key) ?? start(served, key, Promise.all([options.readDocument(served), options.loadDescription(served.versionId)]));
  }

  return {
    prime(served, stored, description) {
      const key = keyOf(served);
      if (kept.has(key) || loading.has(key)) return;
      const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
      // Whoever asks for it is told why it failed; here nobody has asked yet.
      start(served, key, [{ bytes, sha256: served.documentSha256 }, description]).catch(() => undefined);
    },
    atHand: (served) => kept.get(keyOf(served))?.payload,
    documentAtHand: (served) => kept.get(keyOf(served))?.document,
    async payload(served) {
      return (await entryOf(served)).payload;
    },
    async parts(served) {
      const { document, description, metadata } = await entryOf(served);
      return { document, description, metadata };
    },
  };
}

const keys = new WeakMap<ServedVersion, string>();

/** Everything that shows in the bytes, as text; put together once per object. NUL is in no name and no path, so that different versions have different keys. */
function keyOf(served: ServedVersion): string {
  const known = keys.get(served);
  if (known !== undefined) return known;
  const key = keyText(served);
  keys.set(served, key);
  return key;
}

function keyText(served: ServedVersion): string {
  const {
    versionId,
    modelName,
    groupKey,
    label,
    status,
    activation,
    sha256,
    rootPath,
    documentPath,
    documentSha256,
    capturedAt,
    renderedFor,
  } = served;
  return `${versionId}\0${modelName}\0${groupKey}\0${label}\0${status}\0${activation}\0${sha256}\0${rootPath}\0${documentPath}\0${documentSha256}\0${capturedAt}\0${renderedFor}`;
}
