// Encoded answers from memory: made once per version that is asked for, the least recently used leave first.

import { LRUCache } from "lru-cache";
import type { GroupDescription } from "../../shared/domain/description.ts";
import type { ServedModels, ServedVersion } from "../app/ports.ts";
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

/** Beside its bytes an entry costs its key, two views and its place in the list. */
const ENTRY_OVERHEAD = 1024;

/** Makes the cache of encoded answers. Requests for the same missing answer share one load; a failed load is not kept. */
export function createServedModels(options: ServedModelsOptions): ServedModels {
  const kept = new LRUCache<string, EncodedPayload>({
    maxSize: options.maxBytes,
    sizeCalculation: (entry) => entry.bytes + ENTRY_OVERHEAD,
  });
  const loading = new Map<string, Promise<EncodedPayload>>();

  type Parts = readonly [stored: StoredDocument, description: GroupDescription];

  async function encode(served: ServedVersion, key: string, parts: Parts | Promise<Parts>): Promise<EncodedPayload> {
    try {
      const [stored, description] = await parts;
      const entry = await encodePayload(served, stored, description);
      kept.set(key, entry);
      return entry;
    } finally {
      loading.delete(key);
    }
  }

  function start(served: ServedVersion, key: string, parts: Parts | Promise<Parts>): Promise<EncodedPayload> {
    const pending = encode(served, key, parts);
    loading.set(key, pending);
    return pending;
  }

  function entryOf(served: ServedVersion): EncodedPayload | Promise<EncodedPayload> {
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
      const [entry, description] = await Promise.all([entryOf(served), options.loadDescription(served.versionId)]);
      return { document: entry.document, description, metadata: metadataOf(served, description) };
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
