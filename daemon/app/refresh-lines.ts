// The operation `refresh`: files of sources are looked at now, and live models that could not be loaded are tried again now.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import { isRegistryNamespace, lineName } from "../../shared/domain/names.ts";
import type { Catalog, LineState } from "./catalog.ts";
import { toRefusal } from "./disk-faults.ts";
import type { RequestContext } from "./doors.ts";
import { toServed } from "./find-model.ts";
import { listedLines } from "./namespaces.ts";
import type { LineLoads, ServedModels } from "./ports.ts";
import type { Sources } from "./sources.ts";

/** What `createRefresh` works with. */
export interface RefreshDependencies {
  readonly catalog: Catalog;
  readonly sources: Pick<Sources, "refresh">;
  readonly loads: LineLoads;
  readonly models: Pick<ServedModels, "documentAtHand" | "parts">;
}

type Refresh = (input: Input<"refresh">, context: RequestContext) => Promise<Output<"refresh">>;

/** Handler of `refresh`. Lines of the reserved namespaces have no files to look at: what is live on them is loaded, if it is not in memory. */
export function createRefresh({ catalog, sources, loads, models }: RefreshDependencies): Refresh {
  async function loadLive(line: LineState): Promise<boolean> {
    const served = line.live === null ? undefined : toServed(line, line.live);
    if (served === undefined || models.documentAtHand(served) !== undefined) return false;
    try {
      await models.parts(served);
    } catch (error) {
      throw toRefusal(error);
    }
    return true;
  }

  return async (input, context) => {
    for (const line of linesOf(catalog, input)) loads.reset(line.record.namespace, line.record.name);
    const { source, group_key: name } = input;
    if (source === undefined || !isRegistryNamespace(source)) return sources.refresh(input, context);
    const lines = linesOf(catalog, input);
    if (name !== undefined && lines.length === 0)
      throw new AppError("not_found", `there is no line ${lineName(source, name)}; see: registry list`);
    let changed = 0;
    for (const line of lines) if (await loadLive(line)) changed++;
    return { sources: 0, groups: lines.length, changed };
  };
}

function linesOf(catalog: Catalog, { source, group_key: name }: Input<"refresh">): readonly LineState[] {
  if (source === undefined) return [...catalog.lines.values()];
  const lines = listedLines(catalog, source);
  return name === undefined ? [...lines.values()] : [lines.get(name)].filter((line) => line !== undefined);
}
