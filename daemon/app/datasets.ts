// Which version of each dataset is current, and whether what a version was trained on still is.

import { AppError } from "../../shared/contract/errors.ts";
import { compareCodePoints } from "../../shared/domain/names.ts";
import { checkCompatibility, type DatasetVersions } from "../../shared/domain/version-compatibility.ts";
import { formatMicros } from "../../shared/lib/clock.ts";
import type { Catalog } from "./catalog.ts";
import type { Handlers } from "./doors.ts";
import type { HandlerParts } from "./handlers.ts";
import { chooseVersion } from "./line-queries.ts";

/** Versions by dataset, as they are now. */
export function currentDatasets({ datasets }: Pick<Catalog, "datasets">): DatasetVersions {
  return Object.fromEntries([...datasets.values()].map(({ name, version }) => [name, version]));
}

/** Handlers of the operations on datasets. */
export function createDatasets(parts: HandlerParts): Pick<Handlers, "dataset.set" | "dataset.list" | "compat.check"> {
  const { catalog, committer } = parts;
  return {
    "dataset.set": (input, { principal }) => {
      const { name, version, reason } = input;
      for (const [what, text] of Object.entries({ name, version })) refuseText(what, text);
      return committer.change((draft) => {
        const known = catalog.datasets.get(name);
        if (known?.version === version) return { name, version, previous_version: version, sequence: known.sequence };
        const previousVersion = known?.version ?? "";
        const actor = principal.name;
        const { sequence, at } = draft.event("dataset_changed", { source: "", groupKey: name, version, previousVersion, reason, actor });
        draft.registry.putDataset({ sequence, at, name, version, actor });
        return { name, version, previous_version: previousVersion, sequence };
      });
    },
    "dataset.list": () => {
      const items = [...catalog.datasets.values()]
        .map(({ name, version, at, actor }) => ({ name, version, since: formatMicros(at), actor }))
        .sort((a, b) => compareCodePoints(a.name, b.name));
      return Promise.resolve({ items, total: items.length });
    },
    async "compat.check"(input) {
      const { version } = await chooseVersion(parts, input.line, input.version);
      if (version === undefined) throw new AppError("wrong_state", `nothing was registered yet for ${input.line}`);
      const registration = (await parts.store.registrationsOf([version.id])).get(version.id);
      if (registration === undefined)
        throw new AppError("wrong_state", `${version.label} of ${input.line} was captured from files, which name no datasets`);
      const strict = input.strict ?? parts.strictVersions;
      const { compatible, level, warnings } = checkCompatibility(registration.datasetVersions, currentDatasets(catalog), strict);
      return { line: input.line, version: version.label, compatible, level, strict, warnings: [...warnings] };
    },
  };
}

/** Names and versions stand in lists and in flags, so they must show. */
function refuseText(what: string, text: string): void {
  // oxlint-disable-next-line no-control-regex
  if (text.trim() !== text || /[\u0000-\u001f\u007f]/.test(text))
    throw new AppError("invalid_input", `${what} ${JSON.stringify(text)} begins or ends with a blank, or holds control characters`);
}
