// The application with real packs on disk, for tests of what becomes of stored bytes.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KEPT_VERSIONS } from "../../../daemon/app/keep-rules.ts";
import { parseDescription } from "../../../daemon/app/version-description.ts";
import type { CatalogStore, Log, ObjectStore, ObjectUpkeep } from "../../../daemon/app/ports.ts";
import { openObjectStore } from "../../../daemon/disk/object-store.ts";
import { createServedModels } from "../../../daemon/serving/served-models.ts";
import type { PlayedAnswers } from "./played-desk.ts";
import { openStage, quietLog, type Contents, type Stage } from "./application-fixture.ts";

/** A stage over packs in a directory. */
export interface KeepStage extends Stage {
  readonly objects: ObjectStore & ObjectUpkeep;
  readonly store: CatalogStore;
  /** Root of the source `src`. */
  readonly root: string;
}

/** What may be different from the usual. */
export interface KeepStageOptions {
  /** See the object store; 0 unless said otherwise, so that nothing need be waited for. */
  readonly youngMs?: number;
  /** Puts something between the application and its packs. */
  readonly wrap?: (objects: ObjectStore & ObjectUpkeep) => ObjectStore & ObjectUpkeep;
  readonly wrapStore?: (store: CatalogStore) => CatalogStore;
  readonly log?: Log;
  readonly desk?: PlayedAnswers;
}

/** Opens the stage; again in the same directory for a restart. */
export async function openKeepStage(stateDir: string, options: KeepStageOptions = {}): Promise<KeepStage> {
  const { youngMs = 0, wrap, wrapStore = (store) => store, log = quietLog, desk = {} } = options;
  const store = await openObjectStore(join(stateDir, "objects"), { youngMs });
  const objects = wrap?.(store) ?? store;
  const root = join(stateDir, "models");
  await mkdir(root, { recursive: true });
  let catalogStore: CatalogStore | undefined;
  const stage = await openStage(stateDir, {
    objects,
    root,
    log,
    desk,
    wrapStore: (given) => (catalogStore = wrapStore(given)),
    models: (readObject, catalog) =>
      createServedModels({
        readDocument: async (served) => ({
          bytes: await readObject(served.documentSha256, served),
          sha256: served.documentSha256,
        }),
        loadDescription: async (versionId) => parseDescription((await catalog.descriptionOf(versionId)) ?? ""),
        maxBytes: 1024 * 1024,
      }),
  });
  if (catalogStore === undefined) throw new Error("the stage opened no catalog");
  return {
    ...stage,
    objects,
    store: catalogStore,
    root,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** sha256 in hex. */
export function digestOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A model document and factors: the document is the version's own, the factors are those of a tenth of the versions. */
export function contentsOf(number: number): Contents {
  return { model_json: `{"model":${number},"fill":"${String(number).repeat(20)}"}`, factors_txt: `f${Math.floor(number / 10)}` };
}

/** Files below the packs' folder. */
export async function packFiles(stateDir: string): Promise<readonly string[]> {
  const names = await readdir(join(stateDir, "objects", "packs"), { recursive: true });
  return names.filter((name) => name.includes(".")).sort();
}

/** The answer of GetModel as the terminal program gets it. */
export async function getModel(stage: Stage, groupKey: string, version = ""): Promise<string> {
  const input = { source: "src", symbol: groupKey.split("_")[0] ?? "", group_key: groupKey, version };
  const pieces: string[] = [];
  for await (const item of stage.app.stream("model.get", input, stage.context)) {
    const part = item as { readonly part: string; readonly message?: string; readonly base64?: string };
    if (part.part === "refused") return `refused: ${part.message}`;
    if (part.part === "data") pieces.push(Buffer.from(part.base64 ?? "", "base64").toString());
  }
  return pieces.join("");
}

/**
 * What must be true of a state directory after upkeep: every version that must be kept has its bytes, digest for digest; the catalog names no
 * other bytes; and beside the packs that it names there is nothing on disk. Returns how many versions were read back.
 */
export async function checkKept(stage: KeepStage, stateDir: string, groups: readonly string[]): Promise<number> {
  const needed = new Set<string>();
  const welcome = new Set<string>();
  let versions = 0;
  for (const group of groups) {
    const { items } = await stage.app.invoke("line.versions", { line: `src/${group}`, limit: 1000 }, stage.context);
    const { group: view } = await stage.app.invoke("line.show", { line: `src/${group}` }, stage.context);
    for (const [index, version] of items.entries()) {
      // A gated line keeps what it has, and may have followed before.
      const isGated = view.policy === "gated";
      const isKept = index < KEPT_VERSIONS || version.version === view.version || (isGated && version.bytes_kept);
      for (const file of version.files) {
        if (isKept) needed.add(file.sha256);
        if (isKept || isGated) welcome.add(file.sha256);
      }
      if (isKept) versions++;
    }
  }
  for (const sha256 of needed) {
    if (digestOf(await stage.app.readObject(sha256)) !== sha256) throw new Error(`${sha256} has other bytes`);
  }
  const named = new Set<string>();
  for (const object of await stage.store.objectsAfter(undefined, 10_000)) {
    if (!welcome.has(object.sha256)) throw new Error(`${object.sha256} is kept and nobody needs it`);
    named.add(join(object.pack.slice(0, 2), `${object.pack}.pack`));
  }
  const there = await packFiles(stateDir);
  if (there.join() !== [...named].sort().join()) throw new Error(`${there.length} files, and ${named.size} packs are named`);
  return versions;
}

/** Changes one bit of a pack where this text lies. */
export async function damagePack(stateDir: string, text: string): Promise<void> {
  for (const name of await packFiles(stateDir)) {
    const path = join(stateDir, "objects", "packs", name);
    const bytes = await readFile(path);
    const at = bytes.lastIndexOf(text);
    if (at < 0) continue;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(path, bytes);
    return;
  }
  throw new Error("no pack holds the text");
}
