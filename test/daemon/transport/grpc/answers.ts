// Answers of the application as the serving room makes them, for the door's tests.

import { createServedModels } from "../../../../daemon/serving/served-models.ts";
import type { ModelAnswer } from "../../../../daemon/app/doors.ts";
import type { ServedVersion } from "../../../../daemon/app/ports.ts";
import { description, servedVersion } from "../../serving/sample.ts";
import { PROTO } from "./proto.ts";

/** A found model with this document; `fields` of its version may differ from the sample's. */
export function found(document: Buffer, fields: Partial<ServedVersion> = {}): ModelAnswer {
  const served = servedVersion(document, fields);
  const models = createServedModels({
    readDocument: async ({ documentSha256: sha256 }) => ({ bytes: document, sha256 }),
    loadDescription: async () => description(),
    maxBytes: 1 << 28,
  });
  return {
    outcome: "found",
    atHand: () => models.atHand(served),
    payload: () => models.payload(served),
    async parts() {
      const parts = await models.parts(served);
      return { metadata: parts.metadata, dimFactors: parts.description.dim_factors, document: parts.document };
    },
  };
}

/** An encoded ModelPayload that holds only a document of this many bytes. */
export function payloadOf(bytes: number): Buffer {
  return Buffer.from(
    PROTO.lookupType("modelmanager.v1.ModelPayload")
      .encode({ model_json: "a".repeat(bytes) })
      .finish(),
  );
}

/** A JSON text of exactly this many bytes, with characters of two and three bytes. */
export function largeDocument(bytes: number): Buffer {
  const text = Buffer.from('{"größe€":"');
  const end = Buffer.from('"}');
  return Buffer.concat([text, Buffer.alloc(bytes - text.length - end.length, "0123456789abcdef"), end]);
}
