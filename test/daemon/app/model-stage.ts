// The application with real answers of GetModel over documents in memory, for tests of what clients are given.

import { parseDescription } from "../../../daemon/app/version-description.ts";
import { createDocumentReader } from "../../../daemon/serving/renderings.ts";
import { createServedModels } from "../../../daemon/serving/served-models.ts";
import { openStage, type Stage } from "./application-fixture.ts";
import type { PlayedAnswers } from "./played-desk.ts";

/** Opens the stage with the answers that the model desk gives. */
export function openModelStage(stateDir: string, desk: PlayedAnswers): Promise<Stage> {
  return openStage(stateDir, {
    desk,
    models: (readObject, store, renderings) =>
      createServedModels({
        readDocument: createDocumentReader(readObject, renderings),
        loadDescription: async (versionId) => parseDescription((await store.descriptionOf(versionId)) ?? ""),
        maxBytes: 1024 * 1024,
      }),
  });
}
