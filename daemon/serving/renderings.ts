// Documents rendered for a client's XGBoost release, kept in memory: the same document is rendered once for all who ask.

import { LRUCache } from "lru-cache";
import type { DeskAnswer, ModelDesk, Rendering, Renderings, ServedVersion } from "../app/ports.ts";
import type { StoredDocument } from "./payload-message.ts";

/** Reads a stored object for a version that has it. */
export type ReadObject = (sha256: string, served: ServedVersion) => Promise<Buffer>;

/** What renderings are made with. */
export interface RenderingsOptions {
  readonly desk: Pick<ModelDesk, "ask">;
  /** The stored bytes of an object, checked against their digest. */
  readonly readObject: ReadObject;
  /** How much memory the kept documents may take, in bytes. A larger one is made anew for each question. */
  readonly maxBytes: number;
}

/** Beside its bytes an entry costs its key and its place in the list. */
const ENTRY_OVERHEAD = 512;

/** Makes the cache. Questions for the same missing rendering share one; what was refused is remembered, what failed is not. */
export function createRenderings(options: RenderingsOptions): Renderings {
  const kept = new LRUCache<string, Rendering>({
    maxSize: options.maxBytes,
    sizeCalculation: (rendering) => (rendering.outcome === "rendered" ? rendering.bytes.length : 0) + ENTRY_OVERHEAD,
  });
  const making = new Map<string, Promise<Rendering>>();

  async function make(served: ServedVersion, release: string, key: string): Promise<Rendering> {
    try {
      const document = await options.readObject(served.documentSha256, served);
      const about = `${served.modelName}/${served.groupKey} ${served.label}`;
      const answer = await options.desk.ask("render", { document, release }, about);
      const rendering = toRendering(answer);
      if (answer.outcome !== "failed") kept.set(key, rendering);
      return rendering;
    } finally {
      making.delete(key);
    }
  }

  return {
    of(served, release) {
      const key = `${served.documentSha256} ${release}`;
      const known = kept.get(key);
      if (known !== undefined) return Promise.resolve(known);
      const pending = making.get(key) ?? make(served, release, key);
      making.set(key, pending);
      return pending;
    },
  };
}

/** Reads the document of a version, as stored or as rendered for the release that the version names. */
export function createDocumentReader(readObject: ReadObject, renderings: Renderings): (served: ServedVersion) => Promise<StoredDocument> {
  return async (served) => {
    const { documentSha256: sha256, renderedFor } = served;
    if (renderedFor === "") return { bytes: await readObject(sha256, served), sha256 };
    const rendering = await renderings.of(served, renderedFor);
    if (rendering.outcome === "rendered") return rendering;
    throw new Error(`${served.modelName}/${served.groupKey} ${served.label} was rendered for ${renderedFor} a moment ago`);
  };
}

function toRendering(answer: DeskAnswer<"render">): Rendering {
  if (answer.outcome !== "done") return { outcome: "refused", reason: answer.reason };
  const { bytes, sha256, release, isAsWritten } = answer.value;
  if (isAsWritten) return { outcome: "as_written" };
  return { outcome: "rendered", bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), sha256, release };
}
