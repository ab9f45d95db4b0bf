// Looking at one line: what is live, its IC table, curves, factors, versions and moves.

import { AppError } from "../../shared/contract/errors.ts";
import type { Input, Output } from "../../shared/contract/operations.ts";
import type { GroupDescription } from "../../shared/domain/description.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import type { Catalog, LineState } from "./catalog.ts";
import type { ObjectMender } from "./mend-objects.ts";
import { requireLine, requireVersion } from "./moves.ts";
import type { CatalogStore, VersionRecord } from "./ports.ts";
import { toFileView, toGroupView, toMoveView } from "./to-views.ts";
import { loadDescription } from "./version-description.ts";
import { versionViews } from "./version-views.ts";

/** Handlers of the `line.*` queries. */
export interface LineQueries {
  show(input: Input<"line.show">): Promise<Output<"line.show">>;
  ic(input: Input<"line.ic">): Promise<Output<"line.ic">>;
  curve(input: Input<"line.curve">): Promise<Output<"line.curve">>;
  factors(input: Input<"line.factors">): Promise<Output<"line.factors">>;
  versions(input: Input<"line.versions">): Promise<Output<"line.versions">>;
  history(input: Input<"line.history">): Promise<Output<"line.history">>;
}

/** Queries over the catalog and the store's histories. */
export function createLineQueries(look: Look): LineQueries {
  const { catalog, store } = look;
  return {
    show: (input) => show(look, input),
    async ic(input) {
      const { line, version, description } = await described(look, input.line, input.version);
      const items = [...(description?.ic_rows ?? [])];
      return { line, version, items, total: items.length };
    },
    curve: (input) => curve(look, input),
    async factors(input) {
      const { line, version, description } = await described(look, input.line, input.version);
      const items = [...(description?.dim_factors ?? [])];
      return { line, version, items, total: items.length, factors: [...(description?.factors ?? [])] };
    },
    async versions(input) {
      const line = requireLine(catalog, input.line);
      const rows = await store.versionsOf(line.record.id, input.limit + 1, parseCursor(input.after));
      const { items, next } = pageOf(rows, input.limit, (version) => version.id);
      return { items: await versionViews(look, line, items), total: await store.versionCount(line.record.id), next };
    },
    async history(input) {
      const line = requireLine(catalog, input.line);
      const rows = await store.movesOf(line.record.id, input.limit + 1, parseCursor(input.after));
      const { items, next } = pageOf(rows, input.limit, (move) => move.sequence);
      return { items: items.map((move) => toMoveView(line, move)), total: await store.moveCount(line.record.id), next };
    },
  };
}

/** Where lines and versions are looked up. */
export interface Look {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly clock: Clock;
  readonly mender: Pick<ObjectMender, "read">;
}

/** A version of a line, for looking at it. The version asked for; without a label the live one, else the newest (files that are not ready are worth a look, too). */
export async function chooseVersion(
  { catalog, store }: Pick<Look, "catalog" | "store">,
  name: string,
  label: string | undefined,
): Promise<{ line: LineState; version: VersionRecord | undefined }> {
  const line = requireLine(catalog, name);
  if (label !== undefined) return { line, version: await requireVersion(store, line, label) };
  return { line, version: line.live ?? (await store.versionsOf(line.record.id, 1))[0] };
}

async function described(
  look: Look,
  name: string,
  label: string | undefined,
): Promise<{ line: string; version: string; description: GroupDescription | undefined }> {
  const { version } = await chooseVersion(look, name, label);
  const description = version === undefined ? undefined : await loadDescription(look.store, version.id);
  return { line: name, version: version?.label ?? "", description };
}

async function show(look: Look, input: Input<"line.show">): Promise<Output<"line.show">> {
  const { line, version } = await chooseVersion(look, input.line, input.version);
  const description = version === undefined ? undefined : await loadDescription(look.store, version.id);
  return {
    group: toGroupView(line),
    live: version === undefined ? null : ((await versionViews(look, line, [version]))[0] ?? null),
    info_summary: description?.info_summary ?? {},
    model_meta: description?.model_meta ?? null,
    artifacts: version?.files.map(toFileView) ?? [],
    version_count: await look.store.versionCount(line.record.id),
  };
}

async function curve(look: Look, input: Input<"line.curve">): Promise<Output<"line.curve">> {
  const { line, version, description } = await described(look, input.line, input.version);
  const all = description?.curves ?? [];
  const items = all
    .filter((one) => input.metric === undefined || one.metric === input.metric)
    .map((one) => ({ ...one, values: [...one.values] }));
  if (input.metric !== undefined && items.length === 0 && all.length > 0) {
    const metrics = [...new Set(all.map((one) => one.metric))].join(", ");
    throw new AppError("not_found", `no curve of metric ${JSON.stringify(input.metric)}; there are: ${metrics}`);
  }
  return { line, version, best_iteration: description?.best_iteration ?? null, items, total: items.length };
}

/** One page of rows of which one more than a page was asked for, and the key to go on from. */
function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => number,
): { readonly items: readonly T[]; readonly next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? String(keyOf(last)) : null };
}

/** The key of a page that an earlier one gave as `next`. AppError `invalid_input` for any other text. */
export function parseCursor(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  const number = Number(after);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new AppError("invalid_input", `after: ${JSON.stringify(after)} is not a key that an earlier page gave`);
  return number;
}
